"""Andon: one call, from the pull to its end."""

from a_station import BADGE, WORKER, Floor, config

from station.core import andon


def test_a_pull_calls_and_the_line_runs_on():
    floor = Floor()
    floor.press("cord-1")
    assert floor.last("andon.called") == {"call": "quality", "input": "cord-1", "via": "cord"}
    assert floor.call().stop == "pending"
    assert floor.station.permit()


def test_one_open_call_a_category():
    floor = Floor()
    for _ in range(3):
        floor.press("cord-2")
        floor.wait(5000)
    assert floor.kinds().count("called") == 1


def test_several_categories_are_open_at_once():
    floor = Floor()
    floor.press("cord-1")
    floor.press("cord-2")
    assert floor.kinds()[-2:] == ["called", "called"]
    assert floor.call("quality").open() and floor.call("material").open()


def test_a_second_pull_within_two_seconds_is_the_same_pull():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(1999)
    floor.press("cord-1")
    assert floor.call().open()
    assert floor.kinds()[-1] == "called"


def test_a_second_pull_before_the_mark_cancels_with_its_own_tone():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(2000)
    floor.tones()
    floor.press("cord-1")
    assert floor.call() is None
    assert floor.last("andon.cancelled")["via"] == "cord"
    assert floor.tones() == ["cancel"]
    floor.wait(30000)
    assert "stopped" not in floor.kinds()


def test_after_the_mark_a_pull_only_says_that_the_call_is_known():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(20000)
    floor.tones()
    floor.press("cord-1")
    assert floor.call().open()
    assert floor.tones() == ["known"]


def test_a_pull_without_a_stop_to_come_never_cancels():
    floor = Floor()
    floor.press("cord-2")
    floor.wait(5000)
    floor.tones()
    floor.press("cord-2")
    assert floor.call("material").open()
    assert floor.tones() == ["known"]


def test_a_machine_that_calls_again_neither_cancels_nor_counts_as_a_pull():
    floor = Floor()
    floor.press("machine")
    floor.wait(5000)
    floor.tones()
    floor.press("machine")
    assert floor.call().open()
    assert floor.tones() == []


def test_the_first_pull_after_a_boot_never_cancels_though_a_machine_called_before_it():
    floor = Floor()
    floor.press("cord-1")
    floor.start()
    floor.connect()
    floor.wait(3000)
    floor.press("machine")
    floor.wait(3000)
    floor.press("cord-1")
    assert floor.call().open()
    floor.wait(3000)
    floor.press("cord-1")
    assert floor.kinds()[-1] == "cancelled"


def test_a_cancelled_category_can_be_called_again_at_once():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(2000)
    floor.press("cord-1")
    floor.press("cord-1")
    assert floor.kinds()[-3:] == ["called", "cancelled", "called"]


def test_a_call_goes_through_its_phases_by_button():
    floor = Floor()
    floor.press("cord-2")
    call = floor.events[-1]["id"]
    for name in ("ack", "arrive", "resolve"):
        floor.press(name)
    assert floor.kinds()[-4:] == ["called", "acknowledged", "arrived", "resolved"]
    assert floor.last("andon.acknowledged") == {
        "by": "",
        "via": "button",
        "category": "material",
        "call": call,
    }
    assert floor.last("andon.resolved")["reason"] == "unspecified"
    assert floor.call("material") is None


def test_arriving_acknowledges_by_implication():
    floor = Floor()
    floor.press("cord-2")
    floor.press("arrive")
    assert floor.kinds()[-2:] == ["acknowledged", "arrived"]
    assert floor.last("andon.acknowledged")["via"] == "implied"
    assert floor.last("andon.arrived")["via"] == "button"


def test_resolving_implies_the_steps_before_it():
    floor = Floor()
    floor.press("cord-2")
    floor.press("resolve")
    assert floor.kinds()[-3:] == ["acknowledged", "arrived", "resolved"]
    assert [floor.last("andon." + kind)["via"] for kind in floor.kinds()[-3:]] == [
        "implied",
        "implied",
        "button",
    ]


def test_the_same_step_twice_is_refused():
    floor = Floor()
    floor.press("cord-2")
    floor.press("arrive")
    floor.tones()
    andon, call = floor.station.andon, floor.call("material")
    assert andon.acknowledge(floor.now, call, "", "button") == "already arrived"
    assert andon.arrive(floor.now, call, "", "button") == "already arrived"
    floor.press("ack")
    assert floor.tones() == ["refused"]
    floor.press("resolve")
    assert andon.resolve(floor.now, call, "", "", "button") == "already resolved"
    assert andon.cancel(floor.now, call, "", "button") == "already resolved"


def test_a_button_without_an_open_call_is_refused():
    floor = Floor()
    floor.tones()
    floor.press("ack")
    assert floor.tones() == ["refused"]


