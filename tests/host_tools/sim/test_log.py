"""A station's log."""

from pullcord.sim import log


def test_the_tail_is_what_was_said_last(tmp_path):
    said = log.BoundedLog(tmp_path / "station.log")
    assert said.tail(2) == "(nothing was said)"
    said.write(b"one\ntwo\nthr")
    said.write(b"ee\n")
    assert said.tail(2) == "two\nthree"


def test_a_station_that_talks_without_end_does_not_fill_the_disk(tmp_path):
    said = log.BoundedLog(tmp_path / "station.log")
    for _ in range(3 * log.LIMIT // 4096):
        said.write(b"x" * 4095 + b"\n")
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert log.LIMIT <= size <= 2 * log.LIMIT + 8192
