"""Why the board started, and how often."""

import os

from station.health import boot

PATH = "boot-count-of-a-test"


class Board:
    """A `machine` with the constants that a port has."""

    def __init__(self, code, **constants):
        self._code = code
        for name, value in constants.items():
            setattr(self, name, value)

    def reset_cause(self):
        return self._code


def _remove() -> None:
    for name in os.listdir():
        if name.startswith(PATH):
            os.remove(name)


def test_the_cause_by_the_constants_of_each_port():
    rp2 = {"PWRON_RESET": 1, "WDT_RESET": 3}
    esp32 = {"PWRON_RESET": 1, "HARD_RESET": 2, "WDT_RESET": 3, "DEEPSLEEP_RESET": 4, "SOFT_RESET": 5}
    brownout = {"BROWNOUT_RESET": 6}
    for constants, code, name in (
        (rp2, 1, "power_on"),
        (rp2, 3, "watchdog"),
        (rp2, 2, "unknown"),
        (esp32, 2, "hard"),
        (esp32, 5, "soft"),
        (esp32, 4, "unknown"),
        (brownout, 6, "brownout"),
    ):
        assert boot.cause(Board(code, **constants), 500) == name


def test_the_ticks_of_an_rp2040_tell_a_soft_reset():
    for code in (1, 3):
        assert boot.cause(Board(code, PWRON_RESET=1, WDT_RESET=3), 3600000) == "soft"
    assert boot.cause(Board(3, PWRON_RESET=1, WDT_RESET=3, SOFT_RESET=5), 3600000) == "watchdog"


def test_boots_are_counted_from_one():
    _remove()
    try:
        assert [boot.count(PATH) for _ in range(3)] == [1, 2, 3]
    finally:
        _remove()


def test_a_counter_that_cannot_be_read_starts_again():
    _remove()
    for turn in "01":
        with open(PATH + turn, "wb") as file:
            file.write(b"nonsense")
    try:
        assert boot.count(PATH) == 1
        assert boot.count(PATH) == 2
    finally:
        _remove()


def test_a_cut_while_the_counter_is_written_goes_on_from_the_boot_before():
    _remove()
    try:
        assert [boot.count(PATH) for _ in range(4)] == [1, 2, 3, 4]
        for torn in (b"", b"5", b"\xff" * 9):
            with open(PATH + "1", "wb") as file:
                file.write(torn)
            assert boot.count(PATH) == 5
    finally:
        _remove()


def test_nothing_is_written_for_crashes_that_were_not():
    _remove()
    powered = Board(1, PWRON_RESET=1, WDT_RESET=3)
    try:
        assert boot.crashes(PATH, powered) == (0, 0)
        boot.good(PATH)
        assert [name for name in os.listdir() if name.startswith(PATH)] == []
    finally:
        _remove()


def test_crashes_are_counted_without_a_good_minute_and_without_ten():
    _remove()
    crashed, powered = (Board(code, PWRON_RESET=1, WDT_RESET=3, SOFT_RESET=5) for code in (3, 1))
    try:
        assert boot.crashes(PATH, crashed) == (1, 1)
        assert boot.crashes(PATH, crashed) == (2, 2)
        boot.good(PATH, False)
        assert boot.crashes(PATH, crashed) == (1, 3), "a minute ends only the one count"
        boot.good(PATH)
        assert boot.crashes(PATH, crashed) == (1, 1)
        assert boot.crashes(PATH, powered) == (0, 0)
        assert boot.crashes(PATH, crashed) == (1, 1)
    finally:
        _remove()


def test_however_many_crashes_there_are_the_counts_do_not_mix():
    _remove()
    crashed = Board(3, PWRON_RESET=1, WDT_RESET=3, SOFT_RESET=5)
    try:
        for _ in range(40):
            soon, late = boot.crashes(PATH, crashed)
        assert (soon, late) == (14, 14)
        for _ in range(40):
            boot.good(PATH, False)
            soon, late = boot.crashes(PATH, crashed)
        assert soon < 3 and late == 14
    finally:
        _remove()


def test_a_count_that_an_older_firmware_left_is_one_of_its_own():
    _remove()
    try:
        boot.atomic.save(PATH, b"2")
        assert boot.crashes(PATH, Board(3, PWRON_RESET=1, WDT_RESET=3, SOFT_RESET=5)) == (3, 1)
    finally:
        _remove()
