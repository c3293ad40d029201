"""Card readers: presence in spite of stray misses, and drivers by kind."""

import asyncio

from a_board import board

from station.core.kanban import SEVERAL
from station.drivers.opening import open_reader
from station.drivers.readers import MISSES, UNCLEAR, Presence

CARD = b"\x04\xa1\xb2\xc3\xd4\xe5\xf6"
OTHER = b"\x04\xa1\xb2\xc3\xd4\xe5\xf7"


def test_a_card_that_is_missed_now_and_then_stays_present():
    presence = Presence()
    assert presence.look(CARD) == CARD
    for _ in range(20):
        for _ in range(MISSES - 1):
            assert presence.look(None) == CARD
        assert presence.look(CARD) == CARD


def test_several_clean_misses_mean_removed():
    presence = Presence()
    presence.look(CARD)
    seen = [presence.look(None) for _ in range(MISSES + 1)]
    assert seen == [CARD] * (MISSES - 1) + [None, None]


def test_another_card_is_seen_at_once():
    presence = Presence()
    presence.look(CARD)
    assert presence.look(OTHER) == OTHER


def test_an_empty_reader_is_empty():
    presence = Presence()
    assert [presence.look(None) for _ in range(5)] == [None] * 5


def test_what_cannot_be_made_out_is_no_miss():
    presence = Presence()
    presence.look(CARD)
    assert [presence.look(uid) for uid in (None, None, UNCLEAR, None, None, UNCLEAR)] == [CARD] * 6


def test_several_cards_count_when_two_looks_say_so():
    presence = Presence()
    assert [presence.look(SEVERAL) for _ in range(3)] == [None, SEVERAL, SEVERAL]
    assert presence.look(CARD) == CARD
    assert [presence.look(uid) for uid in (SEVERAL, CARD, SEVERAL)] == [CARD] * 3


def test_the_card_that_was_there_before_the_others_is_still_there_after_them():
    presence = Presence()
    presence.look(CARD)
    presence.look(SEVERAL)
    assert presence.look(SEVERAL) == SEVERAL
    assert [presence.look(None) for _ in range(MISSES)] == [CARD] * (MISSES - 1) + [None]


def test_the_stand_in_shows_the_card_of_the_simulator():
    machine, world, _ = board()
    reader = open_reader({"name": "reader-1", "kind": "stand_in"}, machine)
    assert asyncio.run(reader.scan()) is None
    world.card("reader-1", CARD)
    assert asyncio.run(reader.scan()) == CARD


def test_a_kind_without_a_driver_is_named():
    try:
        open_reader({"name": "reader-1", "kind": "magic"}, None)
    except ValueError as error:
        assert str(error) == "reader reader-1: no driver for kind magic"
        return
    raise AssertionError("opened")
