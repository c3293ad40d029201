"""Which global names do the files of a firmware tree use that are not there? In a process of its own: there `station`
is the linked one.
"""

import builtins
import dis
import importlib
import sys
import types
from collections.abc import Iterator
from pathlib import Path

from pullcord.sim import cpython


def main(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    cpython.install()  # what only some stations need may ask for a board's modules
    missing = []
    for file in sorted(folder.rglob("*.py")):
        name = ".".join(file.relative_to(folder).with_suffix("").parts)
        if name not in ("manifest", "main"):
            module = importlib.import_module(name.removesuffix(".__init__"))
            missing += [f"{name}: {lost}" for lost in _missing(module, compile(file.read_text(), name, "exec"))]
    print("\n".join(missing) or "all there")


def _missing(module: types.ModuleType, code: types.CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_GLOBAL":
            name = instruction.argval
            if not hasattr(module, name) and not hasattr(builtins, name) and name not in _of_the_assembler(module):
                yield name
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _missing(module, constant)


def _of_the_assembler(module: types.ModuleType) -> dict[str, object]:
    """A PIO program gets its words when it is assembled."""
    rp2 = getattr(module, "rp2", None)
    return rp2.Assembler().names() if rp2 else {}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
