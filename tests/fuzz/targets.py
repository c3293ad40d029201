"""What reads bytes from outside. A target takes any bytes; what it raises is a mistake of ours.

Each swallows the errors that its callers handle, and no others. `test_targets.py` runs them a little in every
`make test`; `make fuzz` lets atheris look for ways into them, led by the branches that they take.
"""

import contextlib
import copy
import json
from collections.abc import Callable

from pullcord.line import reading
from pullcord.plant import boards
from pullcord.plant.document import Document
from pullcord.plant.load import check
from pullcord.plant.problems import PlantError
from pullcord.sim import harness
from station.core import commands, lines
from station.core import config as rules
from station.core.station import Station
from station.drivers import pn532
from station.net import der, greeting, names, packets
from station.update import Refused, _read

CONFIG = harness.config()
BOARDS = boards.load()
UNIX = 1_795_197_363_412


def mqtt(data: bytes) -> None:
    """In two reads, and whatever a session does with each packet. Never more is kept than a packet and a read."""
    splitter = packets.Splitter(512)
    try:
        for part in (data[: len(data) // 2], data[len(data) // 2 :]):
            splitter.feed(part)
            while found := splitter.next():
                _packet(*found)
            assert len(splitter._data) - splitter._at <= 512 + 5 + len(part)
    except packets.PacketError:
        pass


def _packet(first: int, body: bytes) -> None:
    readers: dict[int, Callable[[bytes], object]] = {
        0x40: packets.read_puback,
        0x20: greeting.read_connack,
        0x90: greeting.read_suback,
    }
    if first & 0xF0 == packets.PUBLISH:
        packets.read_publish(first, body)
    elif first in readers:
        readers[first](body)


def name_server(data: bytes) -> None:
    with contextlib.suppress(OSError, IndexError):
        names.answer("broker.plant", names.question("broker.plant")[:2] + data)


def certificate(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        der.not_before(data)


def serial_lines(data: bytes) -> None:
    cut = lines.Lines(lines.LONGEST_TO_BOARD)
    cut.feed(data)
    while (line := cut.next()) is not None:
        found = lines.read(lines.TO_BOARD, line)
        if found:
            assert lines.read(lines.TO_BOARD, b"".join(lines.frame(lines.TO_BOARD, *found)))


def card_reader(data: bytes) -> None:
    """A frame of the PN532, and what stands in it when its sums are right."""
    with contextlib.suppress(ValueError):
        pn532.unwrap(data)
    pn532._in_the_field(data)


def command(data: bytes) -> None:
    station = Station(CONFIG, "6f1c9a2e41d07b35", 1)
    station.begin(0, [])
    station.time(0, UNIX, 0)
    permit = station.permit()
    with contextlib.suppress(ValueError):
        commands.take(station, 1000, data)
    assert not station.permit() or permit or b"restart" in data or b"bypass" in data


def part(data: bytes) -> None:
    """A part of a config or of a card table."""
    for what in ("config", "cards"):
        with contextlib.suppress(Refused):
            _read(what, data)


def config(data: bytes) -> None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return
    rules.problems(found)
    if isinstance(found, dict):
        rules.problems(copy.deepcopy(CONFIG) | found)


def event(data: bytes) -> None:
    """At the plant: taken, or into quarantine with a reason."""
    reading.read(reading.Arrival("pullcord/v1/a/b/c/d/event", "a/b/c/d", data, UNIX))


def plant_file(data: bytes) -> None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    with contextlib.suppress(PlantError):
        check(Document.parse("plant.yaml", text), BOARDS)


TARGETS: dict[str, Callable[[bytes], None]] = {
    function.__name__: function
    for function in (
        mqtt,
        name_server,
        certificate,
        serial_lines,
        card_reader,
        command,
        part,
        config,
        event,
        plant_file,
    )
}
