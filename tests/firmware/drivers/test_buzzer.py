"""A buzzer by PWM, one that knows only on and off, and none."""

from a_board import board, levels

from station.drivers.buzzer import Buzzer
from station.drivers.volume import QuietBuzzer


def test_a_pwm_buzzer_plays_a_frequency_and_is_silent_by_duty():
    machine, world, _ = board()
    buzzer = Buzzer({"kind": "pwm", "pin": 15}, machine)
    assert world.pwms[15][1] == 0
    buzzer.play(880)
    assert world.pwms[15] == (880, 32768)
    buzzer.play(0)
    assert world.pwms[15][1] == 0


def test_a_plain_buzzer_is_on_or_off():
    machine, _, said = board()
    buzzer = Buzzer({"kind": "plain", "pin": 15}, machine)
    said.clear()
    for hertz in (880, 440, 0):
        buzzer.play(hertz)
    assert levels(said, 15) == [1, 0]


def test_the_same_tone_is_not_set_again():
    machine, _, said = board()
    buzzer = Buzzer({"kind": "pwm", "pin": 15}, machine)
    buzzer.play(880)
    said.clear()
    buzzer.play(880)
    assert said == []


def test_a_station_without_a_buzzer_is_silent():
    machine, _, said = board()
    Buzzer(None, machine).play(880)
    assert said == []


def test_a_buzzer_is_quieter_at_night_and_one_without_a_middle_is_silent_at_0():
    volume, zone = [[360, 100], [1320, 50]], [[0, 0]]
    for hour, duty in ((12, 32768), (23, 8192)):
        machine, world, _ = board()
        item = {"kind": "pwm", "pin": 15, "volume": volume, "zone": zone}
        buzzer = QuietBuzzer(item, machine, lambda hour=hour: (20000 * 24 + hour) * 3600000)
        buzzer.play(880)
        assert world.pwms[15] == (880, duty)
        buzzer.play(0)
        assert world.pwms[15][1] == 0
    machine, _, said = board()
    item = {"kind": "plain", "pin": 15, "volume": [[0, 0]], "zone": zone}
    buzzer = QuietBuzzer(item, machine, lambda: 0)
    said.clear()
    buzzer.play(880)
    assert levels(said, 15) == []
