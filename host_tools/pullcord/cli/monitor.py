"""`pullcord monitor`: what a station does, live, at its cable or from the broker."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pullcord.cli.broker_access import Broker, broker_accounts
from pullcord.cli.failure import DONE, Failure
from pullcord.cli.options import PLANT_FILE, AsJson, PlantFile, SecretsFile, named_station, opened_plant
from pullcord.cli.until_stopped import end_on_signals
from pullcord.cli.visible import visible
from pullcord.line import words
from pullcord.line.watching import Said, from_broker
from pullcord.plant.broker_files import PLANT_SIDE
from pullcord.plant.secret_store import StoreProblem
from pullcord.usb.plugged import follow
from pullcord.usb.ports import ports
from pullcord.usb.trouble import Trouble
from pullcord.usb.watching import from_cable


def register(app: typer.Typer) -> None:
    app.command("monitor")(monitor)


def monitor(
    what: Annotated[
        str, typer.Argument(metavar="[PORT|STATION]", help="A port such as /dev/ttyACM0, or a station; all when empty.")
    ] = "",
    stations: Annotated[
        list[str] | None, typer.Option("--station", metavar="NAME", help="Only stations whose path holds this.")
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="Only this: andon, andon.called, kanban, state, online ..."),
    ] = None,
    calls: Annotated[
        list[str] | None, typer.Option("--call", metavar="CALL", help="Only this category, or the call of this id.")
    ] = None,
    plant_file: PlantFile = PLANT_FILE,
    secrets_file: SecretsFile = None,
    broker: Broker = "",
    as_json: AsJson = False,
) -> int:
    """Show state and events of a station as they come, until Ctrl-C; over its USB cable or from the broker.

    It goes on by itself when the board is plugged in again or the broker is back, and says when it sees nothing.

    [pullcord monitor /dev/ttyACM0]   [pullcord monitor st-04 --type andon]   [pullcord monitor --json]
    """
    wanted = Filter(stations or [], types or [], calls or [])
    printer = _as_json if as_json else Printer().lines
    try:
        source = from_cable(follow(what)) if _is_port(what) else _from_broker(what, plant_file, secrets_file, broker)
        asyncio.run(_show(source, wanted, printer))
    except Trouble as trouble:
        raise Failure(*_advice(trouble)) from trouble
    except StoreProblem as problem:
        raise Failure(f"pullcord monitor: {problem}") from problem
    return DONE


async def _show(source: AsyncIterator[Said], wanted: "Filter", printer: Any) -> None:
    end_on_signals(lambda words: None, "")
    try:
        async for said in source:
            for line in printer(said) if wanted.lets(said) else ():
                print(line, flush=True)
    except asyncio.CancelledError:
        pass  # so it is to end


class Filter:
    """What somebody wants to see; that we are cut off always."""

    def __init__(self, stations: list[str], types: list[str], calls: list[str]) -> None:
        self._stations, self._calls = stations, calls
        self._types = [name.removeprefix("pullcord.").removesuffix(".v1") for name in types]

    def lets(self, said: Said) -> bool:
        if said.what in ("cut off", "back"):
            return True
        name = words.kind(said.data) if said.what == "event" else said.what
        return (
            (not self._stations or any(one in said.station for one in self._stations))
            and (not self._types or any(f"{name}.".startswith(f"{one}.") for one in self._types))
            and (not self._calls or bool({*self._calls} & _calls(said)))
        )


class Printer:
    """Lines for people: of a state only what is new."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def lines(self, said: Said) -> list[str]:
        at, who = _clock(said), said.station.rpartition("/")[2]
        try:
            texts = self._texts(said)
        except (AttributeError, KeyError, TypeError, ValueError):
            texts = [f"{said.what}: in a form that is not known here; --json shows it"]
        return [visible(f"{at} {who:<8}  {text}".rstrip()) for text in texts]

    def _texts(self, said: Said) -> list[str]:
        if said.what == "event":
            return [words.of_event(said.data)]
        if said.what == "state":
            now, before = words.of_state(said.data), self._known.get(said.station, {})
            self._known[said.station] = now
            new = [f"{name} {value}" for name, value in now.items() if value != before.get(name)]
            return ["state: " + "; ".join(new)] if new else []
        if said.what == "online":
            return ["is online" if said.data.get("online") else "IS OFFLINE: the plant does not hear it"]
        return [f"CUT OFF: {said.data['why']}" if said.what == "cut off" else "back: it goes on from here"]


def _as_json(said: Said) -> list[str]:
    return [json.dumps({"what": said.what, "station": said.station, "data": said.data})]


def _calls(said: Said) -> set[str]:
    """Categories and ids of the calls that it is about."""
    if said.what == "state":
        calls = said.data.get("calls", [])
        known = [call for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
        return {str(call.get(key)) for call in known for key in ("id", "category")}
    data = said.data.get("data", {})
    data = data if isinstance(data, dict) else {}
    return {words.call_of(said.data), str(data.get("category", "")), str(data.get("call", ""))} - {""}


def _clock(said: Said) -> str:
    """When it happened, in local time; with a `?` when it came, because its clock was unset."""
    now = datetime.now().astimezone()
    if said.what != "event":
        return f"{now:%H:%M:%S} "
    try:
        return f"{datetime.fromisoformat(said.data['time']).astimezone():%H:%M:%S} "
    except (KeyError, ValueError, TypeError):
        return f"{now:%H:%M:%S}?"


def _is_port(what: str) -> bool:
    return bool(what) and (
        os.path.exists(what) or what.startswith("/dev/") or what in {p.serial_number for p in ports()}
    )


def _from_broker(what: str, plant_file: Path, secrets_file: Path | None, broker: str) -> AsyncIterator[Said]:
    known = broker_accounts(plant_file, secrets_file, broker)
    chosen = [_path(what, plant_file)] if what else []
    return from_broker(lambda: known(PLANT_SIDE), chosen)


def _path(called: str, plant_file: Path) -> str:
    """site/area/line/station; only what is not written out needs the plant file."""
    if called.count("/") == 3:
        return called
    plant, _ = opened_plant(plant_file)
    return f"{plant.site.name}/{named_station(plant, called)}"


def _advice(trouble: Trouble) -> list[str]:
    lines = [f"pullcord monitor: {trouble.lines[0]}", *trouble.lines[1:]]
    if "open" in trouble.lines[0]:
        lines.append("If it is the gateway: `pullcord monitor STATION` shows the same from the broker.")
    return lines
