"""One station: its inputs, its link, its drafts and when it wants to be asked again."""

from a_station import BADGE, CARD, JOURNAL, UNIX, Floor, config

from station.core.station import DRAFTS, DRAFTS_FOR_CALLS

# input faults


def test_an_input_that_stays_active_is_stuck_after_its_time():
    floor = Floor()
    floor.station.input(0, "cord-1", True)
    floor.record()
    floor.tones()
    floor.wait(59000)
    assert floor.station.faults == {}
    floor.wait(2000)
    assert floor.last("input.faulted") == {"input": "cord-1", "fault": "stuck"}
    assert "input_fault" in floor.rows()
    assert "fault" in floor.tones()
    floor.wait(120000)
    assert len(floor.all("input.faulted")) == 1


def test_letting_go_restores_a_stuck_input():
    floor = Floor()
    floor.station.input(0, "cord-1", True)
    floor.wait(61000)
    floor.station.input(floor.now, "cord-1", False)
    floor.record()
    assert floor.last("input.restored") == {"input": "cord-1", "fault": "stuck"}
    assert "input_fault" not in floor.rows()


def test_an_input_without_a_limit_is_never_stuck():
    floor = Floor()
    floor.station.input(0, "cord-2", True)
    floor.wait(600000)
    assert floor.station.faults == {}


def test_a_stuck_input_that_was_freed_while_the_power_was_off_is_restored():
    floor = Floor()
    floor.station.input(0, "cord-1", True)
    floor.wait(61000)
    floor.start()
    floor.record()
    assert floor.last("input.restored") == {"input": "cord-1", "fault": "stuck"}
    assert floor.station.faults == {}


def test_a_stuck_input_is_reported_once_over_a_reboot():
    floor = Floor()
    floor.station.input(0, "cord-1", True)
    floor.wait(61000)
    floor.start(["cord-1"])
    floor.wait(120000)
    assert len(floor.all("input.faulted")) == 1
    assert floor.station.faults == {"cord-1": "stuck"}


def test_a_driver_reports_a_cut_cord_and_its_repair_once():
    floor = Floor()
    for _ in range(3):
        floor.station.fault(0, "cord-1", "open")
    for _ in range(3):
        floor.station.fault(0, "cord-1", "")
    floor.record()
    assert floor.all("input.faulted") == [{"input": "cord-1", "fault": "open"}]
    assert floor.all("input.restored") == [{"input": "cord-1", "fault": "open"}]


# the inputs at boot


def test_a_button_that_is_stuck_at_boot_restarts_and_answers_nothing():
    floor = Floor(running=False)
    floor.press("cord-2")
    floor.start(active=["restart", "ack", "resolve", "cancel"])
    floor.record()
    assert not floor.station.permit() and floor.call("material").phase == 0
    floor.press("restart")
    assert floor.station.permit(), "let go and pressed again it is a person's hand"


def test_two_sources_of_time_do_not_fill_the_record():
    floor = Floor()
    known = len(floor.all("station.clock"))
    for number in range(100):
        floor.now += 100
        floor.station.time(floor.now, UNIX + number % 2 * 3600000 + floor.now, 250)
    floor.record()
    assert len(floor.all("station.clock")) == known + 1
    assert not floor.station.cut_off(floor.now), "each is a heartbeat"
    floor.now += 60000
    floor.station.time(floor.now, UNIX + floor.now, 250)
    assert floor.station.clock.unix_ms(floor.now) == UNIX + floor.now


def test_a_cord_still_pulled_at_boot_is_not_new():
    floor = Floor()
    floor.station.input(0, "cord-3", True)
    floor.record()
    floor.start(["cord-3"])
    floor.record()
    assert floor.kinds().count("called") == 1


def test_a_cord_pulled_at_boot_that_was_not_in_the_checkpoint_calls():
    floor = Floor()
    floor.start(["cord-2"])
    floor.record()
    assert floor.kinds()[-1] == "called"


# cut off


def test_a_station_is_cut_off_without_a_link_or_without_a_heartbeat_for_ten_seconds():
    floor = Floor(connected=False)
    station = floor.station
    assert station.cut_off(0)
    station.link(0, True)
    assert station.cut_off(0)
    station.time(0, UNIX, 250)
    assert not station.cut_off(9999)
    assert station.cut_off(10000)
    station.time(10000, UNIX + 10000, 250)
    assert not station.cut_off(10000)
    station.link(10000, False)
    assert station.cut_off(10000)


def test_a_station_that_has_no_link_is_not_cut_off():
    settings = config()
    settings["link"] = {"kind": "none"}
    assert not Floor(settings, connected=False).station.cut_off(100000)


