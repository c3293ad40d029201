"""A short version of the soak: three squeezed hours with all their faults. `make bench ONLY=soak` plays a day."""

from a_long_day import LongDay, growth_percent


def test_nothing_is_lost_doubled_or_leaked_while_everything_goes_wrong():
    figures = LongDay().play(hours=3, calls_an_hour=67)
    assert (figures["lost"], figures["duplicates"], figures["calls"]) == (0, 0, 201), figures
    assert figures["reconnects"] >= 6 and figures["faults"] >= 6, "nothing went wrong: %s" % figures
    # What is met for the first time leaves its words in memory, and MicroPython's table of words grows in steps.
    assert growth_percent(figures["heap"]) <= 5, figures["heap"]
    assert growth_percent(figures["heap"][1:]) <= 1, figures["heap"]
