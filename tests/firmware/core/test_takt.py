"""The rhythm: cycles done, ahead or behind, a cycle that runs over."""

from station.core.takt import Takt


def test_the_first_pulse_only_starts_the_count():
    takt = Takt(60000, 20)
    assert takt.due() is None
    assert takt.cycle(5000) is None
    assert takt.count == 0 and takt.due() == 77000


def test_a_cycle_says_how_long_it_was_and_how_far_ahead():
    takt = Takt(60000, 20)
    takt.cycle(0)
    assert takt.cycle(50000) == {"cycle_ms": 50000, "takt_ms": 60000, "count": 1, "ahead_ms": 10000}
    assert takt.cycle(130000)["ahead_ms"] == -10000


def test_before_the_first_cycle_nobody_is_behind():
    assert Takt(60000, 20).ahead_ms(1000000) == 0


def test_behind_as_soon_as_the_running_cycle_is_longer_than_its_takt():
    takt = Takt(60000, 20)
    takt.cycle(0)
    assert takt.ahead_ms(60000) == 0
    assert takt.ahead_ms(65000) == -5000


def test_a_cycle_that_runs_over_is_told_once():
    takt = Takt(60000, 20)
    assert takt.overrun(100000) is None
    takt.cycle(0)
    assert takt.overrun(71999) is None
    assert takt.overrun(72000) == {"cycle_ms": 72000, "takt_ms": 60000}
    assert takt.overrun(90000) is None
    assert takt.due() is None
    takt.cycle(100000)
    assert takt.overrun(171999) is None
    assert takt.overrun(172000) is not None


def test_the_fixed_position_is_the_end_of_the_running_takt():
    takt = Takt(60000, 20)
    assert takt.mark_at(1000) == 61000
    takt.cycle(10000)
    assert takt.mark_at(69999) == 70000
    assert takt.mark_at(70000) == 130000


def test_it_comes_back_from_its_packed_form_in_a_new_uptime():
    takt, again = Takt(60000, 20), Takt(60000, 20)
    takt.cycle(0)
    takt.cycle(55000)
    again.restore(0, takt.pack(60000))
    assert again.ahead_ms(10000) == takt.ahead_ms(70000)
    assert again.cycle(50000) == takt.cycle(110000)


def test_nothing_comes_back_from_nothing():
    takt = Takt(60000, 20)
    takt.restore(0, takt.pack(1000))
    takt.age(1000, 0)
    assert takt.due() is None
