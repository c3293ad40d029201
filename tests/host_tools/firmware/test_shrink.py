"""Names become short, and the program means the same."""

import ast

from pullcord.firmware.shrink import shrink

START = """
LIMIT = 3

def start(count):
    return _checked(count) + _also(count)

def _checked(number_of_them):
    return min(number_of_them, LIMIT)

def _also(number_of_them):
    _a = 1
    return number_of_them + _a
"""


def shrunk(*texts: str, told_by_words: tuple[int, ...] = (), whole: bool = False) -> list[str]:
    trees = [ast.parse(text) for text in texts]
    shrink(trees, [trees[index] for index in told_by_words], whole)
    return [ast.unparse(tree) for tree in trees]


def run(text: str) -> dict:
    space: dict = {}
    exec(text, space)
    return space


def test_functions_keep_their_names_because_faults_are_told_by_them():
    (text,) = shrunk(START)
    assert "def _checked" in text and "number_of_them" not in text


def test_where_words_alone_tell_a_fault_private_functions_lose_their_names():
    (text,) = shrunk(START, told_by_words=(0,))
    assert "_checked" not in text and "_also" not in text
    assert "def start" in text
    assert run(text)["start"](5) == run(START)["start"](5) == 9


def test_a_function_that_another_file_asks_for_keeps_its_name():
    other = "from start import _also\nimport start\nstart._checked(1)"
    text, _ = shrunk(START, other, told_by_words=(0,))
    assert "def _also" in text and "def _checked" in text


def test_private_attributes_of_unrelated_classes_share_a_name():
    (text,) = shrunk(
        "class A:\n    def __init__(self):\n        self._first_thing = 1\n"
        "class B:\n    def __init__(self):\n        self._other_thing = 2\n"
    )
    assert text.count("self._a = ") == 2


TABLES = """
import sys
_STEPS = {"a": 1}
ROWS = [_STEPS, sys.maxsize]
_hidden = 1
_counted = 0

def count(_hidden):
    global _counted
    _counted += 1
    return _STEPS["a"] + _hidden + _counted

class Lamp:
    _STEPS_OF_IT = 5
"""


def test_what_a_file_keeps_for_itself_loses_its_name():
    (text,) = shrunk(TABLES)
    assert "_STEPS =" not in text and "_STEPS[" not in text
    assert "ROWS" in text and "_hidden = 1" in text and "_counted" in text and "_STEPS_OF_IT" in text
    assert run(text)["count"](5) == run(TABLES)["count"](5) == 7


def test_in_a_whole_program_so_does_what_is_public_and_no_other_file_asks_for():
    assert "ROWS" not in shrunk(TABLES, whole=True)[0]
    for asks in ("from tables import ROWS", "import tables\ntables.ROWS"):
        assert "ROWS = " in shrunk(TABLES, asks, whole=True)[0]
