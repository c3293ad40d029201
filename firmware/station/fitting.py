"""Finds the drivers of what the config fits this station with: the rest is not loaded. Forgotten after use."""


def open_inputs(config: dict, machine, flag, relay, lights):
    """Plain contacts alone, or all kinds of inputs side by side, with what watches `relay` and `lights`."""
    watched = (config.get("permit") or {}).get("readback") or config["light"].get("sense")
    if watched or any("kind" in item for item in config["inputs"]):
        from .drivers.sources import open_sources

        return open_sources(config, machine, flag, relay, lights)
    from .drivers.inputs import Inputs

    return Inputs(config["inputs"], machine, flag)
