"""What must hold for each kind of part at the terminals; the rest of the rules is in `config`."""

from .schema import nearest, problem

APART = 2600  # readings that are nearer to each other are one and the same to noise and cheap resistors
NEEDS = {"contact": ("active",), "loop": ("rest", "pulled"), "expander": ("expander", "active"), "pulse": ("active",)}
ONLY = {
    "active": ("contact", "expander", "pulse"),
    "pull": ("contact", "pulse"),
    "rest": ("loop",),
    "pulled": ("loop",),
    "expander": ("expander",),
}
COUNTERS = 4
PINS = {"pcf8574": 8, "mcp23017": 16}
# the wires of each kind of card reader, beside the number of its bus; `reset` may be there
READERS = {
    "stand_in": (),
    "mfrc522": ("spi", "sck", "mosi", "miso", "cs"),
    "pn532-spi": ("spi", "sck", "mosi", "miso", "cs"),
    "pn532-uart": ("uart", "tx", "rx"),
}


def reader(item: dict, path: str, out: list) -> None:
    """Whether its chip is known, and has all its wires and no others."""
    wires = READERS.get(item["kind"])
    if wires is None:
        known = "one of " + ", ".join(sorted(READERS))
        close = nearest(item["kind"], READERS)
        right = "did you mean %s? (%s)" % (close, known) if close else known
        out.append(problem(path + ".kind", item["kind"], "there is no such reader", right))
        return
    bus = item.get("bus", {})
    for name in wires:
        if name not in bus:
            out.append(problem(path + ".bus." + name, None, "is missing", "a %s needs it" % item["kind"]))
    for name in sorted(bus):
        if name not in wires and not (wires and name == "reset"):
            out.append(problem(path + ".bus." + name, bus[name], "a %s has none" % item["kind"], "take it away"))


def bus_pins(readers: list) -> list:
    """[(path, pin)]: the wires of an SPI that readers share are there once."""
    used, shared = [], []
    for index, item in enumerate(readers):
        bus = item.get("bus", {})
        for name in sorted(bus):
            wire = (bus.get("spi"), name, bus[name])
            if name in ("spi", "uart") or wire in shared:
                continue
            if name in ("sck", "mosi", "miso"):
                shared.append(wire)
            used.append(("readers[%d].bus.%s" % (index, name), bus[name]))
    return used


def kind(item: dict, path: str, out: list) -> None:
    """What this kind of input needs, and what it has no use for."""
    name = item.get("kind", "contact")
    for key in NEEDS[name]:
        if key not in item:
            out.append(problem(path + "." + key, None, "is missing", "a %s needs it" % name))
    for key in sorted(item):
        if key in ONLY and name not in ONLY[key]:
            out.append(problem(path + "." + key, item[key], "a %s has none" % name, "take it away"))
    if name == "pulse":
        _pulse(item, path, out)
    if name == "loop" and "rest" in item and "pulled" in item:
        _apart(item["rest"], item["pulled"], path + ".pulled", out)


def _pulse(item: dict, path: str, out: list) -> None:
    if item["does"] not in ("cycle", "mark"):
        out.append(problem(path + ".does", item["does"], "is nothing to count", "cycle or mark"))
    if item.get("stable_ms", 5) > 30:
        # the slowest clock of a PIO gives 41 ms: `drivers.pulses_rp2`
        out.append(problem(path + ".stable_ms", item["stable_ms"], "is too long for a counter", "1 to 30"))


def counters(inputs: list, out: list) -> None:
    """An ESP32-S3 has four pulse counters, and a block of PIO four machines: `drivers.pulses_rp2`."""
    pulses = [index for index, item in enumerate(inputs) if item.get("kind") == "pulse"]
    for index in pulses[COUNTERS:]:
        right = "at most %d of the kind pulse, the others contacts" % COUNTERS
        out.append(problem("inputs[%d].kind" % index, "pulse", "the chip has no counter left", right))


def _apart(rest: int, pulled: int, path: str, out: list) -> None:
    readings = sorted((0, rest, pulled, 65535))
    if min(readings[at + 1] - readings[at] for at in range(3)) < APART:
        right = "0 (short), rest, pulled and 65535 (cut) at least %d apart" % APART
        out.append(problem(path, pulled, "rest %d and this cannot be told apart" % rest, right))


