"""What each light and answer light shows at this moment."""

from a_station import BADGE, CARD, UNIX, Floor, config

from station.core import walking
from station.core.outputs import Light, answer_lights, phase_ms


def rgb() -> dict:
    settings = config()
    settings["light"] = {"kind": "rgb", "active": "high", "pins": {"red": 20, "green": 22, "blue": 23}}
    return settings


def test_a_tower_and_an_rgb_light_show_the_state():
    floor = Floor()
    assert floor.lights() == {"red": "off", "yellow": "off", "green": "steady", "blue": "off"}
    floor = Floor(rgb())
    floor.press("cord-3")
    floor.wait(1000)
    assert floor.lights() == {"red": "normal", "green": "off", "blue": "off"}


def test_patterns_are_worked_out_again_only_when_the_state_asks_for_others():
    floor = Floor()
    floor.lights()
    before = floor.light.patterns
    floor.now += 5000
    floor.lights()
    assert floor.light.patterns is before
    floor.now += 6000  # no heartbeat: cut off
    floor.lights()
    assert floor.light.patterns is not before


def test_each_mode_has_its_walking_light_and_a_test_lights_all():
    floor = Floor()
    seen = []
    for mode in walking.MODES:
        floor.station.mode = mode
        floor.light.update(floor.station, 0)
        assert floor.light.patterns not in seen
        seen.append(floor.light.patterns)
    floor.station.mode = "test"
    assert set(floor.lights().values()) == {"steady"}


def test_lit_follows_the_slots():
    floor = Floor()
    floor.press("cord-3")
    floor.wait(1000)
    floor.light.update(floor.station, floor.now)
    assert [floor.light.lit(slot)["red"] for slot in range(5)] == [True, True, False, False, True]


def test_masks_are_for_the_state_message():
    floor = Floor()
    floor.light.update(floor.station, 0)
    assert floor.light.masks() == {
        "red": "00000000",
        "yellow": "00000000",
        "green": "ffffffff",
        "blue": "00000000",
    }


def test_lights_of_stations_that_know_the_time_flash_together():
    floor = Floor(connected=False, running=False)
    assert phase_ms(floor.station, 700) == 700
    floor.connect()
    assert phase_ms(floor.station, 700) == UNIX + 700


def test_the_answer_lights_of_a_reader():
    floor = Floor()
    assert answer_lights(floor.station, 0, "reader-1") == (False, False)
    floor.card(CARD)
    assert answer_lights(floor.station, 0, "reader-1") == (True, False)
    floor.now = 300
    floor.card(BADGE, None)
    assert answer_lights(floor.station, 400, "reader-1") == (False, True)


def test_already_blinks():
    floor = Floor()
    floor.card(CARD, ("bolts", "s", "empty"))
    blinks = [answer_lights(floor.station, now, "reader-1") for now in range(0, 500, 125)]
    assert set(blinks) == {(True, False), (False, False)}


def test_a_light_keeps_its_names():
    assert Light("tower", ["green", "red"]).fitted == ["green", "red"]


def test_lights_of_two_stations_with_the_time_flash_in_phase():
    """They were switched on at different moments; the slot that they show is the same at each moment of the day."""
    early, late = Floor(), Floor()
    early.wait(12345)
    early.connect()
    late.connect(early.station.clock.unix_ms(early.now))
    for _ in range(40):
        phases = [phase_ms(floor.station, floor.now) for floor in (early, late)]
        assert phases[0] == phases[1]
        early.now += 77
        late.now += 77
