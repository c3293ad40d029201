"""What a station does not need any more is given back to it: after the start constructors, wiring, restoring; at a USB
cable the network.

Setting a function to None is what frees it: MicroPython keeps the value of a deleted entry.
"""

import ast

from .link import LinkFailed, Names

# A class stands for its constructor: all objects of it are made before the tasks begin.
ONCE = (
    "station.core.andon.Andon",
    "station.core.andon.Andon.restore",
    "station.core.clock.Clock",
    "station.core.gate.Gate",
    "station.core.debounce.Debounce",
    "station.core.delivery.Delivery",
    "station.core.kanban.Reader",
    "station.core.kanban.Reader.restore",
    "station.core.kanban.Signals",
    "station.core.outputs.Light",
    "station.core.sounds.Voice",
    "station.core.station.Station",
    "station.core.station.Station.begin",
    "station.core.takt.Takt",
    "station.core.takt.Takt.restore",
    "station.drivers.buzzer.Buzzer",
    "station.drivers.inputs.Inputs",
    "station.drivers.inputs.Inputs.active_now",
    "station.drivers.outputs.Lights",
    "station.drivers.outputs.Output",
    "station.health.supervisor.Supervisor",
    "station.health.supervisor.Supervisor.add",
    "station.health.supervisor.Task",
    "station.health.uptime.Uptime",
    "station.net.network.Interface",
    "station.net.network.open_network",
    "station.net.uplink.Uplink",
    "station.running.Running",
    "station.running.Running._add_reader",
    "station.running.Running.begin",
    "station.store.aside.is_folder",
    "station.store.journal.Journal",
    "station.store.journal.Journal.open",
    "station.store.segments.Segments",
    "station.store.slots.Slots",
)
# At a USB cable another session stands in their place (`station.net.cable`). A class goes whole; one whose constructor
# goes once more after the start, with all its methods.
WITHOUT_NETWORK = (
    "station.net.mqtt.Session",
    "station.net.network.Interface",
    "station.net.packets.PacketError",
    "station.net.packets.Splitter",
    "station.net.packets._bytes",
    "station.net.packets.number",
    "station.net.packets.packet",
    "station.net.packets.publish",
    "station.net.packets.puback",
    "station.net.packets.read_publish",
    "station.net.packets.read_puback",
    "station.net.packets.text",
    "station.net.in_words",
    "station.net.uplink.Uplink._open",
    "station.net.uplink.Uplink._pause",
)
BY_CABLE = "station.net.by_cable"
ONCE_BY_CABLE = (
    "station.core.lines.Lines",
    "station.net.cable.Cable",
    "station.net.cable.CableUplink",
    "station.net.console.Console",
)
NAMES = frozenset({"station.once", BY_CABLE})


def given_back(name: str, names: Names, cable: Names | None) -> ast.Module:
    """The module of NAMES whose import gives back what it lists. LinkFailed: the list is out of date."""
    paths = [path for wanted in ONCE for path in _paths(names, wanted, "__init__")]
    if name == BY_CABLE:
        paths = [path for wanted in WITHOUT_NETWORK for path in _paths(names, wanted, "*" if wanted in ONCE else "")]
        if cable:
            paths += [path for wanted in ONCE_BY_CABLE for path in _paths(cable, wanted, "__init__")]
    owners = [names.unit.name, *([cable.unit.name] if cable and name == BY_CABLE else [])]
    return ast.parse("\n".join([*(f"import {owner}" for owner in owners), *(f"{path} = None" for path in paths)]))


def _paths(names: Names, wanted: str, of_class: str) -> list[str]:
    """What it is called, its linked module first. `of_class`: one of its methods, `*` for all, or "" for itself."""
    parts = wanted.split(".")
    for length in (len(parts) - 1, len(parts) - 2):
        module = ".".join(parts[:length])
        if module not in names.members:
            continue
        name, *rest = parts[length:]
        for node in names.modules[module].tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                linked = f"{names.unit.name}.{names.linked(module, name)}"
                return _members(wanted, node, linked, rest[0] if rest else of_class)
    raise LinkFailed(f"what is given back: there is no {wanted}")


def _members(
    wanted: str, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, linked: str, member: str
) -> list[str]:
    if not isinstance(node, ast.ClassDef) or not member:
        return [linked]
    there = [item.name for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    if member not in (*there, "*"):
        raise LinkFailed(f"what is given back: there is no {wanted}")
    return [f"{linked}.{method}" for method in there if member in (method, "*")]
