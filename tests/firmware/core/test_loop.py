"""A supervised loop: rest, pulled, cut and short are four things, and noise is none of them."""

from station.core.loop import FAULT_MS, Loop, bounds

REST, PULLED = 32768, 21845  # 4.7 kohm at the end, 4.7 kohm at the contact, 4.7 kohm pull-up


def settled(loop, reading, since=0):
    """The state after that reading was there for long enough."""
    for now in range(since, since + FAULT_MS + 20, 10):
        loop.sample(now, reading)
    return loop.state


def test_four_voltages_are_four_states():
    loop = Loop(REST, PULLED, 20)
    for reading, state in ((REST, "rest"), (PULLED, "pulled"), (65535, "open"), (0, "short"), (REST, "rest")):
        assert settled(loop, reading, 10000) == state


def test_a_contact_that_rests_closed_has_the_pulled_voltage_above():
    loop = Loop(32768, 43690, 20)
    for reading, state in ((43690, "pulled"), (32768, "rest"), (65535, "open"), (43690, "pulled"), (0, "short")):
        assert settled(loop, reading, 10000) == state


def test_a_pull_counts_after_the_input_s_own_time_and_a_cut_wire_after_a_longer_one():
    loop = Loop(REST, PULLED, 20)
    assert not loop.sample(0, PULLED) and not loop.sample(19, PULLED)
    assert loop.sample(20, PULLED) and loop.state == "pulled"
    assert not loop.sample(100, 65535) and not loop.sample(100 + FAULT_MS - 1, 65535)
    assert loop.sample(100 + FAULT_MS, 65535) and loop.state == "open"


def test_a_contact_that_wipes_is_no_cut_wire():
    loop = Loop(REST, PULLED, 20)
    for now in range(0, 2000, 10):
        loop.sample(now, 65535 if now % 100 < 60 else REST)
    assert loop.state == "rest" and loop.rejected == 20


def test_noise_at_the_border_of_two_states_does_not_chatter():
    border = (REST + PULLED) // 2
    for start in (REST, PULLED):
        loop = Loop(REST, PULLED, 20)
        state = settled(loop, start)
        for now in range(1000, 3000, 10):
            assert not loop.sample(now, border + (900 if now % 20 else -900))
        assert loop.state == state and loop.rejected == 0


def test_each_level_holds_on_beyond_the_middle_and_gives_way_a_little_further():
    levels = bounds(REST, PULLED)
    assert [state for _, state in levels] == ["short", "pulled", "rest", "open"]
    for at in range(3):
        (low, below), (high, above) = levels[at : at + 2]
        middle, more = (low + high) // 2, (high - low) // 8 + 2
        for start, reading, state in (
            (low, middle + more - 4, below),
            (low, middle + more, above),
            (high, middle - more + 4, above),
            (high, middle - more, below),
        ):
            loop = Loop(REST, PULLED, 20)
            settled(loop, start)
            assert settled(loop, reading, 10000) == state, (low, high, start, reading)


def test_at_boot_a_pulled_cord_is_pulled_and_a_cut_one_is_found_like_any_other():
    loop = Loop(REST, PULLED, 20)
    loop.settle(PULLED)
    assert loop.state == "pulled" and not loop.pending(0)
    loop.settle(65535)
    assert loop.state == "rest"
    assert settled(loop, 65535) == "open"
