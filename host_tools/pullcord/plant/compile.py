"""Plant file and board profiles -> a config.json and a card table for each station, always the same bytes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from station.core import config as station_config

from . import levels, loops, pins, shift_table, terminals, wiring, zone
from .boards import Board
from .flow import Loop
from .model import Andon, Input, Line, Plant, Reader, Station

FORMAT = 1
_REPEAT_S = 2.0
_MUTE_S = 120


class Card(NamedTuple):
    """`here`: roles that may take the card at this station: s signal, h ship, r receive, b badge."""

    uid: str
    loop: str
    here: str
    state: str


@dataclass(frozen=True)
class Compiled:
    """`path` is site/area/line/station."""

    path: str
    config: dict[str, Any]
    cards: tuple[Card, ...]


class CompileError(Exception):
    """The firmware's own rules refuse what was compiled: a rule that the plant file's check lacks."""


def compile_plant(plant: Plant, boards: Mapping[str, Board], version: int = 1) -> list[Compiled]:
    """Every station, in the order of the file. Raises CompileError."""
    return [
        _station(plant, f"{plant.site.name}/{path}", path, line, station, boards[station.board], version)
        for path, (line, station) in plant.stations().items()
    ]


def _station(
    plant: Plant, path: str, place: str, line: Line, station: Station, board: Board, version: int
) -> Compiled:
    content: dict[str, Any] = {
        "format": FORMAT,
        "station": path,
        "uid": station.uid or "",
        "board": board.id,
        "machine": board.machine,
        **_outputs(station, board, plant.site.time_zone),
        "inputs": [_input(name, item, station, board) for name, item in station.inputs.items()],
        "readers": _readers(station, board),
        "andon": _andon(*levels.andon(plant, line, station)),
        "kanban": station.kanban.model_dump(),
        "link": _link(plant, station, board),
        "journal": station.journal.model_dump(),
    }
    takt = levels.takt(line, station)
    if takt:
        content["takt"] = {**takt.model_dump(), "calls": takt.calls or ""}
    calendar = shift_table.table(plant, line)
    if calendar and (takt or any(item["escalate_s"] for item in content["andon"]["categories"])):
        content["calendar"] = calendar
    config = {"format": FORMAT, "version": version, "hash": content_hash(content), **content}
    problems = station_config.problems(config)
    if problems:
        raise CompileError(f"{path}: " + "; ".join(problems))
    return Compiled(path, config, _cards(plant, place, station))


def content_hash(config: Mapping[str, Any]) -> str:
    """First 12 hex digits of SHA-256 over the canonical JSON, without `version` and `hash`."""
    content = {key: value for key, value in config.items() if key not in ("version", "hash")}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _link(plant: Plant, station: Station, board: Board) -> dict[str, Any]:
    link = {**station.link.model_dump(), "host": plant.broker.host, "port": plant.broker.listens_at}
    tls = plant.broker.tls
    if tls:
        link["tls"] = {"name": tls.name or plant.broker.host, "certificate": tls.certificates}
    if station.link.kind == "ethernet" and board.ethernet:
        link.update(board.ethernet.model_dump())
    return link


def _outputs(station: Station, board: Board, time_zone: str) -> dict[str, Any]:
    light, buzzer, permit = station.light, station.buzzer, station.permit
    out: dict[str, Any] = {
        "light": terminals.light(station, board),
        "buzzer": None,
        "permit": None,
    }
    if buzzer:
        out["buzzer"] = {"kind": buzzer.kind, "pin": board.pins[buzzer.pin].gpio}
        if buzzer.volume:
            steps = sorted([int(time[:2]) * 60 + int(time[3:]), percent] for time, percent in buzzer.volume.items())
            out["buzzer"].update(volume=steps, zone=zone.transitions(time_zone))
    if permit:
        gpio = board.pins[permit.pin].gpio
        out["permit"] = {"pin": gpio, "active": permit.active, "resume": permit.resume}
        if permit.bypass_s:
            out["permit"]["bypass_s"] = permit.bypass_s
        if permit.readback:
            back = permit.readback
            out["permit"]["readback"] = {**back.model_dump(), "pin": board.pins[back.pin].gpio}
    if light.sense:
        out["light"]["sense"] = {**light.sense.model_dump(), "pins": _gpios(light.sense.pins, board)}
    if station.self_test:
        out["self_test"] = True
    if station.expanders:
        out["expanders"] = terminals.expanders(station, board)
    return out


def _input(name: str, item: Input, station: Station, board: Board) -> dict[str, Any]:
    kept = item.model_dump(exclude_none=True, exclude={"loop", "contact", "counted"})
    out = {"name": name, **kept}
    if item.expander:
        del out["pull"]
        out.update(kind="expander", pin=terminals.number(station.expanders[item.expander], item.pin))
    else:
        out["pin"] = board.pins[item.pin].gpio
    if item.loop:
        del out["active"], out["pull"]
        out["kind"] = "loop"
        out["rest"], out["pulled"] = loops.readings(item)
    if item.counted:
        out["kind"] = "pulse"
    if item.contact == "closed" and not item.loop:
        out["active"] = "low" if item.active == "high" else "high"
    if item.does == "call" and item.via is None:
        out["via"] = "cord"
    return out


def _readers(station: Station, board: Board) -> list[dict[str, Any]]:
    numbers = pins.buses(wiring.uses(station), board)
    devices = {name: wiring.reader_device(name) for name in station.readers}
    return [_reader(name, item, board, numbers.get(devices[name])) for name, item in station.readers.items()]


def _reader(name: str, reader: Reader, board: Board, number: int | None) -> dict[str, Any]:
    out = {"name": name, "kind": reader.kind, "role": reader.role, "pins": _gpios(reader.pins, board)}
    if number is not None:
        family = "uart" if "tx" in reader.bus else "spi"
        out["bus"] = {family: number, **_gpios(reader.bus, board)}
    return out


def _gpios(pins: Mapping[Any, str], board: Board) -> dict[str, int]:
    return {str(name): board.pins[pin].gpio for name, pin in pins.items()}


def _andon(*around: Andon) -> dict[str, Any]:
    """The nearest level that says a thing counts."""
    repeat_s = next((level.repeat_s for level in reversed(around) if level.repeat_s is not None), _REPEAT_S)
    out: dict[str, Any] = {
        "repeat_ms": round(repeat_s * 1000),
        "mute_s": next((level.mute_s for level in reversed(around) if level.mute_s is not None), _MUTE_S),
        "categories": [
            {"name": name, "stop": category.stop, "escalate_s": category.escalate_s}
            for name, category in levels.categories(*around).items()
        ],
    }
    mark = next((level.mark for level in reversed(around) if level.mark), None)
    if mark:
        out["mark"] = mark.model_dump(by_alias=True, exclude_none=True)
    return out


def _cards(plant: Plant, place: str, station: Station) -> tuple[Card, ...]:
    """A reader knows every card of the plant, so that it can tell a wrong place from an unknown card."""
    roles = {reader.role for reader in station.readers.values()}
    cards = []
    if roles - {"badge"}:
        for name, loop in plant.loops.items():
            cards += [Card(uid, name, _here(loop, place), "full") for uid in loop.cards]
    if "badge" in roles:
        badges = [(person.badge, name) for name, person in plant.people.items() if person.badge]
        cards += [Card(badge, name, "b", "full") for badge, name in badges]
    return tuple(sorted(cards))


def _here(loop: Loop, place: str) -> str:
    """In the order that the station keeps them in: its table's hash is made of it."""
    roles = {"s": loop.consumer, "h": loop.supplier, "r": loop.consumer}
    return "".join(role for role, at in roles.items() if at == place)
