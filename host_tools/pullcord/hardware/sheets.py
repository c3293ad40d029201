"""The sheets of one station: supply, inputs, readers, outputs; and one of its board alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from pullcord.plant.boards import Board
from pullcord.plant.model import Input, Permit, Reader, Station

from .circuit import CORES, EARTH, GROUND, LOGIC, PLUS, SIGNAL, ZERO, Device, End, Sheet
from .parts import Item, StationParts

CHANNELS = 8
PERMIT = "permit"
# In the order of a reader's wires; red and black are its supply.
READER_WIRES = ("YE", "GN", "BU", "WH", "GY")
READER_TERMINALS = {"cs": "SDA/SS", "reset": "RST", "tx": "RXD", "rx": "TXD"}
SEGMENT = ("A", "B", "C")


@dataclass(frozen=True)
class Plan:
    """One station with all that is known of it."""

    name: str
    station: Station
    board: Board
    parts: StationParts
    items: dict[str, Item]


@dataclass(frozen=True)
class Output:
    """A channel of the driver: the pin that drives it, and what it drives."""

    channel: int
    pin: str
    load: str

    def terminal(self, side: str) -> End:
        """`side`: I or O. A driver has eight channels."""
        return f"V{(self.channel - 1) // CHANNELS + 1}", f"{side}{(self.channel - 1) % CHANNELS + 1}"


def outputs(station: Station) -> list[Output]:
    """In the order of the driver's channels."""
    loads: list[tuple[str, str]] = [(pin, light) for light, pin in station.light.pins.items()]
    if station.buzzer:
        loads.append((station.buzzer.pin, "buzzer"))
    if station.permit:
        loads.append((station.permit.pin, PERMIT))
    for name, reader in station.readers.items():
        loads += [(pin, f"{name} {answer}") for answer, pin in reader.pins.items()]
    return [Output(number, pin, load) for number, (pin, load) in enumerate(loads, 1)]


def sheets(plan: Plan) -> list[Sheet]:
    found = [_supply(plan), _inputs(plan), _outputs(plan)]
    if plan.station.permit:
        found.append(_permit(plan, plan.station.permit))
    if any(bus_of(reader) for reader in plan.station.readers.values()):
        found.append(_readers(plan))
    return found


def board_sheet(plan: Plan) -> Sheet:
    """What goes to which pin of the board, for somebody who wires another board than the drawings show."""
    sheet = Sheet(f"board-{plan.board.id}")
    inputs, channels = plan.station.inputs, outputs(plan.station)
    pins = [item.pin for item in inputs.values()] + [output.pin for output in channels]
    pulled = [item for item in inputs.values() if item.pull == "none"]
    extra = ["3V3"] if pulled else []
    feed = power_in(plan.board)
    board = board_pins(sheet, plan, [*pins, *([feed] if feed else []), "GND", *extra])
    if feed:
        source = sheet.add(Device("U1", "DC/DC converter", ("Vout+", "Vout-"), "ddr-15g-5"))
        power = sheet.cable("W87")
        sheet.wire(power, LOGIC, (source, "Vout+"), (board, feed))
        sheet.wire(power, GROUND, (source, "Vout-"), (board, "GND"))
    inside = sheet.cable("W20")
    for number, (name, item) in enumerate(inputs.items(), 1):
        coupler = sheet.add(Device(f"K{number}", f"input coupler: {name}", ("13+", "14-"), "opto-input"))
        sheet.wire(inside, SIGNAL, (coupler, "13+"), (board, item.pin))
        sheet.wire(inside, GROUND, (coupler, "14-"), (board, "GND"))
        if item.pull == "none":
            _pull_up(sheet, number, item, board)
    (driver,) = _drivers(sheet, channels)
    out = sheet.cable("W40")
    for output in channels:
        sheet.wire(out, SIGNAL, (board, output.pin), (driver, f"I{output.channel}"))
    sheet.wire(out, GROUND, (board, "GND"), (driver, "GND"))
    return sheet


def segment_sheet() -> Sheet:
    """The permit relays of one segment, in series: each station can take the permit away, and all must give it."""
    sheet = Sheet("segment-permit")
    control = "control of the machine"
    gives = sheet.add(Device("M1 out", control, ("24 V",), note="behind its safety circuit"))
    strips = [
        sheet.add(Device(f"X2 of {name}", "line permit", ("1", "2"), "terminal", f"contact of station {name}"))
        for name in SEGMENT
    ]
    takes = sheet.add(Device("M1 in", control, ("run",), note="never in place of its safety circuit"))
    ends = [(gives, "24 V"), *((strip, pin) for strip in strips for pin in "12"), (takes, "run")]
    for number, (left, right) in enumerate(zip(ends[::2], ends[1::2], strict=True), 1):
        sheet.wire(sheet.cable(f"W{90 + number}", "cable-4", 10), CORES[1], left, right)
    return sheet


