"""What must fit together across the sections of a plant file. Every rule gives all its problems."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from station.core import config_parts

from . import flow_rules, levels, line_rules, loops, people_rules, pins, terminals
from .boards import Board
from .model import Andon, Light, Line, Plant, Station
from .problems import Path, Problem, dotted
from .shape import suggestion
from .wiring import uses

_SECRET_WORDS = ("password", "passwd", "passphrase", "secret", "token", "psk", "api_key", "private_key")
_SECRET_URL = re.compile(r"://[^/@]*:[^/@]*@")
_SECRET_PLACE = (
    "put it into secrets.json (wifi_ssid wifi_password mqtt_user mqtt_password), which is not shared"
)


def secrets(data: Any, path: Path = ()) -> Iterator[Problem]:
    """Keys that look like a secret. Their value is never shown."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        named = isinstance(key, str) and any(word in key.lower().replace("-", "_") for word in _SECRET_WORDS)
        if named or (isinstance(value, str) and _SECRET_URL.search(value)):
            wrong = "a secret has no place in the plant file"
            yield Problem((*path, key), "(not shown)", wrong, _SECRET_PLACE)
        else:
            yield from secrets(value, (*path, key))


def check(plant: Plant, data: Any, boards: Mapping[str, Board]) -> Iterator[Problem]:
    """`data` is the whole document: a name in it counts as there, also when its section has problems."""
    yield from _time_zone(plant)
    for path, (line, station) in plant.stations().items():
        area_name, line_name, name = path.split("/")
        line_at: Path = ("areas", area_name, "lines", line_name)
        at: Path = (*line_at, "stations", name)
        yield from _board(station, at, boards)
        yield from _lights(station.light, at)
        yield from _readers(station, at)
        yield from _categories(station, at, _known_categories(data, at))
        yield from _supervised(station, at)
        yield from terminals.problems(station, at)
        yield from _mark(plant, line, station, at)
        yield from _levels(station.andon, at)
    yield from _takts(plant, data)
    yield from _levels(plant.andon, ())
    yield from flow_rules.check(plant, data, _known_stations(data))
    yield from line_rules.check(plant, data)
    yield from people_rules.check(plant, data)
    yield from _once("card", _uids(plant))
    yield from _once("board", _board_uids(plant))


def _time_zone(plant: Plant) -> Iterator[Problem]:
    zones = available_timezones()
    if plant.site.time_zone not in zones:
        right = suggestion(plant.site.time_zone, zones)
        right = right if right.startswith("did") else "a name such as Europe/Berlin"
        yield Problem(("site", "time_zone"), plant.site.time_zone, "is no time zone", right)


def _lights(light: Light, at: Path) -> Iterator[Problem]:
    """A tower says at least red and green, an RGB light has its three channels and nothing else."""
    if light.pixels is not None:
        return  # see `terminals`
    is_rgb = light.kind == "rgb"
    needed = ("red", "green", "blue") if is_rgb else ("red", "green")
    for name in needed:
        if name not in light.pins:
            yield Problem((*at, "light", "pins"), None, f"{name} is missing", f"add {name} and its pin")
    for name, pin in light.pins.items():
        if is_rgb and name not in needed:
            yield Problem((*at, "light", "pins", name), pin, "is no light of an RGB one", "one of red, green, blue")


def _board(station: Station, at: Path, boards: Mapping[str, Board]) -> Iterator[Problem]:
    board = boards.get(station.board)
    if board is None:
        yield Problem((*at, "board"), station.board, "no such board", suggestion(station.board, boards))
        return
    if station.link.kind != "none" and station.link.kind not in board.network:
        right = "one of " + ", ".join([*board.network, "none"])
        yield Problem((*at, "link", "kind"), station.link.kind, f"{board.name} has none", right)
    yield from pins.problems(uses(station), board, station.link.kind == "wifi", at)


def _readers(station: Station, at: Path) -> Iterator[Problem]:
    """Each chip has its wires and no others."""
    for name, reader in station.readers.items():
        path = (*at, "readers", name, "bus")
        wires = [wire for wire in config_parts.READERS[reader.kind] if wire not in ("spi", "uart")]
        for wire in wires:
            if wire not in reader.bus:
                yield Problem((*path, wire), None, "is missing", f"the pin: a {reader.kind} needs it")
        for wire, pin in reader.bus.items():
            if wire not in wires and not (wires and wire == "reset"):
                yield Problem((*path, wire), pin, f"a {reader.kind} has none", "take it away")


