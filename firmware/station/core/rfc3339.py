"""RFC 3339 text to UTC milliseconds since 1970. Loaded when it is needed, and forgotten again."""


def parse(text: str) -> int:
    """Milliseconds since 1970 of an RFC 3339 time in UTC. ValueError when it is none."""
    try:
        if text[-1] != "Z" or text[4] != "-" or text[7] != "-" or text[10] != "T" or text[19] not in ".Z":
            raise ValueError(text)
        year, month, day = int(text[0:4]), int(text[5:7]), int(text[8:10])
        hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
        fraction = text[20:-1] if text[19] == "." else ""
        ms = int((fraction + "000")[:3])
    except (IndexError, TypeError):
        raise ValueError("not a time: %r" % (text,))
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 61):
        raise ValueError("not a time: " + text)
    return ((_days(year, month, day) * 24 + hour) * 60 + minute) * 60000 + second * 1000 + ms


def _days(year: int, month: int, day: int) -> int:
    if month <= 2:
        year -= 1
    era, year_of_era = divmod(year, 400)
    in_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + in_year - 719468