def board_pins(sheet: Sheet, plan: Plan, pins: list[str]) -> str:
    """The board with the pins that a sheet shows, in the order of the board; power pins last."""
    order = [*plan.board.pins, *plan.board.power]
    shown = tuple(sorted(set(pins), key=order.index))
    return sheet.add(Device("A1", plan.board.name, shown, part=plan.board.id))


def power_in(board: Board) -> str:
    """The pin that takes 5 V; "" when the board has none, and is fed by its network cable."""
    return next((name for name in ("VSYS", "5V") if board.power.get(name, "").endswith(" in")), "")


def _supply(plan: Plan) -> Sheet:
    sheet = Sheet(f"{plan.name}-supply")
    mains = sheet.add(Device("G1", "power supply", ("+V", "-V"), plan.parts.supply, "230 V side: an electrician"))
    fuse = sheet.add(Device("F1", "fuse terminal", ("in", "out"), "fuse-holder", plan.items[plan.parts.fuse].rating))
    surge = sheet.add(Device("Z1", "surge protection", ("IN+", "IN-", "OUT+", "OUT-", "PE"), "surge-24"))
    strip = sheet.add(Device("X1", "24 V terminals", ("+24 V", "0 V"), "terminal"))
    earth = sheet.net("PE rail", "PE")
    sheet.wire(sheet.cable("W81"), PLUS, (mains, "+V"), (fuse, "in"))
    sheet.wire(sheet.cable("W82"), PLUS, (fuse, "out"), (surge, "IN+"))
    sheet.wire("W82", ZERO, (mains, "-V"), (surge, "IN-"))
    sheet.wire(sheet.cable("W83"), PLUS, (surge, "OUT+"), (strip, "+24 V"))
    sheet.wire("W83", ZERO, (surge, "OUT-"), (strip, "0 V"))
    sheet.wire(sheet.cable("W84"), EARTH, (surge, "PE"), earth)
    sheet.wire(sheet.cable("W85"), EARTH, (strip, "0 V"), earth)
    if plan.parts.poe:
        switch = sheet.add(Device("U2", "PoE switch", ("port 1",), plan.parts.poe))
        jack = sheet.add(Device("A1", f"{plan.board.name}", ("RJ45",), plan.board.id))
        sheet.wire(sheet.cable("W86", "cable-lan", 20), SIGNAL, (switch, "port 1"), (jack, "RJ45"))
        return sheet
    board = board_pins(sheet, plan, [power_in(plan.board), "GND"])
    converter = sheet.add(Device("U1", "DC/DC converter", ("Vin+", "Vin-", "Vout+", "Vout-"), "ddr-15g-5"))
    sheet.wire(sheet.cable("W86"), PLUS, sheet.net("X1 +24 V", "P24"), (converter, "Vin+"))
    sheet.wire("W86", ZERO, sheet.net("X1 0 V", "M24"), (converter, "Vin-"))
    sheet.wire(sheet.cable("W87"), LOGIC, (converter, "Vout+"), (board, power_in(plan.board)))
    sheet.wire("W87", GROUND, (converter, "Vout-"), (board, "GND"))
    return sheet


def _inputs(plan: Plan) -> Sheet:
    sheet = Sheet(f"{plan.name}-inputs")
    inputs = plan.station.inputs
    pulled_outside = [item.pin for item in inputs.values() if item.pull == "none" or item.loop]
    pins = [item.pin for item in inputs.values()] + ["GND"] + (["3V3"] if pulled_outside else [])
    board = board_pins(sheet, plan, pins)
    plus, zero = sheet.net("+24 V", "P24"), sheet.net("0 V", "M24")
    inside = sheet.cable("W20")
    for number, (name, item) in enumerate(inputs.items(), 1):
        if item.loop:
            _loop(sheet, plan, number, name, item, board)
            continue
        coupler = _contact(sheet, plan, number, name, (plus, zero))
        sheet.wire(inside, SIGNAL, (coupler, "13+"), (board, item.pin))
        sheet.wire(inside, GROUND, (coupler, "14-"), (board, "GND"))
        if item.pull == "none":
            _pull_up(sheet, number, item, board)
    return sheet


