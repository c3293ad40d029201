"""What the station knows about the time of day, with an honest error bound."""

from a_station import UNIX

from station.core.clock import Clock


def test_before_the_first_time_it_knows_nothing():
    clock = Clock()
    assert clock.state(5000) == "unset"
    assert clock.unix_ms(5000) is None
    assert clock.error_ms(5000) is None


def test_the_first_time_is_no_step():
    clock = Clock()
    assert clock.sync(1000, UNIX, 250) is None
    assert clock.unix_ms(1500) == UNIX + 500
    assert clock.unix_ms(-500) == UNIX - 1500


def test_later_ones_say_how_far_it_stepped():
    clock = Clock()
    clock.sync(0, UNIX, 250)
    assert clock.sync(5000, UNIX + 5040, 250) == 40
    assert clock.sync(10000, UNIX + 9000, 250) == -1040


def test_it_is_synced_for_a_minute_then_in_holdover():
    clock = Clock()
    clock.sync(1000, UNIX, 250)
    assert clock.state(60999) == "synced"
    assert clock.state(61000) == "holdover"


def test_the_error_grows_by_the_drift_of_a_crystal():
    clock = Clock()
    clock.sync(0, UNIX, 250)
    assert clock.error_ms(0) == 250
    assert clock.error_ms(3600000) == 250 + 180
