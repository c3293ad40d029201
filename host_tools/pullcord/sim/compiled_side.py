"""The station's side of the simulator, compiled and in one image that lies beside the heap.

On a board its drivers, chips and flash are in MicroPython's image or are not Python at all. In a heap they would take
what is the station's, and a heap of a board's size would be no test of a board.
"""

import ast
import functools
import os
import tempfile
from pathlib import Path

from pullcord.firmware.compiled import ONE_PARSER, compiled_files
from pullcord.firmware.shrink import shrink
from pullcord.sim.romfs import image
from pullcord.sim.runtime import cached_build

HERE = Path(__file__).resolve().parent
PACKAGES = HERE.parents[1]
START = "boot_station.py"
IMAGE = "side.romfs"
MAPPER = "mapping.py"
FILES = (
    "pullcord/__init__.py",
    "pullcord/sim/__init__.py",
    "pullcord/sim/boot_station.py",
    "pullcord/sim/station_flash.py",
    "pullcord/sim/station_side.py",
    "pullcord/sim/chips/*.py",
    "pullcord/sim/standins/*.py",
)
# A script is never a compiled file: this one starts it. What is mapped is memory of the process, not of its heap. A
# MicroPython that cannot map it (without `ffi`, or before 1.25) loads the same files one by one.
SCRIPT = """import sys

folder = __file__.rsplit("/", 1)[0]
sys.path.insert(0, folder)
import mapping

sys.path[0] = mapping.found(folder) + "/pullcord/sim"
del sys.modules["mapping"], mapping
import boot_station

boot_station.boot(boot_station.ARGUMENTS)
"""
MAPPING = f"""def found(folder):
    try:
        import ffi, os, uctypes, vfs

        size = os.stat(folder + "/{IMAGE}")[6]
        with open(folder + "/{IMAGE}", "rb") as file:
            at = ffi.open("libc.so.6").func("P", "mmap", "Piiiii")(0, size, 1, 2, file.fileno(), 0)
        if at % 4096:
            return folder  # MAP_FAILED
        vfs.mount(vfs.VfsRom(uctypes.bytearray_at(at, size)), "/side")
        return "/side"
    except (ImportError, AttributeError, OSError):
        return folder
"""


def start_script() -> Path:
    """What starts a station's process on MicroPython; the sources' own where nothing can be kept for the next time."""
    try:
        tree = compiled_files(cached_build().parent / "sim", _sources())
        script = tree / START
        if not script.exists() or script.read_text() != SCRIPT:
            parts = sorted(tree.rglob("*.mpy"))
            _put(tree / IMAGE, image({str(part.relative_to(tree)): part.read_bytes() for part in parts}))
            _put(script, SCRIPT.encode())
        return script
    except OSError:
        return HERE / START


def _sources() -> dict[str, str]:
    """By path. Names that nobody sees are those of the firmware, which has the same few: a name is kept only once."""
    files = [file for pattern in FILES for file in sorted(PACKAGES.glob(pattern))]
    with ONE_PARSER:
        return {MAPPER: MAPPING} | _shrunk(tuple((str(file.relative_to(PACKAGES)), file.read_text()) for file in files))


@functools.lru_cache(maxsize=1)
def _shrunk(files: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Kept: each boot of each station asks for it."""
    trees = {path: ast.parse(text) for path, text in files}
    shrink(trees.values())
    return {path: ast.unparse(_Folded().visit(tree)) + "\n" for path, tree in trees.items()}


class _Folded(ast.NodeTransformer):
    """Bytes that repeat are written out: a constant is read where it lies, what is multiplied lies in the heap."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        match node:
            case ast.BinOp(ast.Constant(bytes() as part), ast.Mult(), ast.Constant(int() as times)):
                return ast.Constant(part * times)
        return self.generic_visit(node)


def _put(path: Path, data: bytes) -> None:
    """Whole or not at all: another process may do the same."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
        beside.write(data)
    os.replace(beside.name, path)
