"""What is wired to a station's pins, in messages of the board's world. Runs on MicroPython and CPython."""

FULL = 65535


def at_rest(config: dict) -> list:
    """The messages that say what is there, and how things stand when nobody pulls anything."""
    permit, sense = config.get("permit") or {}, config["light"].get("sense") or {"pins": {}}
    readers = [item for item in config["readers"] if "bus" in item]
    found = [{"chip": item["name"], "kind": item["kind"], "bus": item["bus"]} for item in readers]
    found += [moved(item, False) for item in config["inputs"]]
    found += [{"pin": pin, "level": 0 if sense["active"] == "high" else 1} for pin in sense["pins"].values()]
    if permit.get("readback"):
        back = permit["readback"]
        found.append({"mirror": back["pin"], "of": permit["pin"], "same": back["active"] == permit["active"]})
    return found


def moved(item: dict, active: bool) -> dict:
    """An input of the config is made, or let go."""
    if item.get("kind") == "loop":
        return {"adc": item["pin"], "u16": item["pulled" if active else "rest"]}
    return {"pin": item["pin"], "level": 1 if (item["active"] == "high") == active else 0}


def broken(item: dict, fault: str) -> dict:
    """The wire of a supervised loop is cut (`open`) or squeezed (`short`)."""
    return {"adc": item["pin"], "u16": FULL if fault == "open" else 0}
