"""Portable: a card table that a tool left becomes the station's, or is told and gone."""

import os

from station.store import card_build, card_file
from station.store.aside import listing, make, wipe
from station.store.cards import CardTable

FOLDER = "card_file_under_test"
ROOT = FOLDER + "/"
BAD = ("", "x\n", "7\nrubbish\n", "7\n04a1,bolt,sr,full\n", "7\n04a1020z,bolt,,full\n", "7\n04a10203,bolt,,melted\n")


def left(text):
    if listing(FOLDER):
        wipe(FOLDER)
    make(FOLDER)
    with open(ROOT + card_file.NAME, "w") as file:
        file.write(text)


def test_it_becomes_the_table_and_is_gone():
    left("7\n04a10203,bolt,sr,full\n04a2b3c4d5e6f7,nut,,lost\n")
    assert card_file.take_in(ROOT) == []
    table = CardTable.open(ROOT + "cards")
    assert (table.version, table.count) == (7, 2)
    assert table.find(b"\x04\xa1\x02\x03") == ("bolt", "sr", "full")
    table.close()
    assert card_file.NAME not in os.listdir(FOLDER)


def test_a_damaged_one_is_told_and_the_table_before_stays():
    for text in BAD:
        left(text)
        card_build.build([(b"\x01\x02\x03\x04", "nut", "s", "full")], ROOT + "cards", 3)
        assert len(card_file.take_in(ROOT)) == 1, text
        table = CardTable.open(ROOT + "cards")
        assert (table.version, table.count) == (3, 1)
        table.close()
        assert card_file.NAME not in os.listdir(FOLDER)
