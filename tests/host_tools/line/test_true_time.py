"""Where an event without a clock lies in time."""

from hypothesis import given
from hypothesis import strategies as st

from pullcord.line.true_time import Anchor, Boot, Placed, at, place

HOUR = 3_600_000


def test_an_anchor_gives_the_time_of_the_whole_boot():
    assert at(Anchor(uptime=10_000, moment=1_000_000, error=40), uptime=4_000) == (994_000, 42)


def test_the_error_grows_with_the_distance():
    moment, error = at(Anchor(uptime=0, moment=0, error=40), uptime=10 * HOUR)
    assert moment == 10 * HOUR
    assert error == 40 + 7_200


def test_a_boot_without_a_clock_lies_in_the_middle_of_its_neighbours():
    first = anchored(1, uptime=5_000, moment=100_000)
    last = anchored(3, uptime=1_000, moment=131_000)
    assert place([first, unset(2, 10_000), last], 999_999)[2] == Placed(
        began=110_000, error=10_040, final=True
    )


def test_until_a_later_clock_is_known_the_arrival_bounds_it():
    first = anchored(1, uptime=5_000, moment=100_000)
    assert place([first, unset(2, 10_000)], 120_000)[2] == Placed(began=105_000, error=5_040, final=False)


def test_without_a_moment_before_there_is_no_bound():
    assert place([unset(1, 10_000)], 120_000)[1] == Placed(began=110_000, error=None, final=False)


gaps = st.integers(0, HOUR)


@given(st.lists(st.tuples(gaps, gaps), min_size=1, max_size=6))
def test_the_truth_lies_within_the_bound(run):
    """Boots one after another, each off for a while and then running for a while without a clock."""
    now = 1_000_000
    boots, truth = [anchored(0, uptime=now, moment=now)], {}
    for number, (off, ran) in enumerate(run, start=1):
        truth[number] = now + off
        boots.append(unset(number, ran))
        now += off + ran
    boots.append(anchored(len(run) + 1, uptime=0, moment=now))
    placed = place(boots, now + HOUR)
    for number, began in truth.items():
        assert abs(placed[number].began - began) <= placed[number].error


def anchored(number, uptime, moment):
    anchor = Anchor(uptime, moment, 40)
    return Boot(number, uptime, anchor, anchor)


def unset(number, last_uptime):
    return Boot(number, last_uptime, None, None)
