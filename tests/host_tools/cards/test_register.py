"""Whose card is which, also in a plant file that is not good."""

import pytest

from pullcord.cards.register import duplicates, entries, read_uid
from pullcord.plant.document import Document

TEXT = """\
loops:
  bolt: {cards: ["04a1b2c3d40001", "04a1b2c3"]}
  nut:
    cards:
    - "04a1b2c3d40002"
    - "04a1b2c3d40001"
  empty:
people:
  maria: {badge: "04a1b2c3d40002"}
  jonas: {}
"""


def known(text=TEXT):
    return entries(Document.parse("plant.yaml", text))


def test_every_card_and_badge_is_told_with_its_line():
    assert [(str(entry), entry.line) for entry in known()] == [
        ("card 1 of 2 of bolt", 2),
        ("card 2 of 2 of bolt", 2),
        ("card 1 of 2 of nut", 5),
        ("card 2 of 2 of nut", 6),
        ("badge of maria", 9),
    ]


def test_a_uid_in_two_loops_or_as_a_badge_is_a_duplicate():
    assert [[str(entry) for entry in same] for same in duplicates(known())] == [
        ["card 1 of 2 of bolt", "card 2 of 2 of nut"],
        ["card 1 of 2 of nut", "badge of maria"],
    ]


def test_a_uid_of_four_bytes_is_marked():
    assert [entry.uid for entry in known() if entry.is_short] == ["04a1b2c3"]


@pytest.mark.parametrize("text", ["", "5", "loops: 5", "loops: {bolt: 5}", "loops: {bolt: {cards: 5}}", "people: []"])
def test_a_file_in_which_everything_is_wrong_has_no_cards(text):
    assert known(text) == []


@pytest.mark.parametrize("text", ["04:A1:B2:C3", "04a1b2c3", " 04-A1-B2-C3 ", "04 a1 b2 c3"])
def test_uids_are_taken_as_readers_and_phones_show_them(text):
    assert read_uid(text) == "04a1b2c3"


@pytest.mark.parametrize("text", ["", "04a1", "04a1b2c3d4", "0x04a1b2c3", "04a1b2cg"])
def test_what_is_no_uid_is_refused(text):
    with pytest.raises(ValueError, match="4, 7 or 10 bytes"):
        read_uid(text)
