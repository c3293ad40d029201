"""The station's side of the simulator is compiled once, and again only when a file of it changed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pullcord.sim import compiled_side


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_it_lies_beside_the_micropython_and_is_made_once(cache):
    script = compiled_side.start_script()
    assert script.is_relative_to(cache) and script.name == "boot_station.py"
    assert (script.parent / "pullcord/sim/boot_station.mpy").exists()
    assert (script.parent / "pullcord/sim/standins/machine.mpy").exists()
    assert (script.parent / compiled_side.IMAGE).exists()
    assert compiled_side.start_script() == script


def test_stations_that_start_at_once_wait_for_one_another(cache):
    """CPython 3.11 trips over two threads that parse; a file that changed is parsed while others start."""
    for _ in range(3):
        compiled_side._shrunk.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            assert len({*pool.map(lambda _: compiled_side.start_script(), range(8))}) == 1


def test_what_starts_it_is_written_anew_when_it_changed(cache, monkeypatch):
    script = compiled_side.start_script()
    monkeypatch.setattr(compiled_side, "SCRIPT", "another")
    assert compiled_side.start_script() == script and script.read_text() == "another"


def test_where_nothing_can_be_kept_the_sources_do_it(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert compiled_side.start_script() == compiled_side.HERE / "boot_station.py"
