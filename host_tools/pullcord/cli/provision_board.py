"""Passwords onto a board that is a station already: a Wi-Fi that was mistyped is corrected over USB, and only that."""

from collections.abc import Mapping
from typing import Any

from pullcord.cli.failure import Failure
from pullcord.cli.options import board_files
from pullcord.plant import station_secrets
from pullcord.plant.secret_store import Secrets
from pullcord.usb.board import look
from pullcord.usb.deploy import Wanted
from pullcord.usb.job import bring
from pullcord.usb.ports import port_named
from pullcord.usb.trouble import Trouble


def station_at(device: str, configs: Mapping[str, Mapping[str, Any]]) -> str:
    """site/area/line/station of the board at this port. Failure when it is none of the plant's."""
    try:
        found = look(port_named(device), board_files())
    except Trouble as trouble:
        raise Failure(*trouble.lines) from trouble
    if found.station not in configs:
        new = f"{device}: this board is no station of the plant file yet: `pullcord flash {device}`."
        raise Failure(*(found.trouble or [new]))
    return found.station


def onto_board(device: str, config: Mapping[str, Any], secrets: Secrets, stop_the_line: bool) -> list[str]:
    """Bring what differs, and restart the station; names of files that did. Failure."""
    files = {f"/{name}": content for name, content in station_secrets.files(config, secrets).items()}
    try:
        return bring(port_named(device), Wanted(None, files), stop_the_line=stop_the_line).changed
    except Trouble as trouble:
        raise Failure(*trouble.lines) from trouble
