"""A board becomes a station: what it lacks is brought, and then it is asked whether it works with that."""

import time
from collections.abc import Mapping

from pullcord.firmware.release import Release
from pullcord.plant.boards import Board
from pullcord.usb.board import Found, look
from pullcord.usb.content import Content
from pullcord.usb.crate import Tell
from pullcord.usb.deploy import Done, Wanted
from pullcord.usb.job import bring
from pullcord.usb.place import Place
from pullcord.usb.trouble import Trouble

START_S = 60.0
LOOK_S = 0.3
SETTLED = 3  # looks in a row: the program has ended and does not begin any more, or runs and stays with what it has
SHORT_HASH = 12


class BringUp:
    """`release`: None leaves the firmware as it is."""

    def __init__(self, profiles: Mapping[str, Board], release: Release | None, stop_the_line: bool) -> None:
        self._profiles, self._release, self._stop_the_line = dict(profiles), release, stop_the_line

    def is_done(self, found: Found, content: Content) -> bool:
        """Whether the station is at work, with all that it is to hold."""
        release = self._release
        return content.is_used_by(found) and (not release or found.firmware_hash == release.digest[:SHORT_HASH])

    def bring(self, place: Place, found: Found, content: Content, tell: Tell) -> Done:
        """Trouble when the board may not be stopped, or does not take it."""
        tell("comparing")
        return bring(
            place.wait_port(START_S),
            Wanted(self._release, content.to_bring(found)),
            stop_the_line=self._stop_the_line,
            progress=lambda at, total: tell("firmware and config", at * 100 // max(1, total)),
        )

    def wait(self, place: Place, uid: str, content: Content, tell: Tell) -> Found:
        """Wait until the station is at work with what it was given; Trouble says what it does instead."""
        until, found, state, settled = time.monotonic() + START_S, None, "", 0
        while time.monotonic() < until and settled < SETTLED:
            tell("starting")
            found = look(place.wait_port(START_S), self._profiles)
            if found.uid not in ("", uid):
                raise Trouble(f"{place}: another board hangs here now ({found.uid}).", "Leave them in their places.")
            if self.is_done(found, content):
                return found
            if found.state == "safe":
                why = "; ".join(found.safe_mode)
                raise Trouble(f"{place}: {content.path} is in safe mode: {why}", "Correct it, and run this again.")
            settled = settled + 1 if found.state == state else 1
            settled, state = settled if found.state in ("prompt", "station") else 0, found.state
            time.sleep(LOOK_S)
        raise Trouble(f"{place}: {content.path} did not start: {_instead(found)}", *_advice(found, content))


def _instead(found: Found | None) -> str:
    if found is None:
        return "it did not come back"
    if found.state == "station":
        return f"it runs as {found.station} with what it had before"
    return {"prompt": "its program ended", "silent": "it does not answer"}.get(found.state, "; ".join(found.trouble))


def _advice(found: Found | None, content: Content) -> list[str]:
    if found and found.state == "station" and found.config != content.config:
        return [
            "Its firmware refuses the new config; `pullcord monitor` on this port shows why.",
            "Bring it this firmware, too: `pullcord deploy` without --config. Or correct the plant file.",
        ]
    return ["Run this once more; if it says so again, `pullcord flash --stop-the-line` on this port, or another board."]