def test_badge_taps_walk_the_call_through_its_phases():
    floor = Floor()
    floor.press("cord-2")
    for _ in range(3):
        floor.card(BADGE, WORKER, "badge-1")
        floor.card(None, None, "badge-1")
        floor.wait(5000)
    assert floor.kinds()[-3:] == ["acknowledged", "arrived", "resolved"]
    assert floor.last("andon.resolved")["by"] == "04bad6e0000001"


def test_a_cancel_button_ends_a_call_that_did_not_stop_the_line():
    floor = Floor()
    floor.press("cord-2")
    floor.press("cancel")
    assert floor.kinds()[-1] == "cancelled"


def test_a_test_call_is_marked_in_every_event_of_it():
    floor = Floor()
    floor.station.andon.pull(floor.now, "help", test=True)
    floor.press("resolve")
    assert [event["test"] for event in floor.events[-4:]] == [True] * 4


# which call is served


def test_the_unanswered_call_is_acknowledged_first():
    floor = Floor()
    floor.press("cord-2")
    floor.press("ack")
    floor.wait(1000)
    floor.press("cord-1")
    floor.press("ack")
    assert floor.last("andon.acknowledged")["category"] == "quality"


def test_of_the_unanswered_the_stopped_then_the_escalated_then_the_oldest():
    floor = Floor()
    andon = floor.station.andon
    floor.press("cord-2")
    floor.wait(1000)
    andon.pull(floor.now, "help")
    assert andon.urgent().category == "material"
    andon.pull(floor.now, "quality")
    floor.wait(1000)
    assert andon.urgent().category == "material"
    floor.call("help").level = 1
    assert andon.urgent().category == "help"
    andon.pull(floor.now, "maintenance")
    assert andon.urgent().category == "maintenance"


def test_resolve_by_button_ends_the_call_that_a_person_came_for():
    floor = Floor()
    floor.press("cord-2")
    floor.press("arrive")
    floor.wait(1000)
    floor.press("cord-1")
    floor.press("resolve")
    assert floor.last("andon.resolved")["category"] == "material"
    assert floor.call("quality").phase == 0


def test_arrive_by_button_is_for_the_call_that_was_acknowledged():
    floor = Floor()
    floor.press("cord-2")
    floor.press("ack")
    floor.press("cord-1")
    floor.press("arrive")
    assert floor.last("andon.arrived")["category"] == "material"
    floor.press("arrive")
    assert floor.last("andon.arrived")["category"] == "quality"


# escalation and mute


def test_nobody_answers_and_the_call_escalates_by_level():
    floor = Floor()
    floor.press("cord-2")
    floor.press("cord-1")
    floor.wait(2000)
    floor.wait(58000 - 1)
    assert floor.call().level == 0
    floor.wait(1)
    assert floor.last("andon.escalated")["level"] == 1
    floor.wait(200000)
    assert floor.call().level == 2
    assert [data["level"] for data in floor.all("andon.escalated") if data["category"] == "quality"] == [1, 2]


def test_an_acknowledged_call_does_not_escalate():
    floor = Floor()
    floor.press("cord-1")
    floor.press("ack")
    floor.wait(400000)
    assert "escalated" not in floor.kinds()


def test_mute_silences_the_repeated_tone_and_expires():
    floor = Floor()
    floor.press("cord-2")
    floor.station.receipt(floor.now, len(floor.events))
    floor.wait(1000)
    assert floor.station.voice.repeating == "soft"
    floor.press("mute")
    assert floor.station.voice.repeating == ""
    floor.wait(119000)
    assert floor.station.andon.muted()
    floor.wait(1000)
    assert not floor.station.andon.muted()
    assert floor.station.voice.repeating != ""


def test_a_new_call_unmutes():
    floor = Floor()
    floor.press("cord-2")
    floor.press("mute")
    floor.press("cord-1")
    assert not floor.station.andon.muted()


def test_a_call_of_a_category_that_the_config_lost_can_still_end():
    floor = Floor()
    floor.press("cord-1")
    floor.config = config()
    floor.config["andon"]["categories"] = floor.config["andon"]["categories"][1:]
    floor.start()
    floor.wait(300000)
    floor.press("resolve")
    assert floor.last("andon.resolved")["category"] == "quality"


def test_a_call_without_memory_for_its_event_is_not_felt_for_ever():
    floor = Floor()
    made = andon.Draft

    def none_left(*_):
        raise MemoryError()

    andon.Draft = none_left
    try:
        floor.press("cord-2")
        raised = False
    except MemoryError:
        raised = True
    finally:
        andon.Draft = made
    assert raised and floor.station.andon.calls == {}
    floor.station.input(floor.now, "cord-2", False)
    floor.press("cord-2")
    assert floor.kinds()[-1] == "called"
