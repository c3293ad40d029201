"""Messages that come faster than anybody can read them."""

from pullcord.pull.flood import FloodGate

MINUTE = 60_000


def test_ten_in_ten_minutes_are_a_flood_and_then_one_a_minute_goes_out():
    gate, passed = FloodGate(), []
    for second in range(0, 300, 5):
        if gate.lets_pass(second * 1000):
            gate.passed(second * 1000, 1)
            passed.append(second)
    assert passed[:10] == list(range(0, 50, 5))
    assert passed[10:] == [105, 165, 225, 285]
    assert gate.flooded


def test_it_is_over_when_a_window_of_ten_minutes_had_fewer_than_five():
    gate = FloodGate()
    gate.passed(0, 10)
    assert not gate.lets_pass(30_000)
    assert gate.lets_pass(10 * MINUTE + 1)
    assert not gate.flooded


def test_it_does_not_flicker_at_its_edge():
    gate = FloodGate()
    gate.passed(0, 4)
    gate.passed(5 * MINUTE, 6)
    gate.lets_pass(6 * MINUTE)
    assert gate.flooded
    gate.lets_pass(10 * MINUTE + 1)  # six are left: fewer than ten, not fewer than five
    assert gate.flooded


def test_quiet_days_are_not_held_up():
    gate = FloodGate()
    for n in range(50):
        assert gate.lets_pass(n * 2 * MINUTE)
        gate.passed(n * 2 * MINUTE, 1)


def test_a_clock_that_is_put_back_holds_nobody_up():
    gate = FloodGate()
    gate.passed(60 * MINUTE, 20)
    assert not gate.lets_pass(60 * MINUTE + 1)
    assert gate.lets_pass(1 * MINUTE), "an hour without a message would follow"