def test_becoming_cut_off_is_a_change_of_state():
    floor = Floor()
    floor.wait(5000)
    before = floor.station.version
    floor.wait(11000, heartbeat=False)
    assert floor.station.version > before


# the truth of the lamp


def test_felt_is_shown_until_the_call_is_stored():
    floor = Floor()
    floor.press("cord-1", record=False)
    floor.wait(0)
    floor.now += 5000
    assert floor.rows() == {"felt", "running"}
    floor.record()
    assert floor.rows() == {"call_stored", "running"}


def test_felt_is_shown_long_enough_for_an_eye():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(299)
    assert floor.rows() == {"felt", "running"}
    before = floor.station.version
    floor.wait(1)
    assert floor.rows() == {"call_stored", "running"}
    assert floor.station.version > before, "the state that is posted follows the lamp"


def test_the_plant_has_it_only_after_its_receipt():
    floor = Floor()
    floor.press("cord-2")
    floor.wait(1000)
    sequence = len(floor.events)
    floor.station.receipt(floor.now, sequence - 1)
    assert "material_stored" in floor.rows()
    floor.station.receipt(floor.now, sequence)
    assert "material_plant" in floor.rows()


def test_acknowledged_is_shown_only_when_it_is_recorded():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(1000)
    for name, before, after in (
        ("ack", "call_stored", "acknowledged"),
        ("arrive", "acknowledged", "arrived"),
    ):
        floor.press(name, record=False)
        assert before in floor.rows() and after not in floor.rows()
        floor.record()
        assert after in floor.rows() and before not in floor.rows()


def test_a_call_is_dark_only_when_its_end_is_recorded():
    floor = Floor()
    floor.press("cord-2")
    floor.wait(1000)
    floor.press("resolve", record=False)
    assert "material_stored" in floor.rows()
    floor.record()
    assert floor.rows() == {"running"}


def test_a_stop_flashes_until_the_acknowledgement_is_recorded():
    floor = Floor()
    floor.press("cord-3")
    floor.wait(1000)
    assert "stopped" in floor.rows()
    floor.press("ack", record=False)
    assert "stopped" in floor.rows()
    floor.record()
    assert "stopped" not in floor.rows() and "stopped_taken" in floor.rows()


# drafts that wait


def test_not_stored_is_shown_and_drafts_are_kept_and_retried():
    floor = Floor()
    floor.flash_fails = True
    floor.press("cord-1")
    floor.card(CARD)
    assert "not_stored" in floor.rows()
    assert floor.station.voice.repeating == "fault"
    assert len(floor.station.drafts) == 2
    floor.flash_fails = False
    floor.record()
    assert "not_stored" not in floor.rows()
    assert len(floor.all("kanban.tapped")) == 1 and floor.kinds()[-1] == "called"


def fill(floor, count: int, record: bool = False) -> None:
    for number in range(count):
        floor.card(bytes([number, 1, 2, 3]), None, record=record)


def test_drafts_are_bounded_and_what_was_lost_becomes_a_gap():
    floor = Floor()
    floor.now = 1000
    fill(floor, DRAFTS)
    floor.now = 2000
    fill(floor, 3)
    floor.now = 3000
    fill(floor, 2)
    assert len(floor.station.drafts) == DRAFTS
    floor.record()
    assert floor.all("station.gap") == [{"count": 5, "kinds": {"kanban.refused": 5}, "first": 2000, "last": 3000}]
    assert floor.station.lost == {}


def test_calls_have_room_that_nothing_else_may_use():
    floor = Floor()
    fill(floor, DRAFTS + 1)
    floor.press("cord-1", record=False)
    assert floor.station.drafts[-1].type == "andon.called"
    assert len(floor.station.drafts) == DRAFTS + 1


def test_the_gap_waits_until_there_is_room_for_it():
    floor = Floor()
    fill(floor, DRAFTS + 1)
    floor.press("cord-1", record=False)
    floor.record(most=1)
    assert floor.station.lost
    floor.record(most=1)
    assert not floor.station.lost


def full_of_calls(floor) -> None:
    while len(floor.station.drafts) < DRAFTS + DRAFTS_FOR_CALLS:
        floor.station.note(floor.now, "andon.escalated", {"call": JOURNAL + "-1", "category": "help", "level": 1})


def test_a_call_that_could_not_even_be_kept_is_not_open():
    floor = Floor()
    full_of_calls(floor)
    floor.press("cord-1", record=False)
    assert floor.call() is None
    assert floor.station.lost == {"andon.called": 1}


