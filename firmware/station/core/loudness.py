"""How loud the buzzer is at this time of day, in the plant's time zone."""


def percent(volume: list, zone: list, unix_ms) -> int:
    """0 to 100. `volume`: [[minute of the day, percent]], rising; `zone`: [[UTC s, minutes ahead of UTC from then on]].

    Full while the time is not known: a tone that nobody hears is worse than one at night.
    """
    if unix_ms is None:
        return 100
    seconds, ahead = unix_ms // 1000, 0
    for since, minutes in zone:
        if since <= seconds:
            ahead = minutes
    minute = (seconds // 60 + ahead) % 1440
    loud = volume[-1][1]  # what began last evening
    for since, share in volume:
        if since <= minute:
            loud = share
    return loud
