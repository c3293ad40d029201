"""What was decided about cards reaches the stations, whose answers come from their own tables."""

import contextlib

import pytest

from pullcord.line import card_states
from pullcord.line.card_states import NOTHING, CardStates, Decided, as_decided, decided
from pullcord.line.figures import Figures
from pullcord.line.log import PlantEvent
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.events import NOW
from tests.host_tools.pull.a_plant import A, B, C, D, loop

E, SPARE = "04a1b2c3d40005", "04a1b2c3d40000"
TABLE = [(uid, "bolt", "sr", "full") for uid in (A, B, C, D, E)] + [("04b0b1b2b30001", "maria", "b", "full")]


@pytest.fixture
def line(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        store.declare({"hash": "x", "plant": {"loops": {"bolt": loop((A, B, C, D, E))}}}, NOW)
        store.projector(all_of_them()).open()
        yield store


def decide(store, kind, **data):
    store.append(PlantEvent(kind, NOW, "maria", data), NOW)
    projector = store.projector(all_of_them())
    projector.open()
    projector.catch_up()


def test_cards_of_which_nothing_was_decided_stay_as_the_plant_file_has_them():
    assert as_decided(TABLE, NOTHING) == sorted(TABLE)


def test_held_and_set_aside_cards_are_on_hold_and_lost_ones_may_be_found(line):
    decide(line, "container.held", card=A, reason="burr")
    decide(line, "trial.started", loop="bolt", card=B)
    decide(line, "card.lost", card=C)
    decide(line, "card.retired", card=D)
    with contextlib.closing(Figures(line.place)) as figures:
        table = as_decided(TABLE, decided(figures))
    assert [(uid[-2:], state) for uid, _, _, state in table] == [
        ("01", "hold"), ("02", "hold"), ("03", "full"), ("04", "retired"), ("05", "full"), ("01", "full"),
    ]  # fmt: skip


def test_a_card_that_was_replaced_brings_in_the_one_in_its_place(line):
    decide(line, "card.replaced", card=A, replaced_by="04a1b2c3d400f0")
    decide(line, "card.replaced", card="04a1b2c3d400f0", replaced_by=SPARE)
    with contextlib.closing(Figures(line.place)) as figures:
        known = decided(figures)
    table = {uid: (loop, state) for uid, loop, _, state in as_decided(TABLE, known)}
    assert (table[SPARE], table[A]) == (("bolt", "full"), ("bolt", "retired"))
    both = [*TABLE, (SPARE, "bolt", "sr", "full")]
    assert len(as_decided(both, known)) == len(both)


async def test_stations_are_provided_anew_when_something_was_decided(line):
    calls = []
    cards = CardStates(lambda: calls.append(1))
    with contextlib.closing(Figures(line.place)) as figures:
        await cards.look(figures)
        assert calls == []
        decide(line, "container.held", card=A, reason="burr")
        await cards.look(figures)
        await cards.look(figures)
        assert (len(calls), cards.table(TABLE)[0]) == (1, (A, "bolt", "sr", "hold"))
        decide(line, "container.released", card=A)
        await cards.look(figures)
        assert (len(calls), cards.table(TABLE)) == (2, sorted(TABLE))


async def test_while_the_tables_are_made_anew_what_was_known_still_holds(line, monkeypatch):
    monkeypatch.setattr(card_states, "BEHIND", 0)
    cards = CardStates(lambda: None)
    decide(line, "container.held", card=A, reason="burr")
    with contextlib.closing(Figures(line.place)) as figures:
        await cards.look(figures)
        line.projector(all_of_them()).rebuild()
        assert decided(figures) is None
        await cards.look(figures)
        assert cards.table(TABLE)[0] == (A, "bolt", "sr", "hold")


def test_nothing_is_known_before_the_tables_are_made(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        with contextlib.closing(Figures(store.place)) as figures:
            assert decided(figures) == Decided({}, {})
