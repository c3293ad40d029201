"""What is wired to a station's pins, in messages of the board's world. Runs on MicroPython and CPython."""

FULL = 65535


def at_rest(config: dict) -> list:
    """The messages that say what is there, and how things stand when nobody pulls anything."""
    permit, sense = config.get("permit") or {}, config["light"].get("sense") or {"pins": {}}
    readers = [item for item in config.get("readers", []) if "bus" in item]
    found = [{"chip": item["name"], "kind": item["kind"], "bus": item["bus"]} for item in readers]
    found += [{"i2c": item["address"], "kind": item["kind"]} for item in config.get("expanders", [])]
    found += [moved(item, False, config) for item in config["inputs"]]
    found += [{"pin": pin, "level": 0 if sense["active"] == "high" else 1} for pin in sense["pins"].values()]
    if permit.get("readback"):
        back = permit["readback"]
        found.append({"mirror": back["pin"], "of": permit["pin"], "same": back["active"] == permit["active"]})
    return found


def moved(item: dict, active: bool, config=None) -> dict:
    """An input of the config is made, or let go. `config` is needed where the input is at an expander."""
    if item.get("kind") == "expander":
        level = 1 if (item["active"] == "high") == active else 0
        return {"expander": f"{_address(config, item['expander'])}.{item['pin']}", "level": level}
    if item.get("kind") == "loop":
        return {"adc": item["pin"], "u16": item["pulled" if active else "rest"]}
    return {"pin": item["pin"], "level": 1 if (item["active"] == "high") == active else 0}


def broken(item: dict, fault: str) -> dict:
    """The wire of a supervised loop is cut (`open`) or squeezed (`short`)."""
    return {"adc": item["pin"], "u16": FULL if fault == "open" else 0}


def lit(config: dict, name: str, pins: dict, pixels: dict) -> bool:
    """Whether that light of the config shines, by the levels at the pins and the colours of the LEDs."""
    light = config["light"]
    pin = light["pins"][name]
    chain = light.get("pixels")
    if chain:
        colours = pixels.get(chain["pin"]) or []
        if light["kind"] == "rgb":
            return bool(colours and colours[0][pin])
        return len(colours) > pin * chain["each"] and any(colours[pin * chain["each"]])
    if light.get("expander"):
        pin = f"{_address(config, light['expander'])}.{pin}"
    return pins.get(pin) == (1 if light["active"] == "high" else 0)


def _address(config, expander: str) -> int:
    return next(item["address"] for item in config["expanders"] if item["name"] == expander)
