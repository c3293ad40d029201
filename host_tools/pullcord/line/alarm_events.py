"""What goes into the log about who was told of a call, and what was put on the shelf."""

from pydantic import Field

from pullcord.line.pull_events import Data, Text, Word

LONGEST_SHELF_MS = 12 * 3_600_000


class NoticeDecided(Data):
    """Somebody is to be told of a call, or (`about`: reasons) of stops without a reason; written before it is sent.

    `digest`: SHA-256 of the token in the message's link, which is good until `expires`; empty: there is no link.
    """

    notice: Text
    about: Word
    call: Text = ""
    station: Text = ""
    category: Text = ""
    level: int = Field(0, ge=0, le=9)
    role: Word
    channel: Text
    digest: Text = ""
    expires: int = 0


class NoticeResumed(Data):
    """The service ended before it knew what became of the notice; it tries again, with a link of its own."""

    notice: Text
    digest: Text = ""
    expires: int = 0


class NoticeSent(Data):
    """The channel took it, at this attempt."""

    notice: Text
    attempts: int


class NoticeFailed(Data):
    """Nobody was told, after so many attempts."""

    notice: Text
    attempts: int
    why: Text


class NoticeDropped(Data):
    """Before it could be told, the call was nobody's to take any more."""

    notice: Text
    why: Text


class NoticeAnswered(Data):
    """Somebody took the call by the link; `result` is the station's answer."""

    notice: Text
    call: Word
    result: Word


class AlarmShelved(Data):
    """Nobody is told of a station's calls (of one category, or of any) until then. Lamp and board go on as ever."""

    station: Text
    category: Text = ""
    until: int
    reason: Word


class AlarmUnshelved(Data):
    """It is over: by somebody, or because its time was up."""

    station: Text
    category: Text = ""


KINDS: dict[str, type[Data]] = {
    "notice.decided": NoticeDecided,
    "notice.resumed": NoticeResumed,
    "notice.sent": NoticeSent,
    "notice.failed": NoticeFailed,
    "notice.dropped": NoticeDropped,
    "notice.answered": NoticeAnswered,
    "alarm.shelved": AlarmShelved,
    "alarm.unshelved": AlarmUnshelved,
}
FOUND = KINDS.keys() - {"notice.answered", "alarm.shelved", "alarm.unshelved"}
"""What the service does by itself."""
