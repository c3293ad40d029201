"""Finds the portable tests of the firmware and runs a file of them on real MicroPython."""

import ast
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pullcord.sim import runtime

REPOSITORY = Path(__file__).parents[2]
SIM = REPOSITORY / "host_tools/pullcord/sim"
DEADLINE_S = 280
HEAP_KIB = 24 * 1024  # room for whole flashes; each collection looks through all of it, so not for more

BUILT_IN = set("array asyncio binascii collections deflate errno gc hashlib heapq io json math".split())  # noqa: SIM905
BUILT_IN |= set("micropython os platform random re select socket struct sys time tls vfs".split())  # noqa: SIM905
OF_THE_SIMULATOR = frozenset({"boxed_plant", "contacts", "flash", "harness", "virtual_clock", "virtual_time", "wires"})


@dataclass(frozen=True)
class Outcome:
    """Of one test: `passed`, and what was said when it did not."""

    passed: bool
    said: str


def find_micropython() -> list[str] | None:
    """The command that starts MicroPython, None when there is none."""
    found = runtime.micropython()
    return list(found.command) if found else None


def portable_tests(folder: Path) -> dict[Path, list[str]]:
    """The test files below `folder` that MicroPython can run, each with the names of its tests."""
    found = {path: _tests(path) for path in sorted(folder.rglob("test_*.py")) if is_portable(path)}
    return {path: names for path, names in found.items() if names}


def is_portable(path: Path) -> bool:
    """Whether a file imports only what MicroPython has, and none of its tests asks for a fixture."""
    tree = ast.parse(path.read_text(), str(path))
    tests = [node for node in tree.body if _is_test(node)]
    plain = all(
        isinstance(test, ast.FunctionDef) and not test.args.args and not test.decorator_list for test in tests
    )
    return plain and all(_is_there(name, path) for name in _imports(tree))


def run_file(command: list[str], path: Path) -> dict[str, Outcome]:
    """Run all tests of a file, in a folder of their own; RuntimeError with the output when it came to no end."""
    on_board = str(Path(__file__).with_name("on_board.py"))
    arguments = [*command, "-X", f"heapsize={HEAP_KIB}K", on_board, str(REPOSITORY), str(path)]
    try:
        with tempfile.TemporaryDirectory(prefix="pullcord-on-micropython-") as folder:
            process = subprocess.run(
                arguments, cwd=folder, capture_output=True, text=True, timeout=DEADLINE_S, check=False
            )
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"")[-2000:].decode(errors="replace")
        raise RuntimeError(f"{path}: MicroPython was not through after {DEADLINE_S} s; it said:\n{said}") from None
    outcomes, ended = read(process.stdout)
    if not ended:
        said = (process.stdout + process.stderr)[-4000:]
        raise RuntimeError(
            f"{path}: MicroPython ended with code {process.returncode} before the last test:\n{said}"
        )
    return outcomes


def read(output: str) -> tuple[dict[str, Outcome], bool]:
    """What on_board.py printed: the outcomes by test, and whether it came to its end."""
    outcomes: dict[str, Outcome] = {}
    for part in ("\n" + output).split("\n::")[1:]:
        head, _, said = part.partition("\n")
        verdict, _, name = head.partition(" ")
        if verdict != "end":
            outcomes[name] = Outcome(verdict == "pass", said)
    return outcomes, "\n::end\n" in "\n" + output


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")


def _tests(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(), str(path))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _is_test(node)]


def _imports(tree: ast.Module) -> set[str]:
    """Dotted names of all imports of the file; `from pullcord.sim import x` is pullcord.sim.x."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names.update(
                f"{module}.{alias.name}" if module == "pullcord.sim" else module for alias in node.names
            )
    return names


def _is_there(name: str, importer: Path) -> bool:
    first, _, rest = name.partition(".")
    if first in BUILT_IN or first in ("station", "main"):
        return True
    if first == "pullcord":
        part = rest.removeprefix("sim.")
        return rest.startswith("sim.") and (part in OF_THE_SIMULATOR or part.startswith("chips."))
    if (SIM / "standins" / f"{first}.py").exists():
        return True
    helper = importer.with_name(f"{first}.py")
    return helper.exists() and is_portable(helper)
