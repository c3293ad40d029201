"""What a board is to hold besides its firmware, by the plant file and by who the board is."""

from pathlib import Path

from pullcord.cli.failure import Failure
from pullcord.cli.options import opened_plant, secret_store
from pullcord.plant import station_files, station_secrets
from pullcord.plant.compile import CompileError, compile_plant
from pullcord.plant.secret_store import StoreProblem
from pullcord.usb import choose as choosing
from pullcord.usb.board import look
from pullcord.usb.choose import NotChosen, choose
from pullcord.usb.ports import Port
from pullcord.usb.trouble import Trouble


class ConfigFiles:
    """Failure when plant file or secrets cannot be used."""

    def __init__(self, plant_file: Path, secrets_file: Path | None, interrupt: bool) -> None:
        self._plant, self._profiles = opened_plant(plant_file)
        self._interrupt = interrupt
        try:
            made = compile_plant(self._plant, self._profiles)
            self._secrets = secret_store(plant_file, secrets_file).read()
        except CompileError as error:
            raise Failure(f"{plant_file}: the firmware would refuse this config: {error}") from error
        except StoreProblem as problem:
            raise Failure(f"pullcord: {problem}") from problem
        self._made = {one.path.partition("/")[2]: one for one in made}

    def of(self, port: Port) -> dict[str, bytes]:
        """By path, for the station that the board at this port is. Trouble when it is none, or something is missing."""
        found = look(port, self._profiles, self._interrupt)
        if not found.uid or found.trouble:
            raise Trouble(*(found.trouble or [f"{port.device}: the board does not say who it is."]))
        who = choosing.Found(found.uid, found.machine, found.station)
        try:
            made = self._made[choose(who, self._plant, self._profiles)]
        except NotChosen as refused:
            raise Trouble(f"{port.device}: {refused}") from refused
        if lacks := station_secrets.missing(made.config, self._secrets):
            raise Trouble(f"{made.path}: it still needs {lacks[0]}", *(f"and {words}" for words in lacks[1:]))
        files = station_files.files(made, self._secrets)
        if made.config["readers"] and found.cards != station_files.cards_hash(made.cards):
            files[station_files.CARDS] = station_files.cards(made.cards)
        return files
