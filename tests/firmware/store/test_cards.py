"""The card table. Portable: runs on MicroPython as it is."""

import os

from station.store import card_build, cards
from station.store.aside import listing, make, wipe

FOLDER = "cards_under_test"
A, B, C = b"\x04\x01\x02\x03", b"\x04\x99\x02\x03\x04\x05\x06", b"\x08" * 10
THREE = [(A, "bolts", "s", "full"), (B, "nuts", "shr", "hold"), (C, "", "b", "retired")]


def fresh():
    if listing(FOLDER):
        wipe(FOLDER)
    make(FOLDER)


def built(entries, version=1):
    card_build.build(entries, FOLDER, version)
    return cards.CardTable.open(FOLDER)


def damage(name, offset):
    with open(FOLDER + "/" + name, "rb") as file:
        data = bytearray(file.read())
    data[offset] ^= 1
    with open(FOLDER + "/" + name, "wb") as file:
        file.write(data)


def refused(entries):
    try:
        card_build.build(entries, FOLDER, 9)
    except ValueError as error:
        return str(error)
    return ""


def test_without_a_table_every_card_is_unknown():
    fresh()
    table = cards.CardTable.open(FOLDER)
    assert (table.version, table.hash, table.count, table.findings) == (0, "", 0, [])
    assert table.find(A) is None


def test_a_card_is_found_with_its_loop_roles_and_state():
    fresh()
    table = built(THREE, 7)
    assert (table.version, table.count, len(table.hash)) == (7, 3, 12)
    assert table.find(A) == ("bolts", "s", "full")
    assert table.find(B) == ("nuts", "shr", "hold")
    assert table.find(C) == ("", "b", "retired")
    table.close()


def test_a_card_that_only_begins_like_another_is_unknown():
    fresh()
    table = built(THREE)
    for uid in (A[:3], A + b"\x00", A + b"\x00" * 3, B[:4], b"", b"\xff" * 10):
        assert table.find(uid) is None
    table.close()


def test_the_hash_is_that_of_the_documented_lines():
    fresh()
    table = built([(A, "bolts", "hs", "full")])
    import binascii
    import hashlib

    digest = hashlib.sha256(b"04010203,bolts,sh,full\n").digest()
    assert table.hash == binascii.hexlify(digest).decode()[:12]
    table.close()


def test_a_thousand_cards_in_more_loops_than_names_are_remembered():
    fresh()
    table = built(((b"%04d" % i, "loop-%d" % (i % 150), "s", "empty") for i in range(1000)))
    for i in range(0, 1000, 7):
        assert table.find(b"%04d" % i) == ("loop-%d" % (i % 150), "s", "empty")
    assert table.find(b"1000") is None
    table.close()


def test_an_empty_table_is_a_table():
    fresh()
    table = built([], 4)
    assert (table.version, table.count) == (4, 0)
    assert table.find(A) is None
    table.close()


def test_a_wrong_entry_is_refused_by_name_and_the_table_stays():
    fresh()
    built(THREE, 5).close()
    assert "sort" in refused(iter([THREE[1], THREE[0]]))
    assert "each once" in refused([THREE[0], THREE[0]])
    assert "4, 7 or 10 bytes" in refused([(b"12345", "bolts", "s", "full")])
    assert "card 2" in refused([THREE[0], (B, "nuts", "s", "eaten")])
    assert "letters of shrb" in refused([(A, "bolts", "x", "full")])
    assert "255" in refused([(A, "b" * 256, "s", "full")])
    table = cards.CardTable.open(FOLDER)
    assert table.version == 5
    table.close()


def test_a_damaged_table_gives_way_to_the_one_before():
    fresh()
    built(THREE, 1).close()
    built(THREE[:2], 2).close()
    damage("cards.bin", 3)
    table = cards.CardTable.open(FOLDER)
    assert (table.version, table.find(C)) == (1, ("", "b", "retired"))
    assert len(table.findings) == 1 and "CRC" in table.findings[0]
    table.close()


def test_while_a_table_is_made_only_the_one_in_use_lies_beside_it():
    fresh()
    built(THREE, 1).close()
    built(THREE[:2], 2).close()
    builder = card_build.Builder(FOLDER)
    assert sorted(listing(FOLDER)) == ["cards.bin", "cards.new", "names.new"]
    builder.drop()
    damage("cards.bin", 3)
    assert built(THREE, 3).version == 3


def test_a_table_in_use_stays_while_another_is_made_though_a_newer_one_is_damaged():
    fresh()
    built(THREE, 1).close()
    built(THREE[:2], 2).close()
    damage("cards.bin", 3)
    builder = card_build.Builder(FOLDER)
    table = cards.CardTable.open(FOLDER)
    assert (table.version, table.count) == (1, 3)
    table.close()
    builder.drop()


def test_when_both_are_damaged_the_table_is_empty_and_says_so():
    fresh()
    built(THREE, 1).close()
    built(THREE, 2).close()
    damage("cards.bin", -1)
    damage("cards.old", 40)
    table = cards.CardTable.open(FOLDER)
    assert (table.count, table.find(A), len(table.findings)) == (0, None, 2)


def test_any_cut_off_file_is_an_empty_table():
    fresh()
    built(THREE, 1).close()
    with open(FOLDER + "/cards.bin", "rb") as file:
        data = file.read()
    for length in range(len(data)):
        with open(FOLDER + "/cards.bin", "wb") as file:
            file.write(data[:length])
        table = cards.CardTable.open(FOLDER)
        assert (table.version, table.count, len(table.findings)) == (0, 0, 1)


def test_a_switch_that_was_cut_in_the_middle_leaves_the_one_before():
    fresh()
    built(THREE, 1).close()
    os.rename(FOLDER + "/cards.bin", FOLDER + "/cards.old")
    table = cards.CardTable.open(FOLDER)
    assert (table.version, table.count, table.findings) == (1, 3, [])
    table.close()
    wipe(FOLDER)