def _categories(station: Station, at: Path, known: set[str]) -> Iterator[Problem]:
    for name, item in station.inputs.items():
        path = (*at, "inputs", name)
        if item.does == "call" and item.category is None:
            yield Problem((*path, "category"), None, "is missing", "a call needs " + suggestion("", known))
        elif item.does != "call" and item.category is not None:
            yield Problem((*path, "category"), item.category, f"{item.does} has no category", "take it away")
        elif item.category is not None and item.category not in known:
            right = suggestion(item.category, known)
            yield Problem((*path, "category"), item.category, "is not a category of this station", right)


def _supervised(station: Station, at: Path) -> Iterator[Problem]:
    for name, item in station.inputs.items():
        path = (*at, "inputs", name)
        if not item.loop:
            continue
        for key in ("active", "pull"):
            if key in item.model_fields_set:
                yield Problem((*path, key), getattr(item, key), "a supervised loop has none", "take it away")
        against = loops.objection(item)
        if against:
            ohms = f"{item.loop.end_ohm}, {item.loop.contact_ohm}, {item.loop.pull_up_ohm}"
            yield Problem((*path, "loop"), ohms, *against)


def _mark(plant: Plant, line: Line, station: Station, at: Path) -> Iterator[Problem]:
    around = levels.andon(plant, line, station)
    if not any(category.stop == "fixed_position" for category in levels.categories(*around).values()):
        return
    mark = next((level.mark for level in reversed(around) if level.mark), None)
    path = (*at, "andon", "mark")
    if mark is None:
        right = "add andon.mark, such as {from: delay, delay_s: 20}"
        yield Problem(path, None, "fixed_position needs a mark", right)
    elif mark.came_from == "delay" and mark.delay_s is None:
        yield Problem((*path, "delay_s"), None, "is missing", "seconds from the pull to the mark")
    elif mark.came_from == "takt" and levels.takt(line, station) is None:
        yield Problem((*path, "from"), "takt", "this station has no takt", "add takt, or take delay or input")
    elif mark.came_from == "input" and not any(item.does == "mark" for item in station.inputs.values()):
        right = "add an input that does mark"
        yield Problem((*path, "from"), "input", "no input of this station does mark", right)


def _levels(andon: Andon, at: Path) -> Iterator[Problem]:
    for name, category in andon.categories.items():
        times = category.escalate_s
        if times != sorted(set(times)):
            path = (*at, "andon", "categories", name, "escalate_s")
            yield Problem(path, ", ".join(map(str, times)), "the levels are out of order", "rising seconds")


def _takts(plant: Plant, data: Any) -> Iterator[Problem]:
    for area_name, area in plant.areas.items():
        for line_name, line in area.lines.items():
            at: Path = ("areas", area_name, "lines", line_name)
            yield from _levels(line.andon, at)
            stations = line.stations.items()
            takts = [((*at, "takt"), line.takt)]
            takts += [((*at, "stations", name, "takt"), station.takt) for name, station in stations]
            for path, takt in takts:
                known = _known_categories(data, path[:-1])
                if takt and takt.calls is not None and takt.calls not in known:
                    right = suggestion(takt.calls, known)
                    yield Problem((*path, "calls"), takt.calls, "is not a category here", right)


def _uids(plant: Plant) -> Iterator[tuple[Path, str]]:
    for name, loop in plant.loops.items():
        for index, uid in enumerate(loop.cards):
            yield ("loops", name, "cards", index), uid
    for name, person in plant.people.items():
        if person.badge:
            yield ("people", name, "badge"), person.badge


def _board_uids(plant: Plant) -> Iterator[tuple[Path, str]]:
    for path, (_, station) in plant.stations().items():
        area, line, name = path.split("/")
        if station.uid:
            yield ("areas", area, "lines", line, "stations", name, "uid"), station.uid


def _once(what: str, uids: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    seen: Counter[str] = Counter()
    for path, uid in uids:
        seen[uid] += 1
        if seen[uid] > 1:
            wrong = f"this {what} is at {dotted(first[uid])} already"
            yield Problem(path, uid, wrong, f"another {what}")
        first.setdefault(uid, path)


def _known_categories(data: Any, at: Path) -> set[str]:
    """Of everything on the way to `at`."""
    known: set[str] = set()
    node = data
    for part in (None, *at):
        node = node if part is None else _get(node, part)
        categories = _get(_get(node, "andon"), "categories")
        known.update(categories if isinstance(categories, dict) else ())
    return known


def _known_stations(data: Any) -> set[str]:
    return {
        f"{area_name}/{line_name}/{name}"
        for area_name, area in _items(_get(data, "areas"))
        for line_name, line in _items(_get(area, "lines"))
        for name, _ in _items(_get(line, "stations"))
    }


def _items(node: Any) -> Iterable[tuple[str, Any]]:
    return node.items() if isinstance(node, dict) else ()


def _get(node: Any, key: str | int) -> Any:
    return node.get(key) if isinstance(node, dict) else None
