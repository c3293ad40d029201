"""Imports point one way.

In firmware: app -> health | net | drivers | store -> core. Of all that, host code may use station.core.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIRMWARE = ROOT / "firmware"
HOST = ROOT / "host_tools"

CORE_MAY_USE = {"struct", "json", "binascii"}
MIDDLE = {"health", "net", "drivers", "store"}
PULL_MAY_USE = (
    "pullcord.pull.", "bisect.", "collections.", "dataclasses.", "datetime.", "fractions.", "heapq.", "itertools.",
    "math", "statistics.", "typing.", "zoneinfo.",
)  # fmt: skip
CLOCKS = {"now", "utcnow", "today"}


def imported(source: str, package: str) -> Iterator[str]:
    """Every module, in full, that `source` in `package` imports; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, node.module] if node.module else base)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def wrong_in_firmware(module: str, source: str) -> list[str]:
    """The imports of `station.<part>.<...>` that run against the arrows."""
    part = _part(module)
    package = module.rpartition(".")[0]
    return [name for name in imported(source, package) if not _may(part, name)]


def wrong_in_host(source: str, package: str) -> list[str]:
    """The imports of host code that reach into the firmware beyond station.core."""
    names = imported(source, package)
    return [name for name in names if name.split(".")[0] == "station" and name.split(".")[1:2] != ["core"]]


def impure(source: str) -> list[str]:
    """What a rule of the pull system reads besides its arguments: a clock, the plant file, a database, a file."""
    tree = ast.parse(source)
    reads = [name for name in imported(source, "pullcord.pull") if not name.startswith(PULL_MAY_USE)]
    clocks = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in CLOCKS]
    return reads + clocks


def _part(module: str) -> str:
    """`core`, a middle part, or `app` for what lies beside them and starts them."""
    parts = module.split(".")
    return parts[1] if len(parts) > 2 or parts[1:] == ["core"] else "app"


def _may(part: str, name: str) -> bool:
    top, *rest = name.split(".")
    if top == "pullcord":
        return False
    if top != "station":
        return part != "core" or top in CORE_MAY_USE
    target = rest[0] if rest and rest[0] in MIDDLE | {"core"} else "app"
    if part == "app":
        return True
    if part == "core":
        return target == "core"
    return target == "core" or target in MIDDLE


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*.py") if path.is_file())


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# These run in one process with the firmware: they start a virtual station, or drive it in virtual time.
WITH_FIRMWARE = ("boot_station", "provision", "boxed_plant", "harness", "read_journal")
STATION_SIDE = {f"pullcord.sim.{name}" for name in WITH_FIRMWARE}
# Sent to a board as text, and run there beside its firmware.
ON_BOARD = HOST / "pullcord" / "usb" / "on_board"
HOST_FILES = [path for path in _files(HOST) if _module(path, HOST) not in STATION_SIDE and path.parent != ON_BOARD]


@pytest.mark.parametrize("path", _files(FIRMWARE / "station"), ids=lambda path: str(path.relative_to(ROOT)))
def test_firmware_arrows_point_to_core(path):
    module = _module(path, FIRMWARE)
    name = f"{module}.__init__" if path.name == "__init__.py" else module
    assert wrong_in_firmware(name, path.read_text()) == []


@pytest.mark.parametrize("path", HOST_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_host_code_uses_no_firmware_but_core(path):
    assert wrong_in_host(path.read_text(), _module(path, HOST).rpartition(".")[0]) == []


@pytest.mark.parametrize("path", HOST_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_host_code_does_not_import_what_runs_in_a_station(path):
    names = set(imported(path.read_text(), _module(path, HOST).rpartition(".")[0]))
    assert not {name for name in names if name.startswith(tuple(STATION_SIDE))}


@pytest.mark.parametrize("path", _files(HOST / "pullcord" / "pull"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_rules_of_the_pull_system_read_only_their_arguments(path):
    assert impure(path.read_text()) == []


def test_a_rule_that_reads_a_clock_or_the_plant_file_is_found():
    assert impure("import time") == ["time"]
    assert impure("from pullcord.plant.model import Plant") == ["pullcord.plant.model.Plant"]
    assert impure("from datetime import datetime\ndatetime.now()") == ["now"]
    assert impure("from pullcord.pull.sheet import Sheet\nimport math") == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("station.core.andon", "import time"),
        ("station.core.andon", "from station.store import journal"),
        ("station.core.andon", "def f():\n    from ..net import mqtt"),
        ("station.core.andon", "import pullcord"),
        ("station.net.uplink", "from station import app"),
        ("station.net.uplink", "from ..app import App"),
        ("station.store.journal", "from pullcord.line import store"),
    ],
)
def test_an_arrow_that_runs_backwards_is_found(module, source):
    assert len(wrong_in_firmware(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("station.core.andon", "import json, struct, binascii"),
        ("station.core.andon", "from .calls import Call"),
        ("station.core.andon", "from . import calls"),
        ("station.net.uplink", "import asyncio\nfrom station.core import delivery"),
        ("station.app", "from station.net.uplink import Uplink\nimport machine"),
    ],
)
def test_an_arrow_that_points_the_right_way_is_let_through(module, source):
    assert wrong_in_firmware(module, source) == []


def test_a_host_that_reaches_into_the_firmware_is_found():
    assert wrong_in_host("from station.store.journal import Journal", "pullcord.line") == [
        "station.store.journal.Journal"
    ]
    assert wrong_in_host("import station.app", "pullcord.line") == ["station.app"]
    assert wrong_in_host("from station.core import config", "pullcord.line") == []
    assert wrong_in_host("from .station import x", "pullcord.sim") == []
