"""The firmware as a board holds it: compiled once for what it says."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pullcord.firmware.compiled import CompileFailed, compiled


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source" / "station"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text("ONE = 1\n")
    (folder.parent / "main.py").write_text("import station.one\n")
    return folder.parent


def test_every_file_is_there_compiled_in_its_place(source, tmp_path):
    tree = compiled(tmp_path / "made", source, linked=False)
    assert sorted(str(file.relative_to(tree)) for file in tree.rglob("*") if file.is_file()) == [
        "main.mpy",
        "station/one.mpy",
    ]
    assert (tree / "main.mpy").read_bytes()[:1] == b"M"


def test_it_is_made_again_only_when_a_file_changed(source, tmp_path):
    tree = compiled(tmp_path / "made", source, linked=False)
    when = (tree / "main.mpy").stat().st_mtime_ns
    assert compiled(tmp_path / "made", source, linked=False) == tree
    assert (tree / "main.mpy").stat().st_mtime_ns == when
    (source / "main.py").write_text("import station.one as one\n")
    assert compiled(tmp_path / "made", source, linked=False) != tree


def test_a_file_that_moved_is_a_change(source, tmp_path):
    tree = compiled(tmp_path / "made", source, linked=False)
    (source / "station/one.py").rename(source / "station/two.py")
    assert (compiled(tmp_path / "made", source, linked=False) / "station/two.mpy").exists()
    assert not (tree / "station/two.mpy").exists()


def test_what_does_not_compile_is_named_and_leaves_no_half_a_tree(source, tmp_path):
    (source / "station/one.py").write_text("def (:\n")
    with pytest.raises(CompileFailed, match=r"station/one\.py"):
        compiled(tmp_path / "made", source, linked=False)
    assert [entry.name for entry in (tmp_path / "made").iterdir()] == []


def test_a_file_that_cannot_be_read_is_named_before_anything_is_linked(source, tmp_path):
    (source / "station/one.py").write_text("def (:\n")
    with pytest.raises(CompileFailed, match=r"station/one\.py:1: "):
        compiled(tmp_path / "made", source)


def test_the_firmware_is_in_one_file_what_is_seldom_needed_apart(tmp_path):
    tree = compiled(tmp_path / "made")
    files = {str(file.relative_to(tree)) for file in tree.rglob("*.mpy")}
    assert {"main.mpy", "station/linked.mpy", "station/app.mpy", "station/health/safe.mpy"} <= files
    assert not {"station/running.mpy", "station/core/andon.mpy", "manifest.mpy"} & files


def test_several_threads_may_ask_at_once(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        trees = list(pool.map(lambda _: compiled(tmp_path / "made"), range(4)))
    assert len(set(trees)) == 1
