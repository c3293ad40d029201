"""The lamp table's own rules; what each row looks like stands in lamp_table.txt."""

from station.core import lamps, rgb, walking

TOWERS = (
    ("red", "green"),
    ("red", "yellow", "green"),
    ("red", "yellow", "green", "blue"),
    ("red", "yellow", "green", "blue", "white"),
)
NAMES = [row[0] for row in lamps.ROWS]


def flashes_a_second(pattern) -> float:
    """How often it becomes lit, over the 4 s of a pattern."""
    return sum(1 for slot in range(lamps.SLOTS) if pattern[slot] == 35 and pattern[slot - 1] == 46) / 4


def test_the_rhythms_keep_to_iec_60073():
    assert 0.4 <= flashes_a_second(lamps.RHYTHMS["slow"]) <= 0.8
    assert 1.4 <= flashes_a_second(lamps.RHYTHMS["normal"]) <= 2.8
    assert flashes_a_second(lamps.RHYTHMS["fast"]) > 2.8


def test_every_pattern_fills_four_seconds_and_all_rhythms_differ():
    for pattern in list(lamps.RHYTHMS.values()) + [lamps.DARK, lamps.CUT_OFF_WINK]:
        assert len(pattern) == lamps.SLOTS and set(pattern) <= {35, 46}
    assert len(set(lamps.RHYTHMS.values())) == len(lamps.RHYTHMS)
    assert lamps.SLOTS * lamps.SLOT_MS == 4000


def test_lights_in_turns_are_never_lit_together():
    for one, other in (("slow", "slow_other"), ("fast", "fast_other")):
        lit = zip(lamps.RHYTHMS[one], lamps.RHYTHMS[other])
        assert all({a, b} == {35, 46} for a, b in lit)


def test_the_rows_are_in_the_order_of_the_design():
    assert NAMES == [
        "not_stored",
        "bypassed",
        "stopped",
        "stopped_taken",
        "waiting",
        "input_fault",
        "escalated",
        "felt",
        "call_stored",
        "call_plant",
        "acknowledged",
        "arrived",
        "material_felt",
        "material_stored",
        "material_plant",
        "material_acknowledged",
        "material_arrived",
        "running",
    ]


def test_the_most_urgent_row():
    assert lamps.most_urgent({"running", "felt", "waiting"}) == "waiting"
    assert lamps.most_urgent(set()) == ""


def test_no_row_leaves_a_tower_dark():
    for fitted in TOWERS:
        for name in NAMES:
            for cut_off in (False, True):
                shown = lamps.tower({name}, fitted, cut_off)
                assert any(35 in pattern for pattern in shown.values()), (fitted, name)


def test_only_the_lights_that_are_fitted_are_driven():
    for fitted in TOWERS:
        for name in NAMES:
            assert set(lamps.tower({name}, fitted, False)) == set(fitted)


def test_each_light_shows_its_most_urgent_row():
    shown = lamps.tower({"stopped", "call_plant", "material_stored", "running"}, TOWERS[2], False)
    assert shown["red"] == lamps.RHYTHMS["normal"]
    assert shown["yellow"] == lamps.RHYTHMS["normal"]
    assert shown["green"] == lamps.RHYTHMS["off"]
    assert shown["blue"] == lamps.RHYTHMS["double"]


def test_a_light_that_is_not_fitted_lends_its_meaning():
    assert lamps.tower({"material_stored"}, TOWERS[1], False)["yellow"] == lamps.RHYTHMS["double"]
    assert lamps.tower({"escalated"}, TOWERS[1], False)["red"] == lamps.RHYTHMS["wink"]
    assert lamps.tower({"call_stored"}, TOWERS[0], False)["red"] == lamps.RHYTHMS["double"]
    assert lamps.tower({"running"}, ("red",), False) == {"red": lamps.RHYTHMS["off"]}


def test_cut_off_is_seen_in_whatever_is_shown_and_never_dark():
    for fitted in TOWERS:
        for name in NAMES:
            if name not in lamps.FELT:
                assert lamps.tower({name}, fitted, True) != lamps.tower({name}, fitted, False), (fitted, name)
    for name in NAMES:
        if name not in lamps.FELT:
            assert rgb.rgb({name}, True) != rgb.rgb({name}, False), name


def test_the_answer_to_a_hand_is_never_in_the_dark_of_the_wink():
    for fitted in TOWERS:
        felt = lamps.tower({"felt", "running"}, fitted, True)
        assert lamps.RHYTHMS["steady"] in felt.values()
    assert rgb.rgb({"felt"}, True)["red"] == lamps.RHYTHMS["steady"]


def test_a_station_of_another_state_looks_different():
    for fitted in TOWERS[1:] + ("rgb",):
        seen = []
        for name in NAMES[:11] + ["running"]:
            rows = {name, "running"}
            shown = rgb.rgb(rows, False) if fitted == "rgb" else lamps.tower(rows, fitted, False)
            assert shown not in seen, name
            seen.append(shown)


def test_every_mode_walks_in_its_own_way():
    for fitted in TOWERS[1:] + (("red",),):
        seen = [walking.patterns(mode, fitted) for mode in walking.MODES]
        for index, shown in enumerate(seen):
            assert set(shown) == set(fitted)
            assert shown not in seen[:index]
            assert all(35 in pattern and 46 in pattern for pattern in shown.values())


def test_the_slot_of_a_moment():
    assert [lamps.slot_of(ms) for ms in (0, 124, 125, 3999, 4000)] == [0, 0, 1, 31, 0]


def test_the_mask_has_the_first_slot_in_its_highest_bit():
    assert lamps.mask(lamps.RHYTHMS["normal"]) == "cccccccc"
    assert lamps.mask(lamps.RHYTHMS["double"]) == "a0a0a0a0"
    assert lamps.mask(lamps.DARK) == "c3ffffff"
