"""Commands of the plant: in time, once, and for the call that they name."""

from a_station import UNIX, Floor

from station.core.commands import check, decode
from station.core.gate import Gate

LATE = "2026-11-20T17:56:03.411Z"
IN_TIME = "2026-11-20T17:56:03.412Z"


def refused(payload: bytes) -> bool:
    try:
        decode(payload)
    except ValueError:
        return True
    return False


def test_a_command_is_read_with_its_deadline_in_ms():
    command = decode(b'{"id":"c-1","do":"mute","expires":"2026-11-20T17:56:03.412Z","call":null,"more":1}')
    assert command["expires"] == UNIX
    assert (command["call"], command["by"], command["reason"]) == ("", "", "")


def test_what_is_no_command_is_a_value_error():
    for payload in (
        b"", b"[]", b"nonsense", b'"text"',
        b'{"id":1,"do":"mute","expires":"2026-11-20T17:56:03Z"}',
        b'{"id":"c","expires":"2026-11-20T17:56:03Z"}',
        b'{"id":"c","do":"mute"}',
        b'{"id":"c","do":"mute","expires":"soon"}',
        b'{"id":"c","do":"mute","expires":"2026-11-20T17:56:03Z","by":7}',
        b'{"id":"%s","do":"mute","expires":"2026-11-20T17:56:03Z"}' % (b"x" * 65),
    ):  # fmt: skip
        assert refused(payload), payload


def test_a_command_in_time_is_done():
    floor = Floor()
    floor.press("cord-2")
    assert floor.command("acknowledge", floor.call("material").id, expires=IN_TIME, by="maria") == "done"
    assert floor.last("andon.acknowledged")["by"] == "maria"
    assert floor.last("andon.acknowledged")["via"] == "command"


def test_arrive_resolve_and_cancel_by_command():
    floor = Floor()
    floor.press("cord-2")
    call = floor.call("material").id
    assert floor.command("arrive", call) == "done"
    assert floor.command("resolve", call, reason="tool_worn") == "done"
    assert floor.last("andon.resolved")["reason"] == "tool_worn"
    floor.press("cord-2")
    assert floor.command("cancel", floor.call("material").id) == "done"
    assert floor.kinds()[-1] == "cancelled"


def test_a_command_for_another_call_is_a_mismatch():
    floor = Floor()
    floor.press("cord-2")
    assert floor.command("acknowledge", "6f1c9a2e41d07b35-999") == "mismatch"
    assert floor.command("resolve", "") == "mismatch"
    assert floor.call("material").phase == 0


def test_a_command_for_a_call_that_is_closed_is_a_mismatch():
    floor = Floor()
    floor.press("cord-2")
    call = floor.call("material").id
    floor.press("resolve")
    assert floor.command("acknowledge", call) == "mismatch"


def test_a_command_that_comes_too_late_is_answered_and_not_run():
    floor = Floor()
    floor.press("cord-2")
    assert floor.command("acknowledge", floor.call("material").id, expires=LATE) == "expired"
    assert floor.command("lamp_test", expires=LATE) == "expired"
    assert floor.call("material").phase == 0 and floor.station.mode == ""


def test_a_second_delivery_is_answered_and_not_run():
    floor = Floor()
    assert floor.command("mute", id="c-1") == "done"
    assert floor.command("mute", id="c-1") == "repeated"


def test_only_the_last_ids_are_remembered():
    gate = Gate()
    for number in range(33):
        check(gate, {"id": "c-%d" % number, "do": "mute", "expires": UNIX}, UNIX)
    assert check(gate, {"id": "c-0", "do": "mute", "expires": UNIX}, UNIX)[0] == ""
    assert check(gate, {"id": "c-32", "do": "mute", "expires": UNIX}, UNIX)[0] == "repeated"


def test_with_the_clock_unset_only_what_changes_nothing_runs():
    floor = Floor(connected=False, running=False)
    assert floor.command("restart") == "unset_clock"
    assert floor.command("mute") == "unset_clock"
    assert floor.command("lamp_test") == "done"
    assert floor.command("identify") == "done"
    assert not floor.station.permit()


def test_an_unknown_command_is_answered():
    assert Floor().command("dance") == "unknown"


def test_a_refusal_says_why():
    floor = Floor()
    assert floor.command("restart") == "refused"
    assert floor.last("station.command")["why"] == "the line is running"


def test_restart_by_command():
    floor = Floor()
    floor.press("cord-3")
    floor.press("resolve")
    assert floor.command("restart", by="maria") == "done"
    assert floor.last("andon.restarted")["by"] == "maria"
    assert floor.station.permit()


def test_lamp_test_and_identify_show_for_a_while_and_leave_the_permit():
    floor = Floor()
    floor.command("lamp_test")
    assert floor.station.mode == "test" and floor.station.permit()
    assert set(floor.lights().values()) == {"steady"}
    floor.wait(5000)
    assert floor.station.mode == ""
    floor.command("identify")
    assert floor.station.mode == "service" and floor.station.permit()
    floor.wait(10000)
    assert floor.station.mode == ""


def test_no_test_of_the_lamp_hides_a_call():
    floor = Floor()
    floor.command("lamp_test")
    floor.press("cord-2", record=False)
    assert floor.station.mode == "" and "material_felt" in floor.rows()
    floor.record()
    for do in ("lamp_test", "identify"):
        assert floor.command(do) == "refused"
    assert floor.station.mode == ""


def test_a_flood_of_commands_is_not_answered_for_ever():
    floor = Floor()
    for number in range(200):
        floor.station.command(floor.now, b'{"id":"%d","do":"dance","expires":"2026-11-20T18:56:00Z"}' % number)
    floor.record()
    assert len(floor.all("station.command")) == 30 and floor.station.gate.ignored == 170
    floor.wait(2000)
    assert floor.command("mute") == "done"


def test_a_command_that_is_nested_too_deep_is_a_value_error():
    assert refused(b"[" * 3000)
