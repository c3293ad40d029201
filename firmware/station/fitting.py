"""Finds the drivers of what the config fits this station with: the rest is not loaded. Forgotten after use."""


def open_lights(light: dict, expanders: dict, machine):
    if light.get("pixels"):
        from .drivers.pixels import PixelLights

        return PixelLights(light, machine)
    if light.get("expander"):
        from .drivers.expanders import ExpanderLights

        return ExpanderLights(light, expanders[light["expander"]])
    from .drivers.outputs import Lights

    return Lights(light["pins"], light["active"], machine)


def open_expanders(config: dict, machine) -> dict:
    """By name."""
    if not config.get("expanders"):
        return {}
    from .drivers.expanders import open_expanders

    return open_expanders(config, machine)


def open_inputs(config: dict, machine, flag, relay, lights, expanders: dict):
    """Plain contacts alone, or all kinds of inputs side by side, with what watches `relay` and `lights`."""
    watched = (config.get("permit") or {}).get("readback") or config["light"].get("sense")
    if watched or expanders or any("kind" in item for item in config["inputs"]):
        from .drivers.sources import open_sources

        return open_sources(config, machine, flag, relay, lights, expanders)
    from .drivers.inputs import Inputs

    return Inputs(config["inputs"], machine, flag, getattr(lights, "felt", None))


def open_buzzer(item, machine, unix_ms):
    """`unix_ms()`: the time, None while it is not known."""
    if item and item.get("volume"):
        from .drivers.volume import QuietBuzzer

        return QuietBuzzer(item, machine, unix_ms)
    from .drivers.buzzer import Buzzer

    return Buzzer(item, machine)
