"""UTC as text, without a calendar library."""

from station.core.rfc3339 import parse
from station.core.wall import iso

KNOWN = (
    (0, "1970-01-01T00:00:00.000Z"),
    (951782400000, "2000-02-29T00:00:00.000Z"),
    (1709251199999, "2024-02-29T23:59:59.999Z"),
    (1709251200000, "2024-03-01T00:00:00.000Z"),
    (1795197363412, "2026-11-20T17:56:03.412Z"),
    (4107542400000, "2100-03-01T00:00:00.000Z"),
)


def refused(text) -> bool:
    try:
        parse(text)
    except ValueError:
        return True
    return False


def test_known_moments_both_ways():
    for unix_ms, text in KNOWN:
        assert iso(unix_ms) == text
        assert parse(text) == unix_ms


def test_every_day_for_a_century_there_and_back():
    for day in range(0, 36600, 13):
        assert parse(iso(day * 86400000 + 43200001)) == day * 86400000 + 43200001


def test_the_fraction_may_be_missing_short_or_long():
    assert parse("1970-01-01T00:00:01Z") == 1000
    assert parse("1970-01-01T00:00:01.5Z") == 1500
    assert parse("1970-01-01T00:00:01.123456Z") == 1123


def test_a_leap_second_is_taken():
    assert parse("2016-12-31T23:59:60Z") == parse("2017-01-01T00:00:00Z")


def test_what_is_no_time_in_utc_is_a_value_error():
    for text in (
        "",
        "soon",
        "2026-11-20",
        "2026-11-20T17:56:03.412+01:00",
        "2026-11-20 17:56:03Z",
        "2026-13-20T17:56:03Z",
        "2026-00-20T17:56:03Z",
        "2026-11-32T17:56:03Z",
        "2026-11-20T24:56:03Z",
        "2026-11-20T17:60:03Z",
        "2026-11-20T17:56:61Z",
        "2026-11-20T1x:56:03Z",
        "2026-11-20T17:56:03 or soZ",
        None,
        17,
    ):
        assert refused(text), text
