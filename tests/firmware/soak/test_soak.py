"""A short version of the soak: three squeezed hours with all their faults. `make bench ONLY=soak` plays a day."""

from a_long_day import LongDay, growth_percent


def test_nothing_is_lost_doubled_or_leaked_while_everything_goes_wrong():
    figures = LongDay().play(hours=3, calls_an_hour=67)
    assert (figures["lost"], figures["duplicates"], figures["calls"]) == (0, 0, 201), figures
    assert figures["reconnects"] >= 6 and figures["faults"] >= 6, "nothing went wrong: %s" % figures
    # A leak takes memory in every hour. MicroPython's table of words grows in one, when a word is met that is new.
    assert growth_percent(figures["heap"]) <= 5, figures["heap"]
    assert min(growth_percent(figures["heap"][hour : hour + 2]) for hour in (0, 1)) <= 0.5, figures["heap"]
