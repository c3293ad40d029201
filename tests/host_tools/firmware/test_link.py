"""Many modules become one, and mean the same."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pullcord.firmware.compiled import FIRMWARE
from pullcord.firmware.link import LinkFailed, Unit, link, members
from pullcord.firmware.names import read
from pullcord.firmware.tree import SAFE, STATION, sources


def modules(**files: str):
    """Modules of a package `p`, by name."""
    known = {"p", *(f"p.{name}" for name in files)}
    return {
        "p": read("p", "", True, known),
        **{f"p.{name}": read(f"p.{name}", text, False, known) for name, text in files.items()},
    }


def linked(root: str = "top", **files: str) -> str:
    return ast.unparse(link(Unit("p.one", (f"p.{root}",)), modules(**files)))


def run(text: str) -> dict:
    space: dict = {}
    exec(text, space)
    return space


def test_what_is_imported_comes_first_and_once():
    order = members(
        Unit("p.one", ("p.top",)),
        modules(top="from . import a, b", a="from .c import x", b="from p import c", c="x = []"),
    )
    assert order == ["p.c", "p.a", "p.b", "p.top"]


def test_what_is_imported_in_a_function_stays_outside():
    text = linked(top="def late():\n    from .seldom import word\n    return word()", seldom="def word(): return 7")
    assert "def word" not in text
    assert "from p.seldom import word" in text  # absolute: the one module may lie elsewhere


def test_a_name_in_two_modules_becomes_two_names():
    text = linked(
        top="from . import a, b\ndef both(): return a.say(), b.say()",
        a="def say(): return _word()\ndef _word(): return 'a'",
        b="def say(): return _word()\ndef _word(): return 'b'",
    )
    assert run(text)["both"]() == ("a", "b")


def test_a_function_whose_name_is_a_variable_elsewhere_is_not_hidden():
    text = linked(
        top="from .a import state\ndef show():\n    state_now = now()\n    return state_now\ndef now():\n"
        "    result = state()\n    return result\ndef other(state): return state",
        a="def state(): return 3",
    )
    assert run(text)["show"]() == 3


@pytest.mark.parametrize(
    "user",
    [
        "from . import a\ndef use():\n    say = a.say()\n    return say",
        "from .a import say as speak\ndef use():\n    say = speak()\n    return say",
        "from . import a\ndef use(): return [say for say in [a.say()]][0]",
        "from . import a\nclass C:\n    say = 4\n    def m(self): return a.say()\ndef use(): return C().m()",
        "from . import a\ndef use(): return (lambda say: a.say() + say)(0)",
        "from . import a\ndef use():\n    def inner(say): return say + a.say()\n    return inner(0)",
    ],
)
def test_a_variable_of_the_same_name_hides_nothing(user):
    assert run(linked(top=user, a="def say(): return 5"))["use"]() == 5


def test_whole_numbers_in_capitals_stand_where_they_are_used():
    text = linked(
        top="from . import a\nfrom .a import TWO, OF_IT as OTHER\n"
        "def use(): return [a.ONE, TWO, OTHER, a.LESS, a.NAMES]",
        a="ONE, TWO = range(1, 3)\nOF_IT = TWO * 10 + ONE\nLESS = -3\nNAMES = ('x',)\nlater = 4",
    )
    assert "ONE" not in text and "OF_IT" not in text
    assert run(text)["use"]() == [1, 2, 21, -3, ("x",)]


def test_a_local_variable_is_no_constant():
    assert run(linked(top="ONE = 1\ndef use(ONE): return ONE"))["use"](9) == 9


def test_a_class_keeps_its_members_and_loses_only_what_means_nothing():
    text = linked(top="class C:\n    size: int\n    count: int = 2\n    def m(self): return self.count")
    assert "size" not in text
    assert run(text)["C"]().m() == 2


def test_a_root_that_is_not_there_is_said():
    with pytest.raises(LinkFailed, match=r"p\.one: there is no module p\.none"):
        linked("none", top="")


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    for path, text in sources(FIRMWARE).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def test_every_global_name_of_the_linked_firmware_is_there(tree):
    """A name that was not followed into the one module would only be missed when its line runs."""
    script = Path(__file__).with_name("missing_names.py")
    done = subprocess.run([sys.executable, script, tree], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("all there\n", 0), done.stdout + done.stderr


def test_safe_mode_needs_nothing_but_itself(tree):
    text = (tree / "station/health/safe.py").read_text()
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not [node for node in imports if "station" in ast.unparse(node)]


def test_what_the_app_is_wired_of_is_linked_or_forgotten_after():
    """What is in neither would cost a board a file of its own for good."""
    known = {".".join(file.relative_to(FIRMWARE).with_suffix("").parts) for file in FIRMWARE.rglob("*.py")}
    known |= {name.removesuffix(".__init__") for name in known}
    app = read("station.app", (FIRMWARE / "station/app.py").read_text(), False, known)
    everything = {
        name: read(name, (FIRMWARE / (name.replace(".", "/") + ".py")).read_text(), False, known)
        for name in known
        if (FIRMWARE / (name.replace(".", "/") + ".py")).is_file()
    }
    once = ast.literal_eval(
        next(
            ast.unparse(node.value)
            for node in ast.parse((FIRMWARE / "station/starting.py").read_text()).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "USED_ONCE"
        )
    )
    used = {alias.module for alias in app.aliases.values() if alias.module.startswith("station")}
    forgotten = {f"station.{name}" for name in once}
    only_when_asked_for = {"station.net.secure", "station.net.cable", "station.net.by_cable"}
    assert used <= {*members(STATION, everything), *STATION.apart, *forgotten, *only_when_asked_for}
    assert SAFE.roots[0] in everything
