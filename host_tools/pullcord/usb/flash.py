"""One board from bare to a station at work: image, firmware, config, secrets, cards; read back, started, asked.

Each step looks first and does only what is missing, so that whatever was cut off is completed by doing all of it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pullcord.firmware.release import Release
from pullcord.images.recognise import Image
from pullcord.plant.boards import Board
from pullcord.usb import put_image
from pullcord.usb.asking import may_stop
from pullcord.usb.blank import ImageChoice, is_too_old
from pullcord.usb.board import Found, look, look_at_drive, meet
from pullcord.usb.bring_up import BringUp
from pullcord.usb.content import Content
from pullcord.usb.crate import Outcome, Tell
from pullcord.usb.place import Place
from pullcord.usb.ports import Port
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble


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
        self._images, self._content = images, content
        self._choose, self._allowed = choose, allowed
        self._bring_up = BringUp(profiles, release, allowed.stop_the_line)

    def wake(self, place: Place, outcome: Outcome, tell: Tell) -> Found:
        """A board that says who it is, with MicroPython that is new enough. Trouble."""
        if drive := place.drive():
            chip = look_at_drive(drive, self._profiles).chip
            file, image = self._images.for_chip(str(place), chip)
            put_image.by_drive(drive, place, file, lambda percent: tell(f"MicroPython {image.version}", percent))
            self._has_image(outcome, file, image)
        port = place.port() or place.wait_port(0)
        found = meet(port, self._profiles, self._allowed.stop_the_line)
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
        if not self._bring_up.is_done(found, content):
            done = self._bring_up.bring(place, found, content, tell)
            outcome.sent += done.sent
            outcome.did += [name.rsplit("/", 1)[-1] for name in done.changed]
            found = self._bring_up.wait(place, found.uid, content, tell)
        outcome.notes = [f"{name} does not answer" for name in found.missing]
        if found.link:
            outcome.notes.append(f"the plant does not hear it yet: {found.link}")

    def _blank(self, place: Place, port: Port, outcome: Outcome, tell: Tell) -> Found:
        """Nothing answers, and a person said that it may be a new board."""
        tell("is it new?")
        found = meet(port, self._profiles, interrupt=True)
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
