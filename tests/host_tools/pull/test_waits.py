"""How long a call has waited, when somebody sets the clock of the computer."""

from pullcord.pull.escalation import Call
from pullcord.pull.waits import Waits

HOUR = 3_600_000
CALL = Call("j-1", "acme/assembly/pumps/press-on", "quality", 10 * HOUR, "called")


def age(waits, call, now, steady):
    (one,) = waits.by_now([call], now, steady)
    return now - one.called_at


def test_the_clock_is_believed_when_a_call_is_seen_first():
    assert age(Waits(), CALL, 10 * HOUR + 500, 7) == 500


def test_from_then_on_it_may_be_put_back_and_forward():
    waits = Waits()
    age(waits, CALL, 10 * HOUR + 500, 7)
    assert age(waits, CALL, 8 * HOUR, 7 + 60_000) == 60_500
    assert age(waits, CALL, 90 * HOUR, 7 + 61_000) == 61_500


def test_where_the_clock_is_wrong_from_the_beginning_the_station_knows():
    waits = Waits()
    assert age(waits, CALL, 1 * HOUR, 7) == 0
    assert age(waits, CALL._replace(age_ms=40_000), 1 * HOUR, 1_007) == 40_000
    assert age(waits, CALL._replace(age_ms=40_000), 99 * HOUR, 3_007) == 42_000


def test_a_call_that_is_over_is_forgotten():
    waits = Waits()
    age(waits, CALL, 10 * HOUR + 500, 7)
    assert waits.by_now([], 11 * HOUR, 8) == []
    assert age(waits, CALL, 10 * HOUR, 9) == 0
