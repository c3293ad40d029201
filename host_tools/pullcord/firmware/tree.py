"""The firmware's modules as a board gets them: what it always needs in one file, the rest each in its own."""

import ast
from collections.abc import Iterable
from pathlib import Path

from .link import Names, Unit, link, relink
from .names import Module, read
from .once import NAMES as GIVEN_BACK
from .once import given_back
from .shrink import shrink

# Its memory is asked for before anything else is loaded, and by everything.
APART = frozenset({"station.health.memory"})
STATION = Unit(
    "station.linked",
    (
        "station.running",
        "station.core.delivery",
        "station.core.outputs",
        "station.core.station",
        "station.drivers.buzzer",
        "station.drivers.inputs",
        "station.drivers.outputs",
        "station.health.supervisor",
        "station.health.uptime",
        "station.net.network",
        "station.net.uplink",
        "station.store.cards",
        "station.store.journal",
    ),
    APART,
)
# By itself, with all that it uses: it must work when nothing else does.
SAFE = Unit("station.health.safe", ("station.health.safe",), APART)
# What only some stations need beside the common unit, for good.
CABLE = Unit("station.net.cable", ("station.net.cable",))
# Used at the start, or to judge a config: what goes wrong there is told in words.
TOLD_BY_WORDS = frozenset(
    f"station.{name}"
    for name in (
        "app", "fitting", "starting", "core.config", "core.config_parts", "core.restore", "core.schema", "health.boot",
        "store.atomic", "store.recovery", "store.settings",
    )
)  # fmt: skip


def sources(
    folder: Path, common: Unit = STATION, alone: Iterable[Unit] = (SAFE,), beside: Iterable[Unit] = (CABLE,)
) -> dict[str, str]:
    """Source by path below `folder`. LinkFailed when a unit cannot be made; SyntaxError names the file."""
    files = {_name(file, folder): file for file in sorted(folder.rglob("*.py"))}
    modules = {name: _read(name, file, folder, set(files)) for name, file in files.items()}
    units = {unit.name: unit for unit in alone}
    names = Names(common, modules)
    besides = {unit.name: _beside(unit, names) for unit in beside if unit.name in modules}
    made = {_path(common.name, False): link(common, modules)}
    for name, module in modules.items():
        path = _path(name, files[name].name == "__init__.py")
        if name in units:
            made[path] = link(units[name], modules)
        elif name in besides:
            whole = ast.unparse(link(besides[name], modules))
            made[path] = relink(read(name, whole, False, set(files)), names)
        elif name in GIVEN_BACK:
            cable = besides.get(CABLE.name)
            made[path] = given_back(name, names, Names(cable, modules) if cable else None)
        elif name not in names.members:
            made[path] = relink(module, names)
        elif path.endswith("__init__.py"):
            made[path] = ast.Module([], [])
    told_by_words = {_path(name, False) for name in TOLD_BY_WORDS}
    shrink(made.values(), [tree for path, tree in made.items() if path in told_by_words], whole=True)
    return {path: ast.unparse(tree) + "\n" for path, tree in sorted(made.items())}


def _beside(unit: Unit, names: Names) -> Unit:
    return Unit(unit.name, unit.roots, frozenset(names.members) | APART)


def _read(name: str, file: Path, folder: Path, known: set[str]) -> Module:
    try:
        return read(name, file.read_text(), file.name == "__init__.py", known)
    except SyntaxError as error:
        error.filename = str(file.relative_to(folder))
        raise


def _name(file: Path, folder: Path) -> str:
    parts = file.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _path(name: str, is_package: bool) -> str:
    return name.replace(".", "/") + ("/__init__.py" if is_package else ".py")
