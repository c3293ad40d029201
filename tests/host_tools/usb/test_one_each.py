"""Of two boards that would become one station, the second is refused, also when both come at once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pullcord.usb.one_each import OneEach
from pullcord.usb.trouble import Trouble


def test_the_second_board_is_told_which_one_is_the_station_already():
    stations = OneEach()
    assert stations.take("usb 1-1", lambda: "st-04") == "st-04"
    with pytest.raises(Trouble) as refused:
        stations.take("usb 1-2", lambda: "st-04")
    assert refused.value.lines == ("usb 1-2: st-04 is already the board at usb 1-1.", "One board a station.")
    assert stations.take("usb 1-2", lambda: "st-05") == "st-05"


def test_the_same_board_may_come_again():
    stations = OneEach()
    assert [stations.take("usb 1-1", lambda: "st-04") for _ in range(2)] == ["st-04", "st-04"]


def test_one_is_asked_after_the_other():
    stations, open_questions, most = OneEach(), [], []

    def choose():
        open_questions.append(1)
        most.append(len(open_questions))
        time.sleep(0.002)
        open_questions.pop()
        return "st-04"

    def taken(place):
        try:
            return stations.take(place, choose)
        except Trouble:
            return ""

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(taken, range(8))) == [""] * 7 + ["st-04"]
    assert max(most) == 1


def test_a_board_for_which_no_station_is_found_takes_none():
    stations = OneEach()

    def nothing():
        raise Trouble("no station")

    with pytest.raises(Trouble, match="no station"):
        stations.take("usb 1-1", nothing)
    assert stations.take("usb 1-2", lambda: "st-04") == "st-04"
