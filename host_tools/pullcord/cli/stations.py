"""The stations of a plant as boards are to become them: which one, and what it holds."""

from collections.abc import Callable
from pathlib import Path

from pullcord.cli import asking
from pullcord.cli.failure import Failure
from pullcord.cli.options import opened_plant
from pullcord.plant import station_secrets
from pullcord.plant.bind import CannotBind, bind, station_of
from pullcord.plant.compile import Compiled, CompileError, compile_plant
from pullcord.plant.find_station import NoSuchStation, find_station
from pullcord.plant.secret_store import Secrets, SecretStore, StoreProblem
from pullcord.usb import choose as choosing
from pullcord.usb.board import Found
from pullcord.usb.choose import NotChosen
from pullcord.usb.content import Content
from pullcord.usb.place import Place
from pullcord.usb.trouble import Trouble


class Stations:
    """`wanted`: the one that a person named, area/line/station. `told`: what a person should still do in the end."""

    def __init__(self, plant_file: Path, store: SecretStore) -> None:
        self.plant, self.profiles = opened_plant(plant_file)
        self.file, self.store = plant_file, store
        self.wanted = ""
        self.told: list[str] = []
        self.ask: Callable[[Callable[[], str]], str] = lambda question: question()
        self._compiled = self._compile()
        self._secrets = self._accounts([])

    def kinds(self) -> list[str]:
        """Ids of the boards that the stations are."""
        if self.wanted:
            return [self.plant.stations()[self.wanted][1].board]
        return [station.board for _, station in self.plant.stations().values()]

    def content(self, path: str) -> Content:
        """What the station at area/line/station holds. Trouble when something of it is not known yet."""
        made = self._compiled[path]
        if lacks := station_secrets.missing(made.config, self._secrets):
            raise Trouble(f"{made.path}: it still needs {lacks[0]}", *(f"and {words}" for words in lacks[1:]))
        return Content.of(made, self._secrets)

    def choose(self, place: Place, found: Found) -> str:
        """area/line/station, bound to the board when a person said so. Trouble."""
        who = choosing.Found(found.uid, found.machine, found.station)
        try:
            return self._chosen(who)
        except NotChosen as refused:
            free = choosing.candidates(who, self.plant, self.profiles)
            if self.wanted or not free or not asking.is_possible():
                raise Trouble(f"{place}: {refused}") from refused
        self.wanted = self.ask(lambda: self._asked(place, found, free))
        try:
            return self._chosen(who)
        except NotChosen as refused:
            raise Trouble(f"{place}: {refused}") from refused
        finally:
            self.wanted = ""

    def take_over(self, path: str, place: Place, found: Found, keep_password: bool) -> str:
        """The board at `place` is that station from now on; doing it again changes nothing. Trouble.

        The password first: whoever was cut off after that gets one more, and the old board's is never valid again.
        """
        who = choosing.Found(found.uid, found.machine)
        try:
            choosing.check_kind(who, self.plant, self.profiles, path)
        except NotChosen as refused:
            raise Trouble(f"{place}: {refused}") from refused
        _no_foreign_events(place, found, f"{self.plant.site.name}/{path}")
        if station_of(self.plant, found.uid) != path:
            if not keep_password and station_of(self.plant, found.uid) is None:
                self._secrets = self._accounts([f"{self.plant.site.name}/{path}"])
            self.bind(path, found.uid)
        return path

    def bind(self, path: str, uid: str) -> None:
        """The plant file knows the board from now on. Trouble."""
        try:
            self.plant = bind(self.file, self.profiles, path, uid)
        except CannotBind as error:
            raise Trouble(f"{error}.") from error
        self.told.append(f"{self.file}: {path} is the board {uid} from now on.")
        self._compiled = self._compile()

    def _chosen(self, who: choosing.Found) -> str:
        path = choosing.choose(who, self.plant, self.profiles, self.wanted)
        if self.wanted and self.plant.stations()[path][1].uid is None:
            self.bind(path, who.uid)
        return path

    def _asked(self, place: Place, found: Found, free: list[str]) -> str:
        names = ", ".join(path.rpartition("/")[2] for path in free)
        while True:
            answer = asking.line(f"The board {found.uid} at {place}: which station? {names} [{free[0]}]: ").strip()
            try:
                return find_station(self.plant, answer or free[0])
            except NoSuchStation as error:
                asking.say(str(error))

    def _compile(self) -> dict[str, Compiled]:
        try:
            made = compile_plant(self.plant, self.profiles)
        except CompileError as error:
            raise Failure(f"{self.file}: the firmware would refuse this config: {error}") from error
        return {one.path.partition("/")[2]: one for one in made}

    def _accounts(self, renew: list[str]) -> Secrets:
        """All of them, with new passwords for those to `renew`. Failure."""
        is_new = not self.store.file.exists()
        try:
            with self.store.changing() as secrets:
                new = secrets.update_accounts(self.plant, renew)
        except StoreProblem as problem:
            raise Failure(f"pullcord: {problem}") from problem
        if is_new:
            self.told.append(
                f"{self.store.file} was not there, and was made with new passwords. If another computer has it, bring "
                "it here and run this once more: the broker knows those passwords, and not these."
            )
        if new:
            self.told.append(f"The broker does not know {len(new)} accounts yet: `pullcord broker {self.file}`.")
        return secrets


def _no_foreign_events(place: Place, found: Found, path: str) -> None:
    if found.depth and found.station != path:
        raise Trouble(
            f"{place}: this board holds {found.depth} events of {found.station} that the plant does not have yet.",
            f"`pullcord rescue {place}` has them recorded; then run this again. Or take another spare.",
        )