def _contact(sheet: Sheet, plan: Plan, number: int, name: str, rails: tuple[End, End]) -> str:
    """A contact in the field, its cable and its coupler; returns the coupler."""
    plus, zero = rails
    choice = plan.parts.inputs[name]
    wires = plan.items[choice.part].draws.get("24V", 0) > 0  # a switch with electronics in it
    terminals = ("BN +", "BU -", "BK out") if wires else ("NO 1", "NO 2")
    switch = sheet.add(Device(f"S{number}", name, terminals, choice.part, plan.items[choice.part].what))
    coupler = sheet.add(Device(f"K{number}", "input coupler", ("A1+", "A2-", "13+", "14-"), "opto-input"))
    cable = sheet.cable(f"W{number}", "cable-4", choice.cable_m)
    if wires:
        sheet.wire(cable, CORES[1], (switch, "BN +"), sheet.net("+24 V", f"P24S{number}"))
        sheet.wire(cable, CORES[6], (switch, "BU -"), sheet.net("0 V", f"M24S{number}"))
        sheet.wire(cable, CORES[2], (switch, "BK out"), (coupler, "A1+"))
    else:
        sheet.wire(cable, CORES[0], (switch, "NO 1"), plus)
        sheet.wire(cable, CORES[1], (switch, "NO 2"), (coupler, "A1+"))
    sheet.wire(sheet.cable("W21"), ZERO, (coupler, "A2-"), zero)
    return coupler


def _loop(sheet: Sheet, plan: Plan, number: int, name: str, item: Input, board: str) -> None:
    """A watched wire: its resistors at the far end, pull-up, filter and clamp at the board."""
    assert item.loop
    choice = plan.parts.inputs[name]
    ohms = f"in it {item.loop.end_ohm} and {item.loop.contact_ohm} Ohm"
    switch = sheet.add(Device(f"S{number}", name, ("1", "2"), choice.part, f"{plan.items[choice.part].what}, {ohms}"))
    clamp = sheet.add(Device(f"Z{number + 1}", "loop terminals", ("loop", "0 V"), "tvs-5v", "with C 100 nF"))
    cable = sheet.cable(f"W{number}", "cable-4", choice.cable_m)
    sheet.wire(cable, CORES[0], (switch, "1"), (clamp, "loop"))
    sheet.wire(cable, CORES[1], (switch, "2"), (clamp, "0 V"))
    sheet.wire("W20", SIGNAL, (clamp, "loop"), (board, item.pin))
    sheet.wire("W20", GROUND, (clamp, "0 V"), (board, "GND"))
    _pull_up(sheet, number, item, board)


def _pull_up(sheet: Sheet, number: int, item: Input, board: str) -> None:
    ohm, part = (item.loop.pull_up_ohm, "resistor-4k7") if item.loop else (10000, "resistor-10k")
    resistor = sheet.add(Device(f"R{number}", f"pull-up {ohm} Ohm", ("1", "2"), part))
    cable = sheet.cable(f"W3{number}")
    sheet.wire(cable, SIGNAL, (board, item.pin), (resistor, "1"))
    sheet.wire(cable, LOGIC, (board, "3V3"), (resistor, "2"))


def _outputs(plan: Plan) -> Sheet:
    sheet = Sheet(f"{plan.name}-outputs")
    channels = [output for output in outputs(plan.station) if output.load != PERMIT]
    power = ["GND", "5V"] if plan.parts.poe and plan.station.buzzer else ["GND"]
    board = board_pins(sheet, plan, [*(output.pin for output in channels), *power])
    drivers = list(_drivers(sheet, channels))
    plus, zero = sheet.net("+24 V", "P24"), sheet.net("0 V", "M24")
    for output in channels:
        cable = sheet.cable(f"W4{(output.channel - 1) // CHANNELS}")
        sheet.wire(cable, SIGNAL, (board, output.pin), output.terminal("I"))
    for number, driver in enumerate(drivers):
        sheet.wire(f"W4{number}", GROUND, (board, "GND"), (driver, "GND"))
        sheet.wire(sheet.cable("W42"), PLUS, (driver, "COM"), plus)
        sheet.wire("W42", ZERO, (driver, "GND"), zero)
    for output in channels:
        _load(sheet, plan, output, plus)
    _lights(sheet, plan, drivers[0], plus)
    return sheet


def _drivers(sheet: Sheet, channels: list[Output]) -> Iterator[str]:
    """Only the channels that this sheet is about."""
    for number in sorted({output.terminal("I")[0] for output in channels}):
        ends = [output.terminal(side) for side in "IO" for output in channels]
        terminals = [terminal for driver, terminal in ends if driver == number]
        yield sheet.add(Device(number, "driver", (*terminals, "GND", "COM"), "driver"))


def _lights(sheet: Sheet, plan: Plan, driver: str, plus: End) -> None:
    lights = list(plan.station.light.pins)
    tower = sheet.add(Device("P1", "stack light", (*lights, "common"), plan.parts.light.part))
    cable = sheet.cable("W50", "cable-8" if len(lights) > 3 else "cable-4", plan.parts.light.cable_m)
    for number, light in enumerate(lights):
        sheet.wire(cable, CORES[number], (driver, f"O{number + 1}"), (tower, light))
    sheet.wire(cable, CORES[len(lights)], plus, (tower, "common"))


