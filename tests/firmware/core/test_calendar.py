"""Shifts at the station: no takt call in a break or outside a shift, no escalation in a break."""

from station.core.calendar import OFF, STOP, WORK, look, pack
from tests.firmware.core.a_station import UNIX, Floor, config

MINUTE = 60_000
HOUR = 60 * MINUTE
BERLIN = [[0, 60], [1774746000, 120], [1792890000, 60]]  # 2026
FRIDAY = 1795132800  # 2026-11-20 00:00 UTC, an hour later in Berlin; the floor's time is 18:56 there
DAYS = 20777  # of it since 1970


def entries(days, *changes):
    return [(day * 2880 + minute) * 3 + what for day in days for minute, what in changes]


def calendar(week, closed=()):
    return {"week": week, "zone": BERLIN, "closed": list(closed)}


# Monday to Friday 14:00 to 22:00, with a break from 19:00 to 19:30
LATE = calendar(entries(range(5), (840, WORK), (1140, STOP), (1170, WORK), (1320, OFF)))
# Sunday to Thursday 22:00 to 06:00, with a break from 2:00 to 2:30 of the next day
NIGHT = calendar(entries((6, 0, 1, 2, 3), (1320, WORK), (1560, STOP), (1590, WORK), (1800, OFF)), [DAYS - 1])


def at(hours, week=LATE, day=FRIDAY):
    """What it is at so many hours of Berlin's winter time."""
    return look(pack(week), day + int((hours - 1) * 3600))


def test_what_each_time_of_the_day_is_and_until_when():
    midnight = FRIDAY - 3600
    assert at(13.99)[0] == OFF and at(13.99)[2] == midnight + 14 * 3600
    assert at(14) == (WORK, midnight + 14 * 3600, midnight + 19 * 3600)
    assert at(19) == (STOP, midnight + 19 * 3600, midnight + 19 * 3600 + 1800)
    assert at(19.5)[0] == WORK and at(22)[0] == OFF
    assert at(22)[2] == midnight + 24 * 3600  # then it is looked at again
    assert at(38)[0] == OFF  # on Saturday


def test_a_shift_across_midnight_belongs_to_the_day_of_its_start():
    assert at(23, NIGHT)[0] == OFF  # none starts on a Friday
    assert at(-0.5, NIGHT)[0] == OFF  # Thursday is closed, and so is what would go on after midnight
    assert at(3, NIGHT)[0] == OFF
    thursday = FRIDAY - 86400
    assert at(1, NIGHT, thursday)[0] == WORK and at(2.25, NIGHT, thursday)[0] == STOP
    assert at(5.99, NIGHT, thursday)[0] == WORK and at(6, NIGHT, thursday)[0] == OFF


def test_one_shift_ends_where_the_next_begins():
    both = calendar(entries(range(5), (360, WORK), (840, OFF)) + entries(range(5), (840, WORK), (1320, OFF)))
    assert at(14, both)[0] == WORK
    night_and_early = calendar(NIGHT["week"] + entries(range(5), (360, WORK), (840, OFF)))
    assert at(6, night_and_early, FRIDAY - 2 * 86400)[0] == WORK


def test_the_clock_on_the_wall_counts_in_summer_too():
    summer = 1784505600  # 2026-07-20 00:00 UTC, a Monday
    assert look(pack(LATE), summer + 12 * 3600)[0] == WORK
    assert look(pack(LATE), summer + 12 * 3600 - 1)[0] == OFF
    change = 1774746000  # what is known does not reach beyond a change of the clock
    assert look(pack(LATE), change - 1)[2] <= change and look(pack(LATE), change)[1] >= change


def floor(week, **changes):
    settings = config()
    settings["calendar"] = week
    settings.update(changes)
    return Floor(settings)


def kinds(floor, kind):
    return [event["data"] for event in floor.events if event["type"] == "pullcord." + kind + ".v1"]


def test_a_takt_that_runs_into_a_break_goes_on_after_it():
    line = floor(LATE)  # 18:56:03
    line.press("cycle")
    line.wait(40_000 + 3 * MINUTE + 17_000)  # past 19:00; the cycle ran over before, and was told
    assert len(kinds(line, "cycle.overrun")) == 1
    line.press("cycle")
    line.wait(29 * MINUTE)
    assert len(kinds(line, "cycle.overrun")) == 1
    assert line.station.takt.ahead_ms(line.now) > -5 * MINUTE
    line.wait(2 * MINUTE + 15_000)  # 19:31:15: the break is over, and so is the takt
    assert len(kinds(line, "cycle.overrun")) == 2


def test_a_cycle_across_a_break_is_as_long_as_it_was_worked_at():
    line = floor(LATE)
    line.wait(3 * MINUTE)
    line.press("cycle")  # 18:59:03
    line.wait(32 * MINUTE)
    line.press("cycle")  # 19:31:03
    (done,) = kinds(line, "cycle.completed")
    assert abs(done["cycle_ms"] - 2 * MINUTE) < 2_500


def test_nobody_is_waited_for_in_a_break():
    line = floor(LATE)
    line.wait(3 * MINUTE)
    line.press("cord-3")  # 18:59:03, escalates after 30 s
    line.press("cord-2")  # material: after 120 s, one of which is left when the break begins
    line.wait(25 * MINUTE)
    assert [data["category"] for data in kinds(line, "andon.escalated")] == ["maintenance"]
    line.wait(5 * MINUTE + 57_000 + 65_000)
    assert [data["category"] for data in kinds(line, "andon.escalated")] == ["maintenance", "material"]


def test_a_call_outside_a_shift_still_escalates():
    line = floor(calendar(entries([0], (840, WORK), (1320, OFF))))
    line.press("cord-3")
    line.wait(31_000)
    assert len(kinds(line, "andon.escalated")) == 1


def test_outside_a_shift_no_takt_is_missed():
    line = floor(calendar(entries([0], (840, WORK), (1320, OFF))))
    line.press("cycle")
    line.wait(HOUR)
    assert kinds(line, "cycle.overrun") == []


def test_the_power_that_was_off_over_the_weekend_makes_no_call():
    line = floor(LATE)
    line.wait(HOUR)
    line.press("cycle")
    line.wait(30_000)
    line.press("cycle")  # Friday, 19:56:33
    line.start()
    line.connect(UNIX + HOUR + 30_000 + 62 * HOUR)  # Monday, 9:56:33
    line.wait(4 * HOUR + 10 * MINUTE)
    assert kinds(line, "cycle.overrun") == []
    line.press("cycle")  # 14:06:33
    line.wait(80_000)
    assert len(kinds(line, "cycle.overrun")) == 1


def test_the_power_that_was_off_in_a_break_adds_nothing_to_cycle_and_call():
    line = floor(LATE)
    line.wait(3 * MINUTE)
    line.press("cycle")
    line.press("cord-2")  # 18:59:03, escalates after two minutes
    line.wait(50_000)
    line.press("ack")
    line.start()
    line.connect(UNIX + 20 * MINUTE)  # 19:16:03
    assert abs(line.station.takt.ahead_ms(line.now)) < 2_000
    line.wait(14 * MINUTE + 10_000)  # 19:30:13
    assert kinds(line, "cycle.overrun") == []


def test_without_a_clock_it_is_work():
    settings = config()
    settings["calendar"] = calendar(entries([0], (840, WORK), (1320, OFF)))
    line = Floor(settings, connected=False)
    line.press("cycle")
    line.wait(2 * MINUTE)
    assert len(kinds(line, "cycle.overrun")) == 1
