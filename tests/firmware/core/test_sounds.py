"""Tones: what is asked for is played once, what the state asks for is repeated."""

from a_station import Floor

from station.core import lamps
from station.core.sounds import EVERY_MS, TONES, Voice, frequency, length_ms

# row of the lamp table, tone that it repeats: the table of the design
SOUNDS = {
    "not_stored": "fault",
    "stopped": "stop",
    "escalated": "rising",
    "call_plant": "call",
    "material_plant": "soft",
}


def test_each_row_repeats_its_own_tone():
    for name, sound in (row[:2] for row in lamps.ROWS):
        assert sound == SOUNDS.get(name, ""), name
        assert lamps.tone({name}) == sound


def test_the_most_urgent_row_with_a_tone_is_heard():
    assert lamps.tone({"running", "call_plant", "escalated"}) == "rising"
    assert lamps.tone({"waiting", "call_plant"}) == "call"
    assert lamps.tone({"running"}) == ""


def test_every_tone_that_repeats_has_time_for_itself():
    for name in EVERY_MS:
        assert length_ms(name) < EVERY_MS[name]


def test_all_tones_differ():
    assert len(set(TONES.values())) == len(TONES)


def test_a_tone_is_its_steps_and_then_silence():
    assert frequency("call", -1) == 0
    assert frequency("call", 0) == 880
    assert frequency("call", 150) == 0
    assert frequency("call", 230) == 880
    assert frequency("call", 380) == 0


def test_tones_that_are_asked_for_follow_each_other():
    voice = Voice()
    voice.play("accepted")
    voice.play("refused")
    assert voice.sounding()
    assert voice.hertz(1000) == 1200
    assert voice.hertz(1089) == 1200
    assert voice.hertz(1090) == 300
    assert voice.hertz(1440) == 0
    assert not voice.sounding()


def test_more_than_three_waiting_would_only_be_noise():
    voice = Voice()
    for _ in range(10):
        voice.play("accepted")
    voice.hertz(0)
    assert voice.hertz(90) and voice.hertz(180)
    assert not voice.hertz(270)


def test_a_state_repeats_its_tone_until_it_ends():
    voice = Voice()
    voice.repeat(1000, "stop")
    assert voice.sounding() and voice.repeating == "stop"
    assert voice.hertz(1000) == 1000 and voice.hertz(4000) == 1000
    assert voice.hertz(2500) == 0
    voice.repeat(3900, "stop")
    assert voice.hertz(4000) == 1000, "asking again does not begin again"
    voice.repeat(4000, "")
    assert voice.hertz(7000) == 0 and not voice.sounding()


def test_what_was_just_played_is_repeated_after_its_pause():
    voice = Voice()
    voice.repeat(0, "call", True)
    assert voice.hertz(0) == 0 and voice.hertz(4999) == 0
    assert voice.hertz(5000) == 880


# when they sound


def heard(name: str, more=()) -> list:
    floor = Floor()
    for first in more:
        floor.press(first)
    floor.tones()
    floor.press(name)
    return floor.tones()


def test_a_stored_call_sounds_once_and_a_material_call_softly():
    assert heard("cord-1") == ["call"]
    assert heard("cord-2") == ["soft"]


def test_acknowledged_arrived_and_resolved_are_silent():
    assert heard("ack", ["cord-1"]) == []
    assert heard("arrive", ["cord-1"]) == []
    assert heard("resolve", ["cord-1"]) == []


def test_cancelled_and_restarted_sound_when_they_are_stored():
    floor = Floor()
    floor.press("cord-3")
    floor.press("resolve")
    floor.tones()
    floor.press("restart", record=False)
    assert floor.tones() == []
    floor.record()
    assert floor.tones() == ["restart"]
    floor.press("cord-2")
    floor.tones()
    floor.press("cancel", record=False)
    assert floor.tones() == []
    floor.record()
    assert floor.tones() == ["cancel"]


def test_a_fault_of_the_record_repeats_and_a_fault_of_an_input_sounds_once():
    floor = Floor()
    floor.tones()
    floor.station.fault(0, "cord-1", "open")
    floor.record()
    assert floor.tones() == ["fault"]
    assert floor.station.voice.repeating == ""
    floor.station.not_stored(0)
    assert floor.station.voice.repeating == "fault"


def test_nothing_sounds_when_a_reboot_restores_a_call():
    floor = Floor()
    floor.press("cord-1")
    floor.start()
    assert floor.tones() == []
