"""The buzzer's volume by the time of day in the plant's zone."""

from station.core.loudness import percent

ZONE = [[0, 60], [1774746000, 120], [1792890000, 60]]  # Europe/Berlin in 2026
VOLUME = [[360, 100], [1320, 30]]  # from 6 o'clock, from 22 o'clock
WINTER = 1768435200  # 2026-01-15 00:00 UTC
SUMMER = 1784073600  # 2026-07-15 00:00 UTC


def at(day, hours, volume=VOLUME):
    return percent(volume, ZONE, (day + int(hours * 3600)) * 1000)


def test_it_is_quiet_from_the_evening_to_the_morning_by_the_clock_on_the_wall():
    for day, ahead in ((WINTER, 1), (SUMMER, 2)):
        assert at(day, 6 - ahead - 0.02) == 30 and at(day, 6 - ahead) == 100
        assert at(day, 22 - ahead - 0.02) == 100 and at(day, 22 - ahead) == 30
        assert at(day, 24 - ahead) == 30


def test_it_is_loud_while_the_time_is_not_known():
    assert percent([[0, 10]], ZONE, None) == 100
    assert percent([[0, 10]], ZONE, WINTER * 1000) == 10
