"""Portable: a card table that a tool left becomes the station's, or is told and gone."""

import os

from station.store import card_build, card_file
from station.store.cards import CardTable

CARDS = "7\n04a1,bolt,sr,full\n04a2b3c4d5e6f7,nut,,lost\n"


def left(tmp_path, text):
    root = str(tmp_path) + "/"
    with open(root + card_file.NAME, "w") as file:
        file.write(text)
    return root


def test_it_becomes_the_table_and_is_gone(tmp_path):
    root = left(tmp_path, CARDS.replace("04a1,", "04a10203,"))
    assert card_file.take_in(root) == []
    table = CardTable.open(root + "cards")
    assert (table.version, table.count) == (7, 2)
    assert table.find(b"\x04\xa1\x02\x03") == ("bolt", "sr", "full")
    table.close()
    assert card_file.NAME not in os.listdir(root)


def test_a_damaged_one_is_told_and_the_table_before_stays(tmp_path):
    for text in ("", "x\n", "7\nrubbish\n", "7\n04a1,bolt,sr,full\n", "7\n04a10203,bolt,sr,melted\n"):
        root = left(tmp_path, text)
        card_build.build([(b"\x01\x02\x03\x04", "nut", "s", "full")], root + "cards", 3)
        assert len(card_file.take_in(root)) == 1
        table = CardTable.open(root + "cards")
        assert (table.version, table.count) == (3, 1)
        table.close()
        assert card_file.NAME not in os.listdir(root)
