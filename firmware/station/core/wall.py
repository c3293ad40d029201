"""UTC milliseconds since 1970 to RFC 3339 text, without a calendar library; `rfc3339` reads it.

Days to civil date by the usual shift of the year's start to 1 March, so that the leap day comes last.
"""


def iso(unix_ms: int) -> str:
    """`2026-11-20T17:56:03.412Z` for 1795197363412."""
    seconds, ms = divmod(unix_ms, 1000)
    days, rest = divmod(seconds, 86400)
    hour, rest = divmod(rest, 3600)
    minute, second = divmod(rest, 60)
    year, month, day = _civil(days)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (year, month, day, hour, minute, second, ms)


def _civil(days: int):
    days += 719468
    era, in_era = divmod(days, 146097)
    year_of_era = (in_era - in_era // 1460 + in_era // 36524 - in_era // 146096) // 365
    in_year = in_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * in_year + 2) // 153
    day = in_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (1 if month <= 2 else 0), month, day
