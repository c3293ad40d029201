"""Which Python virtual stations run on."""

import sys

import pytest

from pullcord.sim import runtime


@pytest.fixture
def nothing_here(monkeypatch, tmp_path):
    monkeypatch.delenv("PULLCORD_MICROPYTHON", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))


def a_program(path, says):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)
    return path


def test_without_micropython_it_is_this_python(nothing_here):
    found = runtime.find()
    assert found.name == "cpython" and found.command == (sys.executable,)
    assert found.with_heap(160) == [sys.executable]


def test_a_micropython_on_the_path_is_found_with_its_version_and_bits(nothing_here, tmp_path):
    program = a_program(tmp_path / "micropython", "micropython 1 25 0 False")
    found = runtime.find()
    assert found.command == (str(program),)
    assert str(found) == "micropython 1.25.0 (32-bit)"
    assert found.with_heap(160) == [str(program), "-X", "heapsize=160K"]


def test_the_cached_build_is_run_through_its_own_loader(nothing_here, tmp_path):
    tree = runtime.cached_build()
    a_program(tree / "usr/bin/micropython", "not by itself")
    loader = a_program(tree / "lib/ld-linux.so.2", "micropython 1 25 0 False")
    found = runtime.micropython()
    assert found and found.command[:2] == (str(loader), "--library-path")


def test_the_one_that_is_named_comes_first(nothing_here, monkeypatch, tmp_path):
    a_program(tmp_path / "micropython", "micropython 1 25 0 False")
    mine = a_program(tmp_path / "mine", "micropython 1 26 1 True")
    monkeypatch.setenv("PULLCORD_MICROPYTHON", f"{mine} -v")
    found = runtime.find()
    assert found.command == (str(mine), "-v")
    assert str(found) == "micropython 1.26.1 (64-bit)"


@pytest.mark.parametrize("says", ["nonsense", "one 2 three 4 5 6"])
def test_one_that_does_not_work_is_named(nothing_here, tmp_path, says):
    a_program(tmp_path / "micropython", says)
    with pytest.raises(runtime.RuntimeUnusable, match=str(tmp_path)):
        runtime.find()
