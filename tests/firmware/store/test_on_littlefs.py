"""The store on real littlefs (VfsLfs2 of a 32-bit MicroPython), over a flash that counts and loses power."""

import pytest

from tests.firmware.store.on_littlefs import run_program

pytestmark = pytest.mark.micropython


def test_no_power_cut_loses_or_invents_anything():
    figures = run_program("power_cut", 1, "--operations", 200, "--walk", 40)
    assert figures["said"] == []
    assert figures["cuts"] >= 400
    assert (figures["lost"], figures["invented"], figures["unmountable"], figures["wrong"]) == (0, 0, 0, 0)


def test_the_power_cut_program_notices_what_is_lost():
    figures = run_program("power_cut", 1, "--operations", 60, "--forget")
    assert figures["lost"] > 0
    assert figures["said"]


def test_an_event_costs_few_erases_and_bytes():
    journal = run_program("flash_wear", 1500, 358)["journal"]
    assert journal["erases"] <= 0.40
    assert journal["bytes"] <= 1300


def test_two_thousand_waiting_events_fit_and_cost_nothing_to_open():
    figures = run_program("waiting", 210, 600 * 1024, 2000)  # 840 KiB, what a Pico W leaves; the limit is the default
    assert figures["open_read_bytes"] <= 64 * 1024
    new, full = figures["heap_bytes"]
    assert full - new <= 256
    assert figures["free_blocks"] >= 20


def test_a_flash_that_others_filled_loses_nothing_and_goes_on_after_a_receipt():
    figures = run_program("full", 48)
    assert figures["confirmed"] >= 100
    assert figures["readable_after"] == figures["confirmed"]
    assert figures["appended_after_receipt"] == 200


def test_a_card_of_ten_thousand_is_found_with_little_reading_and_memory():
    few, many = run_program("card_lookup", 100), run_program("card_lookup", 10_000)
    assert many["heap_bytes"] - few["heap_bytes"] <= 256
    assert many["read_bytes_per_lookup"] <= 16 * 1024


def test_a_table_is_replaced_through_any_power_cut_and_both_fit_the_flash():
    figures = run_program("card_lookup", 1000)
    assert figures["cuts"] > 40 and figures["cuts_without_a_table"] == 0
    assert figures["cuts"] > figures["cuts_that_left_the_old_one"] > 0
    assert 2 * figures["flash_bytes"] < figures["switch_peak_bytes"] < 2 * figures["flash_bytes"] + 32 * 1024
