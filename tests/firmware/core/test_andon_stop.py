"""Andon: the stop of the segment, its permit and its restart."""

from a_station import Floor, config


def test_the_permit_is_on_while_the_line_runs():
    assert Floor().station.permit()


def test_fixed_position_stops_at_the_mark_and_not_before():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(19999)
    assert floor.station.permit()
    floor.wait(1)
    assert not floor.station.permit()
    assert floor.last("andon.stopped") == {
        "policy": "fixed_position",
        "category": "quality",
        "call": floor.call().id,
    }


def test_immediate_drops_the_permit_before_anything_is_stored():
    floor = Floor()
    floor.press("cord-3", record=False)
    assert not floor.station.permit()
    assert [draft.type for draft in floor.station.drafts] == ["andon.called", "andon.stopped"]
    floor.record()
    assert floor.last("andon.stopped")["policy"] == "immediate"


def test_never_does_not_stop():
    floor = Floor()
    floor.press("cord-2")
    floor.wait(100000)
    assert floor.station.permit()
    assert "stopped" not in floor.kinds()


def test_the_mark_may_come_from_a_pulse():
    settings = config()
    settings["andon"]["mark"] = {"from": "input"}
    floor = Floor(settings)
    floor.press("pitch")
    floor.press("cord-1")
    floor.wait(100000)
    assert floor.station.permit()
    floor.press("pitch")
    assert not floor.station.permit()


def test_the_mark_may_be_the_end_of_the_running_takt():
    settings = config()
    settings["andon"]["mark"] = {"from": "takt"}
    floor = Floor(settings)
    floor.press("cycle")
    floor.wait(50000)
    floor.press("cord-1")
    floor.wait(9999)
    assert floor.station.permit()
    floor.wait(1)
    assert not floor.station.permit()


def test_a_station_without_a_mark_can_call():
    settings = config()
    del settings["andon"]["mark"]
    settings["andon"]["categories"] = settings["andon"]["categories"][1:]
    floor = Floor(settings)
    floor.press("cord-2")
    assert floor.kinds()[-1] == "called"


def test_an_acknowledged_call_still_stops_at_its_mark():
    floor = Floor()
    floor.press("cord-1")
    floor.press("ack")
    floor.wait(20000)
    assert floor.station.andon.line() == "stopped"


def test_resolving_before_the_mark_takes_the_stop_back():
    floor = Floor()
    floor.press("cord-1")
    floor.press("resolve")
    floor.wait(30000)
    assert floor.station.permit()
    assert "stopped" not in floor.kinds()


def test_a_stopped_call_cannot_be_cancelled():
    floor = Floor()
    floor.press("cord-3")
    floor.tones()
    floor.press("cancel")
    assert floor.tones() == ["refused"]
    assert floor.call("maintenance").open()


def test_the_permit_returns_only_after_an_explicit_restart_with_its_own_tone():
    floor = Floor()
    floor.press("cord-3")
    stop = floor.events[-1]["id"]
    floor.tones()
    floor.press("restart")
    assert floor.tones() == ["refused"] and not floor.station.permit()
    floor.press("resolve")
    floor.wait(100000)
    assert floor.station.andon.line() == "waiting" and not floor.station.permit()
    floor.tones()
    floor.press("restart")
    assert floor.tones() == ["restart"] and floor.station.permit()
    assert floor.last("andon.restarted") == {"stop": stop, "by": "", "via": "button"}


def test_a_running_line_cannot_be_restarted():
    floor = Floor()
    count = floor.kinds().count("restarted")
    floor.press("restart")
    assert floor.kinds().count("restarted") == count


def test_two_calls_make_one_stop_and_both_must_be_resolved():
    floor = Floor()
    floor.press("cord-1")
    floor.press("cord-3")
    floor.wait(20000)
    assert floor.kinds().count("stopped") == 1
    floor.press("resolve")
    assert floor.station.andon.line() == "stopped"
    floor.press("resolve")
    assert floor.station.andon.line() == "waiting"


def test_a_stop_while_the_line_waits_is_the_same_stop():
    floor = Floor()
    floor.press("cord-3")
    floor.press("resolve")
    floor.press("cord-3")
    assert floor.station.andon.line() == "stopped"
    assert floor.kinds().count("stopped") == 1


def test_a_restart_that_is_quicker_than_the_flash_forgets_the_stop():
    floor = Floor()
    for name in ("cord-3", "resolve", "restart"):
        floor.press(name, record=False)
    floor.record()
    assert floor.station.andon.stop_id is None
    assert floor.kinds()[-6:] == ["called", "stopped", "acknowledged", "arrived", "resolved", "restarted"]


# after a reset


def test_after_a_reset_the_permit_stays_off_until_restart():
    floor = Floor()
    floor.start()
    assert floor.station.andon.line() == "waiting"
    assert not floor.station.permit()
    floor.press("restart")
    assert floor.station.permit()


def resuming() -> dict:
    settings = config()
    settings["permit"]["resume"] = True
    return settings


def test_a_running_line_resumes_by_itself_where_the_config_allows_it():
    floor = Floor(resuming())
    floor.press("restart")
    floor.start()
    assert floor.station.permit()


def test_a_stopped_or_waiting_line_never_resumes():
    floor = Floor(resuming())
    floor.press("cord-3")
    floor.start()
    assert floor.station.andon.line() == "stopped"
    floor.press("resolve")
    floor.start()
    assert floor.station.andon.line() == "waiting"


def test_without_a_stored_word_that_the_line_ran_nothing_resumes():
    floor = Floor(resuming(), running=False)
    assert not floor.station.permit()
    floor.press("restart")
    floor.saved = None
    floor.start()
    assert not floor.station.permit()


def test_a_station_without_a_permit_relay_just_runs():
    settings = config()
    settings["permit"] = None
    floor = Floor(settings, running=False)
    assert floor.station.andon.line() == "running"


def test_the_permit_is_off_until_the_inputs_were_looked_at():
    floor = Floor(resuming())
    station = floor.station
    station.mode = "starting"
    assert not station.permit()
