"""What only the start of a station needs is given back to it afterwards: constructors, wiring, restoring.

Setting a function to None is what frees it: MicroPython keeps the value of a deleted entry.
"""

import ast

from .link import LinkFailed, Names

MODULE = "station.once"
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


def once(names: Names, wanted: tuple[str, ...] = ONCE) -> ast.Module:
    """The module whose import gives them back. LinkFailed when one is not there: the list is out of date."""
    owner = names.unit.name
    lines = [f"import {owner}"]
    for path in wanted:
        module, name, member = _found(names, path)
        linked = names.linked(module, name)
        lines.append(f"{owner}.{linked}{'.' + member if member else ''} = None")
    return ast.parse("\n".join(lines))


def _found(names: Names, path: str) -> tuple[str, str, str]:
    """(module, its name, the class's member or "")."""
    parts = path.split(".")
    for length in (len(parts) - 1, len(parts) - 2):
        module = ".".join(parts[:length])
        if module in names.members:
            name, *rest = parts[length:]
            for node in names.modules[module].tree.body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                    return module, name, _member(path, node, rest)
    raise LinkFailed(f"{MODULE}: there is no {path}")


def _member(path: str, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, rest: list[str]) -> str:
    if not isinstance(node, ast.ClassDef):
        return ""
    wanted = rest[0] if rest else "__init__"
    if wanted in {getattr(item, "name", "") for item in node.body}:
        return wanted
    raise LinkFailed(f"{MODULE}: there is no {path}")
