"""The legend at the wall shows what the lamp shows."""

import re

from pullcord.hardware.legend import FITTED, MEANINGS, legend, shown
from station.core import lamps


def test_every_row_of_the_lamp_table_is_explained():
    rows = {"material" if row[0].startswith("material_") else row[0] for row in lamps.ROWS}
    assert rows <= set(MEANINGS)
    assert set(MEANINGS) - rows == {"cut_off", "starting"}


def test_no_two_rows_look_the_same():
    looks = [tuple(sorted(shown(name).items())) for name in MEANINGS]
    assert len(set(looks)) == len(looks)


def test_a_row_shows_the_rhythms_of_the_lamp_table():
    assert shown("call_stored") == {"yellow": lamps.RHYTHMS["double"], "green": lamps.RHYTHMS["steady"]}
    assert shown("stopped") == {"red": lamps.RHYTHMS["normal"]}
    assert shown("waiting") == {"red": lamps.RHYTHMS["slow"], "green": lamps.RHYTHMS["slow_other"]}
    assert b"." in shown("cut_off")["green"]


def test_the_bars_are_as_long_as_the_light_is_lit():
    page = legend()
    (stopped,) = [row for row in page.split("<tr>") if "The line is stopped." in row]
    bars = [tuple(map(int, found)) for found in re.findall(r'<rect x="(\d+)" y="1" width="(\d+)"', stopped)]
    assert bars == [(start * 24, 12) for start in range(8)], "2 Hz: lit for 250 ms, dark for 250 ms"


def test_it_says_names_as_well_as_colours():
    page = legend()
    assert all(f'<span class="name">{light}</span>' in page for light in FITTED)
    assert "The cord is no emergency stop." in page
