"""Floods, chatter, and shifts with too few calls."""

from pullcord.pull.alarms import chattering, floods, pulls_of_a_shift, too_many_an_hour

MINUTE = 60_000


def test_ten_in_ten_minutes_are_a_flood_until_a_window_has_fewer_than_five():
    burst = [n * MINUTE for n in range(12)]
    (flood,) = floods(burst, until=60 * MINUTE)
    assert (flood.begin, flood.alarms, flood.peak) == (0, 12, 10)
    assert flood.end == 17 * MINUTE  # the eighth call, at minute 7, leaves the window; four are left


def test_nine_are_none_and_a_flood_may_last():
    assert floods([n * MINUTE for n in range(9)], until=60 * MINUTE) == []
    (flood,) = floods([n * MINUTE for n in range(20)], until=20 * MINUTE)
    assert (flood.end, flood.alarms) == (None, 20)


def test_two_floods_are_two():
    minutes = [n * MINUTE for n in (*range(10), *range(60, 75))]
    assert [flood.alarms for flood in floods(minutes, until=200 * MINUTE)] == [10, 15]


def test_more_than_twelve_an_hour_are_told():
    assert too_many_an_hour([n * 4 * MINUTE for n in range(15)] + [61 * MINUTE] * 12) == {0: 15}


def test_three_within_a_minute_are_chatter():
    alarms = [("st-1", 0), ("st-1", 20_000), ("st-1", 59_999), ("st-1", 200_000), ("st-2", 0), ("st-2", 60_000)]
    assert chattering([*alarms, ("st-2", 30_000)]) == {"st-1": 3}


def test_a_quiet_shift_is_a_warning():
    assert pulls_of_a_shift(3, [10, 12, 8, 10, 10]) == (3, 10.0, True, False)
    assert pulls_of_a_shift(21, [10, 12, 8, 10, 10]) == (21, 10.0, False, True)
    assert pulls_of_a_shift(0, [10, 12]) == (0, None, False, False)
