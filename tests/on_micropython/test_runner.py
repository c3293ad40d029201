"""The runner itself: what counts as portable, and what is made of a run's output."""

import textwrap

import pytest

from tests.on_micropython import runner


@pytest.mark.parametrize(
    ("source", "portable"),
    [
        ("import json\nfrom station.core import events\ndef test_it():\n    assert True\n", True),
        ("from pullcord.sim import virtual_time\nimport machine\ndef test_it(): pass\n", True),
        ("import pytest\ndef test_it(): pass\n", False),
        ("def test_it():\n    import hypothesis\n", False),
        ("from pullcord.sim import process\ndef test_it(): pass\n", False),
        ("from pullcord.line import schemas\ndef test_it(): pass\n", False),
        ("def test_it(tmp_path): pass\n", False),
        ("async def test_it(): pass\n", False),
        ("from a_helper import help\ndef test_it(): pass\n", True),
        ("from a_bad_helper import help\ndef test_it(): pass\n", False),
    ],
)
def test_what_is_portable(tmp_path, source, portable):
    (tmp_path / "a_helper.py").write_text("import struct\n")
    (tmp_path / "a_bad_helper.py").write_text("import pathlib\n")
    path = tmp_path / "test_of_something.py"
    path.write_text(source)
    assert runner.is_portable(path) is portable
    assert list(runner.portable_tests(tmp_path)) == ([path] if portable else [])


def test_a_run_is_read_test_by_test():
    outcomes, ended = runner.read("chatter\n::pass test_a\n::fail test_b\nTraceback\n  here\n::end\n")
    assert ended
    assert outcomes["test_a"].passed
    assert not outcomes["test_b"].passed and "here" in outcomes["test_b"].said


def test_a_run_that_broke_off_is_no_success():
    assert runner.read("::pass test_a\nMemoryError")[1] is False


@pytest.mark.micropython
def test_a_failing_test_fails_there_too(tmp_path):
    path = tmp_path / "test_two.py"
    path.write_text(
        textwrap.dedent("""
        def test_good():
            assert 1 + 1 == 2

        def test_bad():
            assert 1 + 1 == 3
        """)
    )
    outcomes = runner.run_file(runner.find_micropython(), path)
    assert outcomes["test_good"].passed
    assert not outcomes["test_bad"].passed and "AssertionError" in outcomes["test_bad"].said


@pytest.mark.micropython
def test_a_file_that_cannot_be_run_says_why(tmp_path):
    path = tmp_path / "test_none.py"
    path.write_text("raise ValueError('of the file')\n")
    with pytest.raises(RuntimeError, match="of the file"):
        runner.run_file(runner.find_micropython(), path)
