"""Before a container is due to run out somebody is told, and a material call knows the card that was late."""

import pytest

from pullcord.pull.causes import Shop, late_cards
from pullcord.pull.running_out import running_out
from pullcord.pull.spans import Span
from pullcord.pull.worked import AllHours, WorkingHours

CLOCK = AllHours()
PRESS, MILL = "acme/a/l/press", "acme/a/l/mill"
LOOP = {"loop": "housing", "full": 2, "asked": 0, "total": 3}


def signal(given, received=None, card="c", released=None, batch="", name=""):
    released = given if released is None else released
    return {
        "signal": name or f"s{given}", "card": card, "given_at": given, "received_at": received, "done_at": received,
        "released_at": released, "batch": batch, "journal": "j", "sequence": given,
    }  # fmt: skip


def history(lead=60):
    """A container is emptied every 100, and is back after `lead`."""
    return [signal(n * 100, n * 100 + lead) for n in range(7)]


@pytest.mark.parametrize(
    ("full", "lead", "now", "warned"),
    [
        (2, 60, 710, False),  # empty at 900, the next is due at 760
        (1, 60, 710, False),  # empty at 800
        (1, 140, 710, True),  # empty at 800, the next is due at 840
        (2, 140, 710, False),
        (2, 140, 841, True),  # it is late, and one that came as late as that would be here at 981
        (9, 140, 841, False),  # it is late, but there is enough
        (0, 140, 710, False),  # it has run out: that is another finding
    ],
)
def test_a_loop_is_warned_of_before_its_last_container_is_empty(full, lead, now, warned):
    rows = [*history(lead), signal(700, card="late", name="open")]
    found = running_out(LOOP | {"full": full}, rows, CLOCK, now)
    assert (found is not None) == warned
    if found:
        assert (found.loop, found.signal, found.card, found.due_at) == ("housing", "open", "late", 700 + lead)
        assert (found.empty_at, found.is_late) == (700 + full * 100, now > 840)


def test_nothing_on_its_way_or_too_little_known_warns_of_nothing():
    assert running_out(LOOP, history(), CLOCK, 900) is None
    assert running_out(LOOP, [*history()[:3], signal(700)], CLOCK, 9_000) is None


def test_a_batch_is_asked_for_when_it_is_released():
    rows = [signal(n * 100, n * 100 + 200, released=n * 100 + 190, batch="b") for n in range(7)]
    waiting = signal(700, released=790, batch="b")
    assert running_out(LOOP | {"full": 1}, [*rows, waiting], CLOCK, 795) is None  # due at 800, as it is empty
    assert running_out(LOOP | {"full": 1}, [*rows, waiting], CLOCK, 801).is_late


def test_a_night_empties_nothing():
    hours = WorkingHours([Span(0, 750), Span(5_000, 9_000)])
    found = running_out(LOOP | {"full": 1}, [*history(140), signal(700)], hours, 745)
    assert (found.empty_at, found.due_at) == (5_050, 5_090)


# Which late card


def shop(**signals):
    loops = {
        "housing": {"loop": "housing", "item": "housing", "consumer": PRESS, "supplier": MILL, "total": 2},
        "bolt": {"loop": "bolt", "item": "bolt", "consumer": PRESS, "supplier": "shop", "total": 2},
        "casting": {"loop": "casting", "item": "casting", "consumer": MILL, "supplier": "foundry", "total": 2},
        "made": {"loop": "made", "item": "housing", "consumer": MILL, "supplier": MILL, "total": 2},
    }
    return Shop(loops, signals, lambda _loop: CLOCK)


def test_a_material_call_is_linked_with_the_card_that_is_late_and_with_what_was_late_before_it():
    found = late_cards(
        shop(
            housing=[*history(), signal(700, card="h1"), signal(710, card="h2")],
            bolt=[*history(), signal(790, card="b1")],
            casting=[*history(), signal(650, card="c1")],
            made=[*history(), signal(795, 900, card="m1")],
        ),
        PRESS,
        at=800,
    )
    (housing,) = found
    assert (housing.loop, housing.card, housing.is_out, housing.late_ms) == ("housing", "h1", True, 40)
    (casting,) = housing.because
    assert (casting.card, casting.supplier, casting.late_ms, casting.is_out) == ("c1", "foundry", 90, False)


def test_only_what_was_so_when_the_call_began_counts():
    rows = [*history(), signal(700, 795, card="h1"), signal(900, card="h2")]
    assert late_cards(shop(housing=rows), PRESS, at=800) == ()
    assert late_cards(shop(housing=rows), PRESS, at=794)[0].card == "h1"


def test_a_loop_that_feeds_itself_is_looked_at_once():
    found = late_cards(shop(made=[*history(), signal(600, card="m1")]), MILL, at=800)
    assert [(late.card, late.because) for late in found] == [("m1", ())]


def test_without_a_late_card_nothing_is_said():
    assert late_cards(shop(housing=[*history(), signal(790)]), PRESS, at=800) == ()
    assert late_cards(shop(), PRESS, at=800) == ()
