"""One board from bare to a station at work: image, firmware, config, secrets, cards; read back, started, asked.

Each step looks first and does only what is missing, so that whatever was cut off is completed by doing all of it again.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pullcord.firmware.release import Release
from pullcord.images.recognise import Image
from pullcord.plant import station_files, station_secrets
from pullcord.plant.boards import Board
from pullcord.plant.compile import Compiled
from pullcord.plant.secret_store import Secrets
from pullcord.usb import put_image
from pullcord.usb.asking import may_stop
from pullcord.usb.blank import ImageChoice, is_too_old
from pullcord.usb.board import Found, back, look, look_at_drive
from pullcord.usb.crate import Outcome, Tell
from pullcord.usb.deploy import Wanted
from pullcord.usb.job import bring
from pullcord.usb.place import Place
from pullcord.usb.ports import Port
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble

START_S = 60.0
LOOK_S = 0.3
PROMPTS = 3  # seen in a row: the program has ended, and does not begin any more
SHORT_HASH = 12
BOOTLOADER = "bootloader"


@dataclass(frozen=True)
class Content:
    """What one station is to hold."""

    path: str
    files: Mapping[str, bytes]
    config: str
    secrets: str
    cards_file: bytes
    cards: str

    @classmethod
    def of(cls, made: Compiled, secrets: Secrets) -> "Content":
        return cls(
            made.path,
            station_files.files(made, secrets),
            made.config["hash"],
            station_secrets.digest(station_secrets.files(made.config, secrets)),
            station_files.cards(made.cards),
            station_files.cards_hash(made.cards) if made.config["readers"] else "",
        )


@dataclass(frozen=True)
class Allowed:
    """What a person said. `blank`: write MicroPython where nothing answers; `erase`: the whole flash before."""

    stop_the_line: bool = False
    blank: bool = False
    erase: bool = False


class Flasher:
    """A Worker for a crate. `content(area/line/station)` is what that station holds; `choose` may ask a person."""

    def __init__(
        self,
        profiles: Mapping[str, Board],
        images: ImageChoice,
        release: Release,
        content: Callable[[str], Content],
        choose: Callable[[Place, Found], str],
        allowed: Allowed,
    ) -> None:
        self._profiles = dict(profiles)
        self._images, self._release, self._content = images, release, content
        self._choose, self._allowed = choose, allowed

    def wake(self, place: Place, outcome: Outcome, tell: Tell) -> Found:
        """A board that says who it is, with MicroPython that is new enough. Trouble."""
        if drive := place.drive():
            chip = look_at_drive(drive, self._profiles).chip
            file, image = self._images.for_chip(str(place), chip)
            put_image.by_drive(drive, place, file, lambda percent: tell(f"MicroPython {image.version}", percent))
            self._has_image(outcome, file, image)
        port = place.port() or place.wait_port(0)
        found = self._asked(port, self._allowed.stop_the_line)
        if not found.micropython:
            if found.state == "silent" and self._allowed.blank:
                return self._blank(place, port, outcome, tell)
            raise Trouble(*found.trouble, *_advice(port, found))
        if is_too_old(found.micropython):
            return self._renewed(place, port, found, outcome, tell)
        return found

    def choose(self, place: Place, found: Found) -> str:
        return self._choose(place, found)

    def bring_up(self, place: Place, found: Found, station: str, outcome: Outcome, tell: Tell) -> None:
        """Trouble says what is wrong; nothing is sent to a station that works with all of it already."""
        content = self._content(station)
        if not self._works(found, content):
            self._bring(place, found, content, outcome, tell)
            found = self._started(place, found.uid, content, tell)
        outcome.notes = [f"{name} does not answer" for name in found.missing]
        if found.link:
            outcome.notes.append(f"the plant does not hear it yet: {found.link}")

    def _bring(self, place: Place, found: Found, content: Content, outcome: Outcome, tell: Tell) -> None:
        tell("comparing")
        files = dict(content.files)
        if content.cards and found.cards != content.cards:
            files[station_files.CARDS] = content.cards_file
        done = bring(
            place.wait_port(START_S),
            Wanted(self._release, files),
            stop_the_line=self._allowed.stop_the_line,
            progress=lambda at, total: tell("firmware and config", at * 100 // max(1, total)),
        )
        outcome.sent += done.sent
        outcome.did += [name.rsplit("/", 1)[-1] for name in done.changed]

    def _started(self, place: Place, uid: str, content: Content, tell: Tell) -> Found:
        """Wait until the station is at work with what it was given; Trouble says what it does instead."""
        until, found, prompts = time.monotonic() + START_S, None, 0
        while time.monotonic() < until and prompts < PROMPTS:
            tell("starting")
            found = look(place.wait_port(START_S), self._profiles)
            if found.uid not in ("", uid):
                raise Trouble(f"{place}: another board hangs here now ({found.uid}).", "Leave them in their places.")
            if self._works(found, content):
                return found
            if found.state == "safe":
                why = "; ".join(found.safe_mode)
                raise Trouble(f"{place}: {content.path} is in safe mode: {why}", "Correct it, and run this again.")
            prompts = prompts + 1 if found.state == "prompt" else 0
            time.sleep(LOOK_S)
        raise Trouble(
            f"{place}: {content.path} did not start: {_instead(found)}",
            "Run this once more; if it says so again, `pullcord flash --stop-the-line` on this port, or another board.",
        )

    def _works(self, found: Found, content: Content) -> bool:
        """Whether the station is at work, with all that it is to hold."""
        return (
            found.state == "station"
            and (found.station, found.config, found.secrets, found.cards)
            == (content.path, content.config, content.secrets, content.cards)
            and found.firmware_hash == self._release.digest[:SHORT_HASH]
        )

    def _asked(self, port: Port, interrupt: bool) -> Found:
        """Who it is. What had to be interrupted for that is reset afterwards, and waited for."""
        found = look(port, self._profiles, interrupt)
        if found.micropython and found.state in ("safe", "silent"):
            back(port)
        return found

    def _blank(self, place: Place, port: Port, outcome: Outcome, tell: Tell) -> Found:
        """Nothing answers, and a person said that it may be a new board."""
        tell("is it new?")
        found = self._asked(port, interrupt=True)
        if found.uid and found.micropython:
            return found
        file, image = self._images.for_bridge(port)
        return self._by_esptool(place, port, file, image, outcome, tell)

    def _renewed(self, place: Place, port: Port, found: Found, outcome: Outcome, tell: Tell) -> Found:
        """MicroPython is too old: the files on the flash stay."""
        board = self._profiles.get(found.board)
        if board is None:
            old = f"{place}: MicroPython {found.micropython} is too old, and {found.machine} is no board known here."
            raise Trouble(old, "Put a newer one on by hand.")
        file, image = self._images.for_board(str(place), board)
        if image.kind == "bin":
            return self._by_esptool(place, port, file, image, outcome, tell)
        with Session(port) as session:
            may_stop(session, self._allowed.stop_the_line, interrupt=False)
            session.enter()
            drive = put_image.into_bootloader(session, place)
        put_image.by_drive(drive, place, file, lambda percent: tell(f"MicroPython {image.version}", percent))
        self._has_image(outcome, file, image)
        return look(place.wait_port(0), self._profiles)

    def _by_esptool(
        self, place: Place, port: Port, file: Path, image: Image, outcome: Outcome, tell: Tell
    ) -> Found:
        def progress(percent: int) -> None:
            tell(f"MicroPython {image.version}", percent)

        again = put_image.by_esptool(port, place, file, image, progress, self._allowed.erase)
        self._has_image(outcome, file, image)
        return look(again, self._profiles)

    @staticmethod
    def _has_image(outcome: Outcome, file: Path, image: Image) -> None:
        outcome.did.append(f"MicroPython {image.version}")
        outcome.image += file.stat().st_size


def _advice(port: Port, found: Found) -> list[str]:
    if found.state == "closed":
        return []
    return [
        f"If it may be stopped: `pullcord flash {port.device} --stop-the-line`.",
        f"If it is new and holds nothing: `pullcord flash {port.device} --blank`.",
    ]


def _instead(found: Found | None) -> str:
    if found is None:
        return "it did not come back"
    if found.state == "station":
        return f"it runs as {found.station} with other files"
    return {"prompt": "its program ended", "silent": "it does not answer"}.get(found.state, "; ".join(found.trouble))
