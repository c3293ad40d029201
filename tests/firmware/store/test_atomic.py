"""Small files that are whole or as before. Portable: runs on MicroPython as it is."""

import os

from station.store import atomic
from station.store.aside import listing, wipe

PATH = "atomic_under_test"


def fresh():
    for name in listing("."):
        if name.startswith(PATH):
            wipe(name)


def stored(path):
    with open(path, "rb") as file:
        return file.read()


def test_what_was_saved_is_loaded():
    fresh()
    assert atomic.load(PATH) is None
    for data in (b"", b"one", b"\x00\xff" * 300):
        atomic.save(PATH, data)
        assert atomic.load(PATH) == data
    fresh()


def test_what_was_copied_is_loaded():
    fresh()
    for length in (0, 1, 127, 128, 129, 2000):
        data = bytes([index % 251 for index in range(length)])
        with open(PATH + ".source", "wb") as file:
            file.write(data)
        atomic.copy(PATH + ".source", PATH)
        assert atomic.load(PATH) == data
        atomic.copy(PATH + ".source", PATH)
        assert stored(PATH + ".old") == stored(PATH)
    fresh()


def test_a_damaged_file_gives_the_last_good_one():
    fresh()
    atomic.save(PATH, b"first")
    atomic.save(PATH, b"second")
    whole = stored(PATH)
    for length in range(len(whole)):
        with open(PATH, "wb") as file:
            file.write(whole[:length])
        assert atomic.load(PATH) == b"first"
    fresh()


def test_a_damaged_file_never_becomes_the_last_good_one():
    fresh()
    atomic.save(PATH, b"first")
    atomic.save(PATH, b"second")
    for rotten in (b"", b"rotten", b"rotten and long", stored(PATH)[:-1], stored(PATH) + b"!"):
        with open(PATH, "wb") as file:
            file.write(rotten)
        atomic.save(PATH, b"third")
        os.remove(PATH)
        assert atomic.load(PATH) == b"first"
    fresh()


def test_a_cut_between_the_renames_leaves_a_good_copy():
    fresh()
    atomic.save(PATH, b"first")
    os.rename(PATH, PATH + ".old")
    assert atomic.load(PATH) == b"first"
    fresh()
