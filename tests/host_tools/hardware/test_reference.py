"""Profile, reference config, wiring file and bill of materials name the same pins, wires and parts.

The files are read as a technician would read them, not by the code that made them.
"""

import csv
import html
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pullcord.plant import boards
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load

HARDWARE = Path(__file__).parents[3] / "hardware"
DOCS = HARDWARE.parent / "docs" / "hardware"
STATIONS = ("call-box", "kanban-post", "full-station", "poe-station")


def read(file):
    return YAML(typ="safe").load(file.read_text())


def wiring(station):
    return [read(file) for file in sorted((HARDWARE / "wiring").glob(f"{station}-*.yaml"))]


def bill(station):
    with (HARDWARE / "bom" / f"{station}.csv").open() as file:
        return list(csv.DictReader(file))


def wires(sheet):
    """(device, terminal, device, terminal) of each wire of a sheet."""
    found = []
    for left, _, right in sheet["connections"]:
        ((one, (pin,)),) = left.items()
        ((other, (other_pin,)),) = right.items()
        found.append((one, pin, other, other_pin))
    return found


def at_board(sheet):
    """(pin of the board, device at the other end)."""
    for one, pin, other, other_pin in wires(sheet):
        if one == "A1":
            yield pin, other
        if other == "A1":
            yield other_pin, one


@pytest.fixture(scope="module")
def plants(profiles):
    return {name: load(HARDWARE / "reference" / f"{name}.yaml", profiles) for name in ("plant", "boards")}


@pytest.fixture(scope="module")
def configs(plants, profiles):
    """The compiled config of each reference station and of each board's call box, by name."""
    compiled = [made for plant in plants.values() for made in compile_plant(plant, profiles)]
    return {made.path.rpartition("/")[2]: made.config for made in compiled}


def test_every_board_compiles_a_reference_station(configs, profiles):
    for board in profiles.values():
        assert configs[board.id]["board"] == board.id
        assert configs[board.id]["machine"] == board.machine
        assert len(configs[board.id]["inputs"]) == 4
    assert {configs[name]["board"] for name in STATIONS} <= set(profiles)


def signal_gpios(config):
    """Every GPIO that a config uses, but those of readers' chips."""
    used = [*config["light"]["pins"].values(), *(item["pin"] for item in config["inputs"])]
    used += [config[name]["pin"] for name in ("buzzer", "permit") if config.get(name)]
    used += [config["permit"]["readback"]["pin"]] if (config.get("permit") or {}).get("readback") else []
    return sorted(used + [pin for reader in config["readers"] for pin in reader.get("pins", {}).values()])


def chip_gpios(config):
    wires = [bus for reader in config["readers"] for bus in reader.get("bus", {}).items()]
    return {pin for wire, pin in wires if wire not in ("spi", "uart", "i2c")}


@pytest.mark.parametrize("station", STATIONS)
def test_the_wiring_has_the_pins_of_the_config(configs, profiles, station):
    config, sheets = configs[station], wiring(station)
    board = profiles[config["board"]]
    drawn = {pin for sheet in sheets for pin, _ in at_board(sheet)} - set(board.power) - {"RJ45"}
    gpios = {board.pins[pin].gpio for pin in drawn}
    assert gpios == {*signal_gpios(config), *chip_gpios(config)}


def test_the_wiring_of_each_board_has_the_pins_of_its_config(configs, profiles):
    for board in profiles.values():
        sheet = read(HARDWARE / "wiring" / f"board-{board.id}.yaml")
        drawn = {pin for pin, _ in at_board(sheet)} - set(board.power)
        assert sorted(board.pins[pin].gpio for pin in drawn) == signal_gpios(configs[board.id]), board.id


@pytest.mark.parametrize("station", STATIONS)
def test_each_input_reaches_its_pin_by_the_wires(configs, profiles, station):
    """From the switch that bears the input's name, over its coupler or loop terminals, to the GPIO of the config."""
    config = configs[station]
    pins = profiles[config["board"]].pins
    (sheet,) = [sheet for sheet in wiring(station) if "S1" in sheet["connectors"]]
    ways = wires(sheet)
    for item in config["inputs"]:
        (switch,) = [name for name, device in sheet["connectors"].items() if device.get("type") == item["name"]]
        between = {other for one, _, other, _ in ways if one == switch and other[0] in "KZ"}
        assert len(between) == 1, f"{switch} ends at {between}"
        ends = {pins[pin].gpio for one, _, other, pin in ways if one in between and other == "A1" and pin in pins}
        assert ends == {item["pin"]}


@pytest.mark.parametrize("station", STATIONS)
def test_each_light_reaches_its_pin_by_the_wires(configs, profiles, station):
    """From the light, over the output and the input of the same channel of the driver, to the GPIO of the config."""
    config = configs[station]
    pins = profiles[config["board"]].pins
    (sheet,) = [sheet for sheet in wiring(station) if "P1" in sheet["connectors"]]
    ways = wires(sheet)
    for light, gpio in config["light"]["pins"].items():
        ((driver, channel),) = [(one, pin) for one, pin, other, end in ways if (other, end) == ("P1", light)]
        (pin,) = [pin for one, pin, other, end in ways if (other, end) == (driver, channel.replace("O", "I"))]
        assert pins[pin].gpio == gpio


