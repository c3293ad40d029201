"""What of old events is forgotten, and what never.

The log is the truth, and every table must come out of it again. So no entry is ever taken away: its position, identity,
times and all that the station said in `data` stay for good. Of an old event only its *wording* goes: the envelope's
properties stand in columns already. A digest of the wording stays, so that the same event is still known as the same
when its station sends it again.
"""

import hashlib
import json
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from pullcord.line.tables import events, journals, quarantine

ENVELOPE = {
    "specversion", "id", "source", "type", "sequence", "time", "clock", "boot", "uptime", "data", "test",
}  # fmt: skip
_MARK = b'{"sha256":"'


class Thinned(NamedTuple):
    """`position`: looked at up to there; None when there is nothing older. `saved`: bytes of so many events."""

    position: int | None
    events: int
    saved: int


def thin(connection: Connection, before: int, after: int, limit: int) -> Thinned:
    """The events behind position `after` that were received before that moment, at most `limit` of them."""
    query = (
        select(events.c.position, events.c.body)
        .where(events.c.position > after, events.c.received_at < before)
        .order_by(events.c.position)
        .limit(limit)
    )
    rows = [(row.position, bytes(row.body)) for row in connection.execute(query)]
    found = [(position, body, small) for position, body in rows if (small := without_envelope(body)) is not None]
    if found:
        change = update(events).where(events.c.position == bindparam("at")).values(body=bindparam("small"))
        connection.execute(change, [{"at": position, "small": small} for position, _, small in found])
    saved = sum(len(body) - len(small) for _, body, small in found)
    return Thinned(rows[-1][0] if rows else None, len(found), saved)


def without_envelope(body: bytes) -> bytes | None:
    """The same event, as much as the columns do not say; None where that would lose something, or save nothing."""
    event = json.loads(body)
    if event.keys() - ENVELOPE or "id" not in event:
        return None  # a newer station said more than this version knows; or it was thinned before
    data = json.dumps(event["data"], separators=(",", ":"), ensure_ascii=False).encode()
    small = _MARK + hashlib.sha256(body).hexdigest().encode() + b'","data":' + data + b"}"
    return small if len(small) < len(body) else None


def is_same(recorded: bytes, payload: bytes) -> bool:
    """Whether what was recorded, thinned or not, is this message."""
    if not recorded.startswith(_MARK):
        return recorded == payload
    return recorded[len(_MARK) : len(_MARK) + 64] == hashlib.sha256(payload).hexdigest().encode()


def forget_quarantined(connection: Connection, before: int) -> int:
    """Messages that nobody understood; those that stand in the place of an event stay until its journal has passed."""
    passed = select(journals.c.journal).where(
        journals.c.journal == quarantine.c.journal, journals.c.through >= quarantine.c.sequence
    )
    old = delete(quarantine).where(
        quarantine.c.received_at < before, or_(quarantine.c.journal.is_(None), passed.exists())
    )
    return connection.execute(old).rowcount
