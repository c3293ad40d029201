"""`pullcord deploy` with a config: what a board is to hold, by the plant file and by who the board is."""

from collections.abc import Callable
from pathlib import Path

from pullcord.cli.failure import Failure
from pullcord.cli.options import opened_plant, secret_store
from pullcord.firmware.release import Release
from pullcord.plant import station_secrets
from pullcord.plant.compile import CompileError, compile_plant
from pullcord.plant.secret_store import StoreProblem
from pullcord.usb import choose as choosing
from pullcord.usb.board import Found, meet
from pullcord.usb.bring_up import BringUp
from pullcord.usb.choose import NotChosen, choose
from pullcord.usb.content import Content
from pullcord.usb.deploy import Done
from pullcord.usb.one_each import OneEach
from pullcord.usb.place import place_of
from pullcord.usb.ports import Port
from pullcord.usb.trouble import Trouble


class WithConfig:
    """Failure when plant file or secrets cannot be used.

    Unlike `pullcord flash` it makes no passwords: where the secrets are not, a station at work keeps the ones it has.
    """

    def __init__(self, plant_file: Path, secrets_file: Path | None, made: Release | None, stop_the_line: bool) -> None:
        self._plant, self._profiles = opened_plant(plant_file)
        self._made, self._stop_the_line = made, stop_the_line
        self._bring_up = BringUp(self._profiles, made, stop_the_line)
        try:
            compiled = compile_plant(self._plant, self._profiles)
            self._secrets = secret_store(plant_file, secrets_file).read()
        except CompileError as error:
            raise Failure(f"{plant_file}: the firmware would refuse this config: {error}") from error
        except StoreProblem as problem:
            raise Failure(f"pullcord: {problem}") from problem
        self._compiled = {one.path.partition("/")[2]: one for one in compiled}
        self._stations = OneEach()

    def work(self, port: Port, advance: Callable[[int, int], None]) -> Done:
        """All that the station lacks; it is left alone when that is nothing. Trouble."""

        def tell(words: str, percent: int | None = None) -> None:
            advance(percent or 0, 100)

        place, found = place_of(port), meet(port, self._profiles, self._stop_the_line)
        if not found.micropython:
            raise Trouble(*(found.trouble or [f"{port.device}: the board does not say who it is."]))
        content = self._content(port, found)
        if self._bring_up.is_done(found, content):
            return Done()
        done = self._bring_up.bring(place, found, content, tell)
        if self._made or found.files:
            self._bring_up.wait(place, found.uid, content, tell)
        return done

    def _content(self, port: Port, found: Found) -> Content:
        """Trouble when the board is no station of this plant, when another one is it, or something is missing."""
        who = choosing.Found(found.uid, found.machine, found.station)
        try:
            station = self._stations.take(place_of(port), lambda: choose(who, self._plant, self._profiles))
        except NotChosen as refused:
            raise Trouble(f"{port.device}: {refused}") from refused
        made = self._compiled[station]
        if lacks := station_secrets.missing(made.config, self._secrets):
            raise Trouble(f"{made.path}: it still needs {lacks[0]}", *(f"and {words}" for words in lacks[1:]))
        return Content.of(made, self._secrets)