TERMINALS = {"cs": "SDA/SS", "reset": "RST", "tx": "RXD", "rx": "TXD"}  # a serial line is crossed


@pytest.mark.parametrize("station", ["kanban-post", "full-station"])
def test_each_wire_of_a_reader_reaches_its_pin(configs, profiles, station):
    config = configs[station]
    pins = profiles[config["board"]].pins
    (sheet,) = [sheet for sheet in wiring(station) if "A2" in sheet["connectors"]]
    for reader in config["readers"]:
        wanted = {
            (TERMINALS.get(wire, wire.upper()), pin)
            for wire, pin in reader["bus"].items()
            if wire not in ("spi", "uart")
        }
        title = "reader " + reader["name"]
        (module,) = [name for name, device in sheet["connectors"].items() if device["type"] == title]
        ends = {(end, pins[pin].gpio) for _, pin, other, end in wires(sheet) if other == module and pin in pins}
        assert ends == wanted


def test_the_permit_reaches_its_pin_and_its_contact_is_read_back(configs, profiles):
    config = configs["full-station"]
    pins = profiles[config["board"]].pins
    (sheet,) = [sheet for sheet in wiring("full-station") if "K20" in sheet["connectors"]]
    ways = wires(sheet)
    ((driver, channel),) = [(one, pin) for one, pin, other, end in ways if (other, end) == ("K20", "A2-")]
    (pin,) = [pin for _, pin, other, end in ways if (other, end) == (driver, channel.replace("O", "I"))]
    assert pins[pin].gpio == config["permit"]["pin"]
    (pin,) = [pin for _, pin, other, end in ways if (other, end) == ("K20", 24)]
    assert pins[pin].gpio == config["permit"]["readback"]["pin"]


@pytest.mark.parametrize("station", STATIONS)
def test_the_bill_has_every_part_of_the_wiring(station):
    drawn: dict[str, str] = {}
    for sheet in wiring(station):
        drawn.update({name: device["mpn"] for name, device in sheet["connectors"].items() if "mpn" in device})
    rows = bill(station)
    for name, number in drawn.items():
        (row,) = [row for row in rows if row["part number"] == number]
        assert name in row["in the drawings"].split(), f"{name} is a {number}"
    for row in rows:
        places = [name for name in row["in the drawings"].split() if drawn.get(name) == row["part number"]]
        if not {"X1", "X2"} & set(places):
            assert int(row["quantity"]) >= len(places) > 0 or not places


@pytest.mark.parametrize("station", STATIONS)
def test_the_bill_has_every_cable_of_the_wiring(station):
    """In metres, and no cable has more wires than cores."""
    rows = bill(station)
    for sheet in wiring(station):
        for name, cable in sheet["cables"].items():
            if cable.get("category") == "bundle":
                continue
            (row,) = [row for row in rows if name in row["in the drawings"].split()]
            assert int(row["quantity"]) >= cable["length"]
            cores = int(row["what"].split(" x ")[0].split()[-1]) if " x " in row["what"] else 8
            assert len(cable["colors"]) <= cores


@pytest.mark.parametrize("station", STATIONS)
def test_every_part_can_be_ordered(station):
    for row in bill(station):
        assert int(row["quantity"]) > 0
        assert all(row[key] for key in ("maker", "part number", "what", "rating")), row
    assert max(Counter(row["part number"] for row in bill(station)).values()) == 1


def test_the_permits_of_a_segment_are_in_series():
    """From the machine through every station's contact and back, and nothing beside it."""
    chain = wires(read(HARDWARE / "wiring" / "segment-permit.yaml"))
    assert (chain[0][0], chain[-1][2]) == ("M1 out", "M1 in")
    for before, after in pairwise(chain):
        assert before[2:] == (after[0], 1) and after[1] == 2


@pytest.mark.parametrize("file", sorted((HARDWARE / "wiring").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_drawing_shows_what_its_source_says(file):
    """The SVG that is in the docs has every device, terminal and cable of the source: it was drawn after it."""
    source, drawing = read(file), html.unescape((DOCS / "images" / f"{file.stem}.svg").read_text())
    picture = DOCS / "images" / f"{file.stem}.png"
    assert picture.read_bytes()[:4] == b"\x89PNG" and picture.stat().st_size < 250_000
    for name, device in source["connectors"].items():
        shown = [name, *device["pins"], device.get("mpn", "")] if "pins" in device else [device["type"]]
        for text in shown:
            assert f"{text}<" in drawing, f"{name}: {text}"
    for name in source["cables"]:
        assert f">{name}<" in drawing


def test_the_shop_that_make_run_starts_has_the_reference_stations():
    profiles = boards.load()
    shop = load(HARDWARE.parent / "docs/examples/assembly-shop.yaml", profiles).stations()
    reference = load(HARDWARE / "reference/plant.yaml", profiles).stations()
    by_name = {path.rpartition("/")[2]: station for path, (_, station) in shop.items()}
    assert {path.rpartition("/")[2] for path in reference} <= set(by_name)
    for path, (_, station) in reference.items():
        assert by_name[path.rpartition("/")[2]] == station
