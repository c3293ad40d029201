"""Kanban: one tap is one tap, and it gets one of five answers."""

from a_station import BADGE, CARD, FULL, WORKER, Floor

from station.core.kanban import SEVERAL, Reader, Signals
from station.core.station import ANSWER_MS

OTHER = bytes([0x04, 0x0F, 0, 0, 0, 0, 2])


def test_a_card_left_on_the_reader_is_one_tap():
    reader = Reader("r", "signal", 5000)
    taps = [reader.see(now, CARD) for now in range(0, 600000, 50)]
    assert taps.count(True) == 1 and taps[0]


def test_the_same_card_within_five_seconds_is_one_tap():
    reader = Reader("r", "signal", 5000)
    assert reader.see(0, CARD)
    assert not reader.see(100, None)
    assert not reader.see(4999, CARD)
    assert not reader.see(5100, None)
    assert reader.see(9999, CARD)


def test_another_card_is_a_tap_at_once():
    reader = Reader("r", "signal", 5000)
    assert reader.see(0, CARD)
    assert reader.see(50, OTHER)
    assert reader.see(100, CARD)


def test_a_card_still_lying_there_after_a_reboot_is_not_new():
    reader = Reader("r", "signal", 5000)
    reader.restore(1000, CARD)
    assert not reader.see(20000, CARD)


def test_nor_is_it_when_the_first_looks_miss_it():
    reader = Reader("r", "signal", 5000)
    reader.restore(0, CARD)
    assert not reader.see(50, None)
    assert not reader.see(100, CARD)


def test_another_card_after_a_reboot_is_new():
    reader = Reader("r", "signal", 5000)
    reader.restore(0, CARD)
    assert reader.see(50, OTHER)


# the answers

EMPTY, HELD, GONE = ("bolts", "s", "empty"), ("bolts", "s", "hold"), ("bolts", "s", "retired")


def test_the_five_answers():
    signals = Signals()
    assert signals.answer("signal", CARD, FULL, True) == "accepted"
    assert signals.answer("signal", CARD, EMPTY, True) == "already"
    assert signals.answer("signal", CARD, None, True) == "unknown"
    assert signals.answer("signal", CARD, GONE, True) == "unknown"
    assert signals.answer("ship", CARD, FULL, True) == "wrong_place"
    assert signals.answer("signal", CARD, HELD, True) == "on_hold"


def test_cut_off_nobody_is_told_already():
    assert Signals().answer("signal", CARD, EMPTY, False) == "accepted"


def test_what_was_signalled_here_is_known_before_the_table_knows_it():
    signals = Signals()
    signals.stored("signal", CARD)
    assert signals.answer("signal", CARD, FULL, True) == "already"
    assert signals.answer("receive", CARD, FULL, True) == "accepted"
    signals.stored("receive", CARD)
    assert signals.answer("signal", CARD, FULL, True) == "accepted"


def test_a_newer_table_knows_better():
    signals = Signals()
    signals.stored("signal", CARD)
    signals.table_changed()
    assert signals.answer("signal", CARD, FULL, True) == "accepted"


def test_only_the_last_signals_are_remembered():
    signals = Signals()
    for number in range(33):
        signals.stored("signal", bytes([number] * 4))
    assert signals.answer("signal", bytes([0] * 4), FULL, True) == "accepted"
    assert signals.answer("signal", bytes([1] * 4), FULL, True) == "already"


# at the station


def test_a_tap_is_confirmed_when_it_is_stored_and_not_before():
    floor = Floor()
    floor.tones()
    floor.card(CARD, record=False)
    assert floor.tones() == [] and floor.station.answers == {}
    floor.record()
    assert floor.tones() == ["accepted"]
    assert floor.station.answers["reader-1"][0] == "accepted"
    data = {
        "reader": "reader-1",
        "role": "signal",
        "card": "04a15b10228001",
        "loop": "bolts",
        "table": 0,
        "certain": True,
    }
    assert floor.last("kanban.tapped") == data


def test_cut_off_a_tap_is_recorded_as_uncertain():
    floor = Floor(connected=False)
    floor.card(CARD, EMPTY)
    assert floor.last("kanban.tapped")["certain"] is False


def test_a_refusal_is_answered_at_once_and_recorded():
    floor = Floor()
    floor.tones()
    floor.card(CARD, HELD, record=False)
    assert floor.tones() == ["refused"]
    floor.record()
    assert floor.last("kanban.refused") == {
        "reader": "reader-1", "role": "signal", "card": "04a15b10228001", "why": "on_hold", "table": 0,
    }  # fmt: skip


def test_already_has_its_own_answer():
    floor = Floor()
    floor.card(CARD)
    floor.card(None)
    floor.wait(6000)
    floor.tones()
    floor.card(CARD)
    assert floor.tones() == ["already"]
    assert floor.last("kanban.refused")["why"] == "already"
    assert len(floor.all("kanban.tapped")) == 1


def test_an_answer_fades_after_a_moment():
    floor = Floor()
    floor.card(CARD)
    floor.wait(ANSWER_MS - 1)
    assert "reader-1" in floor.station.answers
    floor.wait(1)
    assert floor.station.answers == {}


def test_an_unknown_badge_is_refused_and_does_nothing():
    floor = Floor()
    floor.press("cord-2")
    floor.card(CARD, FULL, "badge-1")
    assert floor.last("kanban.refused")["why"] == "unknown"
    floor.card(BADGE, None, "badge-1")
    assert floor.call("material").phase == 0


def test_a_badge_restarts_a_line_that_waits():
    floor = Floor()
    floor.press("cord-3")
    floor.press("resolve")
    floor.card(BADGE, WORKER, "badge-1")
    assert floor.station.permit()
    assert floor.last("andon.restarted")["via"] == "badge"


def test_a_badge_with_nothing_to_do_is_refused():
    floor = Floor()
    floor.tones()
    floor.card(BADGE, WORKER, "badge-1")
    assert floor.tones() == ["refused"]


def test_a_card_that_a_reboot_finds_lying_there_is_not_tapped_again():
    floor = Floor()
    floor.card(CARD)
    floor.start()
    floor.card(CARD)
    assert len(floor.all("kanban.tapped")) == 1


def test_several_cards_at_once_are_one_refusal_and_no_tap():
    reader = Reader("reader-1", "signal", 5000)
    assert [reader.see(now, SEVERAL) for now in (0, 50, 100)] == [True, False, False]
    assert not reader.see(150, None)
    assert reader.see(200, SEVERAL)


def test_the_card_that_was_taken_before_others_came_is_not_taken_again():
    reader = Reader("reader-1", "signal", 5000)
    assert reader.see(0, CARD)
    assert reader.see(100, SEVERAL)
    assert not reader.see(60000, CARD)
    assert reader.see(60100, OTHER)


def test_several_cards_at_once_get_the_error_light_and_no_event():
    floor = Floor()
    before = len(floor.kinds())
    floor.tones()
    for reader in ("reader-1", "badge-1"):
        floor.card(SEVERAL, None, reader)
        assert floor.station.answers[reader][0] == "refused"
    assert len(floor.kinds()) == before
    assert floor.tones()[-1] == "refused"
    floor.card(CARD)
    assert floor.last("kanban.tapped")["card"] == CARD.hex()
