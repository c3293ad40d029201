"""What must hold for each kind of part at the terminals; the rest of the rules is in `config`."""

from .schema import problem

APART = 2600  # readings that are nearer to each other are one and the same to noise and cheap resistors
NEEDS = {"contact": ("active",), "loop": ("rest", "pulled")}
ONLY = {"active": ("contact",), "pull": ("contact",), "rest": ("loop",), "pulled": ("loop",)}


def kind(item: dict, path: str, out: list) -> None:
    """What this kind of input needs, and what it has no use for."""
    name = item.get("kind", "contact")
    for key in NEEDS[name]:
        if key not in item:
            out.append(problem(path + "." + key, None, "is missing", "a %s needs it" % name))
    for key in sorted(item):
        if key in ONLY and name not in ONLY[key]:
            out.append(problem(path + "." + key, item[key], "a %s has none" % name, "take it away"))
    if name == "loop" and "rest" in item and "pulled" in item:
        _apart(item["rest"], item["pulled"], path + ".pulled", out)


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