def sensor_pins(config: dict) -> list:
    """[(path, pin)] of what reads back outputs."""
    readback = (config.get("permit") or {}).get("readback")
    used = [("permit.readback.pin", readback["pin"])] if readback else []
    sense = config["light"].get("sense") or {"pins": {}}
    used += _bus_pins(config)
    return used + [("light.sense.pins." + name, pin) for name, pin in sorted(sense["pins"].items())]


def sensors(config: dict, out: list) -> None:
    """A sense pin belongs to a light, and its faults have names that no input may have."""
    light = config["light"]
    sense = light.get("sense") or {"pins": {}}
    for name in sorted(sense["pins"]):
        if name not in light["pins"]:
            right = "one of " + ", ".join(sorted(light["pins"]))
            out.append(problem("light.sense.pins." + name, sense["pins"][name], "there is no such light", right))
    for index, item in enumerate(config["inputs"]):
        if item["name"] == "permit" or item["name"].startswith("light-"):
            path = "inputs[%d].name" % index
            out.append(problem(path, item["name"], "is how faults of outputs are called", "another name"))


def light_pins(light: dict) -> list:
    """[(path, pin)] of the board's own pins; tiers of LEDs and pins of an expander are none."""
    if light.get("pixels"):
        return [("light.pixels.pin", light["pixels"]["pin"])]
    if light.get("expander"):
        return []
    return [("light.pins." + name, pin) for name, pin in sorted(light["pins"].items())]


def expanders(config: dict, out: list) -> None:
    """Who names an expander names one that is there, and a pin of its own at it."""
    known = {item["name"]: item for item in config.get("expanders", [])}
    light, taken = config["light"], {}
    uses = []
    if light.get("expander") and not light.get("pixels"):
        uses = [("light.pins." + name, light["expander"], pin) for name, pin in sorted(light["pins"].items())]
    for index, item in enumerate(config["inputs"]):
        if item.get("kind") == "expander" and "expander" in item:
            uses.append(("inputs[%d].pin" % index, item["expander"], item["pin"]))
    for path, name, pin in uses:
        if name not in known:
            right = "one of " + ", ".join(sorted(known)) if known else "add expanders"
            out.append(problem(path.split(".")[0] + ".expander", name, "there is no such expander", right))
        elif pin >= PINS[known[name]["kind"]]:
            right = "0 to %d" % (PINS[known[name]["kind"]] - 1)
            out.append(problem(path, pin, "a %s has no such pin" % known[name]["kind"], right))
        elif (name, pin) in taken:
            out.append(problem(path, pin, "this pin is used by " + taken[name, pin], "a pin of its own"))
        taken[name, pin] = path
    _tiers(light, out)


def _tiers(light: dict, out: list) -> None:
    if light.get("pixels") and sorted(light["pins"].values()) != list(range(len(light["pins"]))):
        right = "0 for the tier (or channel) at the near end, 1 for the next"
        out.append(problem("light.pins", light["pins"], "are not the places of the tiers", right))
    if light.get("sense") and (light.get("pixels") or light.get("expander")):
        right = "a light at the board's own pins"
        out.append(problem("light.sense", light["sense"], "this kind of light has no such pins", right))


def _bus_pins(config: dict) -> list:
    """Expanders at the same two pins share them."""
    used, seen = [], []
    for index, item in enumerate(config.get("expanders", [])):
        bus = item["bus"]
        if bus not in seen:
            seen.append(bus)
            used += [("expanders[%d].bus.%s" % (index, name), bus[name]) for name in ("scl", "sda")]
    return used


def volume(buzzer: dict, out: list) -> None:
    """Rising minutes of the day, each with 0 to 100 percent; and the time zone beside it."""
    steps = buzzer.get("volume")
    if steps is None:
        return
    good = steps and all(len(step) == 2 and 0 <= step[0] < 1440 and 0 <= step[1] <= 100 for step in steps)
    if not good or sorted(steps) != steps:
        right = "[[minute of the day, percent], ...] with rising minutes"
        out.append(problem("buzzer.volume", steps, "is no volume by time of day", right))
    zone("buzzer.zone", buzzer.get("zone"), out)


def zone(path: str, steps, out: list) -> None:
    """UTC seconds, each with how many minutes the clock on the wall is ahead from then on."""
    if not steps or any(len(step) != 2 or step[0] < 0 or abs(step[1]) > 900 for step in steps):
        right = "[[UTC seconds, minutes ahead of UTC], ...]"
        out.append(problem(path, steps, "is no time zone", right))
