"""A bypass of the permit that ends by itself, and the check of lamps and cords at the start of a shift."""

from a_station import Floor, config

from station.core import checkpoint, service

MINUTE = 60000


def floor(bypass_s=600, **more):
    made = config()
    made["permit"]["bypass_s"] = bypass_s
    return Floor(made, **more)


def stopped(line):
    line.press("cord-3")  # maintenance: stops at once
    assert not line.station.permit()
    return line


def bypass(line, by="maria", reason="jammed_press"):
    return line.command("bypass", by=by, reason=reason)


def checked(line):
    return [(data["what"], data["input"], data["left"]) for data in line.all("station.checked")]


# the bypass


def test_a_bypass_gives_the_permit_to_a_stopped_line_and_is_on_the_lamp_and_in_the_record():
    line = stopped(floor())
    assert bypass(line) == "done"
    assert line.station.permit() and line.station.andon.line() == "stopped"
    assert line.lights()["green"] == "fast" and line.lights()["red"] == "normal"
    assert line.last("station.bypassed") == {
        "on": True, "by": "maria", "reason": "jammed_press", "for_s": 600, "why": ""
    }  # fmt: skip


def test_a_bypass_always_expires():
    line = stopped(floor())
    bypass(line)
    line.wait(10 * MINUTE - 1)
    assert line.station.permit()
    line.wait(1)
    assert not line.station.permit() and "bypassed" not in line.rows()
    assert (line.last("station.bypassed")["on"], line.last("station.bypassed")["why"]) == (False, "expired")


def test_a_bypass_is_ended_by_command():
    line = stopped(floor())
    bypass(line)
    assert line.command("end_service", by="jonas") == "done"
    assert not line.station.permit()
    assert line.last("station.bypassed")["why"] == "ended" and line.last("station.bypassed")["by"] == "jonas"
    assert line.command("end_service") == "refused"


def test_a_bypass_is_over_after_a_reset_and_that_is_told():
    line = stopped(floor())
    bypass(line)
    line.start()
    line.record()
    assert not line.station.permit()
    assert line.last("station.bypassed") == {"on": False, "by": "", "reason": "", "for_s": 0, "why": "reset"}
    line.start()
    line.record()
    assert len(line.all("station.bypassed")) == 2


def test_a_checkpoint_from_before_there_was_a_bypass_is_still_read():
    import json

    line = stopped(floor())
    line.saved = json.dumps(json.loads(checkpoint.pack(line.station, line.now))[:12]).encode()
    line.start()
    assert line.station.andon.line() == "stopped"


def test_a_bypass_is_refused_where_the_config_allows_none_or_nobody_says_who_and_why():
    assert bypass(stopped(floor(bypass_s=0))) == "refused"
    line = stopped(floor())
    assert bypass(line, by="") == bypass(line, reason="") == "refused"
    assert bypass(line) == "done" and bypass(line) == "refused"
    assert len(line.all("station.bypassed")) == 1


def test_calls_go_on_under_a_bypass():
    line = floor()
    bypass(line)
    line.press("cord-1")
    assert line.call().id and line.events[-1]["data"]["call"] == "quality"
    assert line.station.permit()


# the check


def test_a_check_lights_every_lamp_and_asks_for_every_cord_once():
    line = floor()
    assert line.command("check", by="maria") == "done"
    assert set(line.lights().values()) == {"steady"} and line.tones()[-1] == "test"
    names = ["cord-1", "cord-2", "cord-3", "machine"]
    assert checked(line) == [("started", "", names)]
    for name in ("cord-2", "machine", "cord-1"):
        line.wait(6000)
        line.press(name)
        assert set(line.lights().values()) == {"steady"}
    line.press("cord-3")
    assert checked(line)[-2:] == [("seen", "cord-3", []), ("passed", "", [])]
    assert line.kinds() == ["restarted"] and line.station.permit()
    assert line.station.service is None


def test_what_a_check_records_is_marked_as_a_test():
    line = floor()
    line.command("check")
    line.press("cord-1")
    events = [event for event in line.events if event["type"] == "pullcord.station.checked.v1"]
    assert len(events) == 2 and all(event["test"] is True for event in events)


def test_a_second_pull_during_a_check_is_a_call():
    line = floor()
    line.command("check")
    line.press("cord-1")
    line.press("cord-1")
    assert line.call() is not None and line.kinds() == ["restarted", "called"]


def test_a_check_that_nobody_walks_through_ends_by_itself_and_names_what_is_left():
    line = floor()
    line.command("check")
    line.press("cord-1")
    line.wait(service.CHECK_MS)
    assert checked(line)[-1] == ("expired", "", ["cord-2", "cord-3", "machine"])
    line.press("cord-2")
    assert line.call("material") is not None


def test_a_check_waits_until_no_call_is_open():
    line = floor()
    line.press("cord-1")
    assert line.command("check") == "refused" and checked(line) == []