def _load(sheet: Sheet, plan: Plan, output: Output, plus: End) -> None:
    channel = output.terminal("O")
    if output.load == "buzzer":
        five = ("A1", "5V") if plan.parts.poe else sheet.net("U1 5 V", "P5")
        buzzer = sheet.add(Device("B1", "buzzer", ("1", "2"), "buzzer", "R20 across its terminals"))
        cable = sheet.cable("W51")
        sheet.wire(cable, SIGNAL, channel, (buzzer, "1"))
        sheet.wire(cable, LOGIC, five, (buzzer, "2"))
        resistor = sheet.add(Device("R20", "discharge 1 kOhm", ("1", "2"), "resistor-1k"))
        sheet.wire(sheet.cable("W52"), SIGNAL, (buzzer, "1"), (resistor, "1"))
        sheet.wire("W52", LOGIC, (buzzer, "2"), (resistor, "2"))
    elif " " in output.load:
        part = "lamp-green" if output.load.endswith(" ok") else "lamp-red"
        number = 10 + output.channel
        lamp = sheet.add(Device(f"P{number}", output.load, ("X1", "X2"), part))
        cable = sheet.cable(f"W{50 + number}", "cable-4", 2)
        sheet.wire(cable, CORES[0], channel, (lamp, "X2"))
        sheet.wire(cable, CORES[1], plus, (lamp, "X1"))


def _permit(plan: Plan, permit: Permit) -> Sheet:
    sheet = Sheet(f"{plan.name}-permit")
    back = permit.readback
    board = board_pins(sheet, plan, [permit.pin, *([back.pin] if back else []), "GND"])
    (output,) = [output for output in outputs(plan.station) if output.load == PERMIT]
    driver, into = output.terminal("I")
    sheet.add(Device(driver, "driver", (into, output.terminal("O")[1]), "driver"))
    sheet.add(Device("R21", "pull-down 10 kOhm", ("1", "2"), "resistor-10k"))
    sheet.wire(sheet.cable("W43"), SIGNAL, (board, permit.pin), (driver, into))
    sheet.wire(sheet.cable("W55"), SIGNAL, (board, permit.pin), ("R21", "1"))
    sheet.wire("W55", GROUND, (board, "GND"), ("R21", "2"))
    contacts = ("11", "14", "21", "24") if back else ("11", "14")
    relay = sheet.add(Device("K20", "permit relay", ("A1+", "A2-", *contacts), "permit-relay"))
    sheet.wire(sheet.cable("W53"), SIGNAL, output.terminal("O"), (relay, "A2-"))
    sheet.wire("W53", PLUS, sheet.net("+24 V", "P24"), (relay, "A1+"))
    if back:
        sheet.wire(sheet.cable("W56"), SIGNAL, (board, back.pin), (relay, "24"))
        sheet.wire("W56", GROUND, (board, "GND"), (relay, "21"))
    line = sheet.add(Device("X2", "line permit", ("1", "2"), "terminal", "dry contact: 24 V, at most 2 A"))
    sheet.wire(sheet.cable("W54"), SIGNAL, (relay, "11"), (line, "1"))
    sheet.wire("W54", SIGNAL, (relay, "14"), (line, "2"))
    return sheet


def _readers(plan: Plan) -> Sheet:
    """Straight from the board: SPI and UART of 3.3 V bear no long cable."""
    sheet = Sheet(f"{plan.name}-readers")
    readers = {name: bus_of(reader) for name, reader in plan.station.readers.items()}
    board = board_pins(sheet, plan, [*(pin for bus in readers.values() for pin in bus.values()), "3V3", "GND"])
    for number, (name, bus) in enumerate(readers.items(), 1):
        choice = plan.parts.readers[name]
        terminals = (*(READER_TERMINALS.get(wire, wire.upper()) for wire in bus), "3.3V", "GND")
        what = plan.items[choice.part].what
        reader = sheet.add(Device(f"A{number + 1}", f"reader {name}", terminals, choice.part, what))
        cable = sheet.cable(f"W{60 + number}", length_m=choice.cable_m)
        for colour, (wire, pin) in zip(READER_WIRES, bus.items(), strict=False):
            sheet.wire(cable, colour, (board, pin), (reader, READER_TERMINALS.get(wire, wire.upper())))
        sheet.wire(cable, LOGIC, (board, "3V3"), (reader, "3.3V"))
        sheet.wire(cable, GROUND, (board, "GND"), (reader, "GND"))
    return sheet


def bus_of(reader: Reader) -> dict[str, str]:
    """The wires of a reader's chip: signal and pin. A serial line is crossed: the board's tx goes to the chip's rx."""
    return {str(wire): pin for wire, pin in reader.bus.items()}
