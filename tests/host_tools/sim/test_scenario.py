"""Who plays what in the fixed scenario; tests/end_to_end/test_scenario.py plays it."""

import pytest

from pullcord.sim.plans import read_plans
from pullcord.sim.scenario import MARK_S, NothingToPlay, Scenario, with_short_mark
from pullcord.sim.virtual_line import StationPlan
from tests.end_to_end.a_line import PLANT
from tests.host_tools.sim.fake_station import CONFIG, fake_bench


def a_caller(name: str, stop: str, **more):
    config = {
        "station": f"acme/assembly/line-1/{name}",
        "readers": [],
        "andon": {"categories": [{"name": "quality", "stop": stop}]},
        **more,
    }
    return {config["station"]: fake_bench(**config)}


def a_line():
    return {
        **a_caller("st-01", "fixed_position"),
        **a_caller("st-02", "immediate"),
        **a_caller("st-03", "never"),
        **a_caller("st-04", "never", readers=CONFIG["readers"]),
    }


def test_a_line_with_a_station_for_each_part_can_be_played():
    assert Scenario(a_line(), None).stimuli == []


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("st-01", "stop: fixed_position"),
        ("st-02", "stop: immediate"),
        ("st-03", "stop: never"),
        ("st-04", "role signal"),
    ],
)
def test_a_line_that_lacks_one_is_told_what_it_lacks(missing, said):
    stations = {path: bench for path, bench in a_line().items() if not path.endswith(missing)}
    with pytest.raises(NothingToPlay, match=said):
        Scenario(stations, None)


def test_the_mark_comes_soon_and_the_plan_stays_as_it_was():
    plan = next(plan for plan in read_plans(PLANT) if plan.config["andon"]["mark"]["from"] == "delay")
    short = with_short_mark(plan)
    assert short.config["andon"]["mark"]["delay_s"] == MARK_S
    assert plan.config["andon"]["mark"]["delay_s"] == 20
    assert (short.cards, short.labels) == (plan.cards, plan.labels)


@pytest.mark.parametrize("mark", [None, {"from": "input"}])
def test_a_mark_that_does_not_come_by_delay_is_left(mark):
    plan = StationPlan({"andon": {"mark": mark}})
    assert with_short_mark(plan).config == plan.config