def test_a_stop_drops_the_permit_even_when_nothing_can_be_kept():
    floor = Floor()
    full_of_calls(floor)
    floor.press("cord-3", record=False)
    assert not floor.station.permit()


def test_a_step_that_could_not_be_kept_has_not_happened_and_can_be_done_again():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(1000)
    full_of_calls(floor)
    for name in ("ack", "arrive", "resolve", "cancel"):
        floor.press(name, record=False)
        assert floor.call().open() and "call_stored" in floor.rows()
    floor.record()
    floor.press("resolve")
    assert floor.kinds()[-3:] == ["acknowledged", "arrived", "resolved"]
    assert floor.call() is None


def test_of_a_step_with_implied_ones_the_kept_part_has_happened():
    floor = Floor()
    floor.press("cord-1")
    full_of_calls(floor)
    floor.station.drafts.pop()
    floor.press("resolve", record=False)
    assert floor.station.drafts[-1].type == "andon.acknowledged"
    assert floor.call().phase == 1


def test_a_stop_that_could_not_be_kept_still_stops():
    floor = Floor()
    floor.press("cord-1")
    full_of_calls(floor)
    floor.now += 20000
    floor.station.tick(floor.now)
    assert floor.station.andon.line() == "stopped" and not floor.station.permit()
    assert floor.station.lost == {"andon.stopped": 1}


# time


def test_it_asks_for_a_tick_at_least_every_second():
    floor = Floor()
    floor.station.tick(5000)
    assert floor.station.due(5000) == 6000
    assert floor.station.due(5999) == 6000
    assert floor.station.due(7000) == 7000


def test_it_asks_for_a_tick_exactly_at_the_mark():
    floor = Floor()
    floor.press("cord-1")
    floor.station.tick(19500)
    assert floor.station.due(19500) == 20000


def test_the_first_time_and_each_step_of_the_clock_are_recorded():
    floor = Floor(connected=False)
    station = floor.station
    station.time(0, UNIX, 250)
    station.time(5000, UNIX + 5900, 250)
    station.time(10000, UNIX + 7000, 250)
    floor.record()
    assert [data["offset_ms"] for data in floor.all("station.clock")] == [None, -3900]


def test_a_step_of_the_clock_moves_no_timer_of_an_open_call():
    for step_ms in (3600000, -3600000):
        floor = Floor()
        floor.press("cord-1")
        floor.wait(30000)
        floor.station.time(floor.now, UNIX + floor.now + step_ms, 250)
        floor.wait(29000)
        assert floor.all("andon.escalated") == []
        floor.wait(2000)
        assert len(floor.all("andon.escalated")) == 1 and floor.call("quality").open()


# cycles


def test_cycles_are_recorded_and_an_overrun_calls_once():
    floor = Floor()
    floor.press("cycle")
    floor.wait(60000)
    floor.press("cycle")
    assert floor.last("cycle.completed") == {"cycle_ms": 60000, "takt_ms": 60000, "count": 1, "ahead_ms": 0}
    floor.wait(72000)
    assert floor.last("cycle.overrun") == {"cycle_ms": 72000, "takt_ms": 60000}
    assert floor.last("andon.called") == {"call": "help", "input": "", "via": "takt"}
    floor.wait(200000)
    assert len(floor.all("cycle.overrun")) == 1


def test_an_overrun_need_not_call():
    settings = config()
    settings["takt"]["calls"] = ""
    floor = Floor(settings)
    floor.press("cycle")
    floor.wait(80000)
    assert len(floor.all("cycle.overrun")) == 1 and "called" not in floor.kinds()


def test_without_a_takt_a_cycle_pulse_is_nothing():
    settings = config()
    settings["takt"] = None
    floor = Floor(settings)
    count = len(floor.events)
    floor.press("cycle")
    floor.wait(1000)
    assert len(floor.events) == count


def test_a_note_of_the_station_itself_is_recorded():
    floor = Floor()
    floor.station.note(0, "station.updated", {"what": "cards", "version": 7, "hash": "77ab"})
    floor.record()
    assert floor.last("station.updated")["version"] == 7


def test_what_did_not_change_is_no_new_version():
    floor = Floor()
    floor.wait(1000)
    before = floor.station.version
    floor.wait(5000)
    floor.card(None, None, "badge-1")
    floor.station.receipt(floor.now, 1)
    assert floor.station.version == before


def test_an_answer_light_is_lit_for_the_reader_that_was_tapped():
    floor = Floor()
    floor.card(BADGE, None, "badge-1")
    assert list(floor.station.answers) == ["badge-1"]
