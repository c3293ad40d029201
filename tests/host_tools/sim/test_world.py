"""The stand-ins of a board: what firmware sees of the world, and the world of firmware."""

import itertools

import machine
import neopixel
import network
import pytest
from machine import Pin
from rfid_stand_in import Reader
from world import BoardReset, World

from pullcord.sim import contacts, virtual_time


@pytest.fixture
def told():
    return []


@pytest.fixture
def world(told, monkeypatch):
    made = World(b"\x01\x02", tell=told.append)
    monkeypatch.setattr(machine, "world", made)
    return made


def test_without_a_world_the_stand_in_says_what_to_do(monkeypatch):
    monkeypatch.setattr(machine, "world", None)
    with pytest.raises(RuntimeError, match=r"set machine\.world"):
        Pin(2, Pin.IN)


def test_an_open_input_rests_where_its_pull_holds_it(world):
    assert Pin(2, Pin.IN, Pin.PULL_UP)() == 1
    assert Pin(3, Pin.IN, Pin.PULL_DOWN)() == 0


def test_a_contact_that_was_closed_before_boot_is_seen_closed(world):
    world.apply({"pin": 2, "level": 0})
    assert Pin(2, Pin.IN, Pin.PULL_UP).value() == 0


def test_an_interrupt_comes_once_for_each_change_of_level_that_it_asked_for(world):
    seen = []
    pin = Pin(2, Pin.IN, Pin.PULL_UP)
    pin.irq(lambda its: seen.append((its.id, its.value())), Pin.IRQ_FALLING)
    for level in (0, 0, 1, 0):
        world.apply({"pin": 2, "level": level})
    assert seen == [(2, 0), (2, 0)]


def test_an_output_is_told_when_it_changes_and_only_then(world, told):
    lamp = Pin(16, Pin.OUT, value=0)
    lamp.on()
    lamp.value(1)
    lamp.toggle()
    assert [(said["pin"], said["level"]) for said in told] == [(16, 0), (16, 1), (16, 0)]


def test_a_tone_is_told_with_frequency_and_duty(world, told):
    buzzer = machine.PWM(Pin(15), freq=1000)
    buzzer.freq(880)
    buzzer.duty_u16(32768)
    buzzer.deinit()
    assert [(said["freq"], said["duty"]) for said in told] == [(1000, 0), (880, 0), (880, 32768), (880, 0)]


def test_pixels_are_told_when_written(world, told):
    strip = neopixel.NeoPixel(Pin(9), 2)
    strip[1] = (0, 255, 0)
    strip.write()
    assert told[-1]["pixels"] == [[0, 0, 0], [0, 255, 0]]


def test_an_analogue_input_reads_what_lies_on_it(world):
    world.apply({"adc": 26, "u16": 30000})
    assert machine.ADC(Pin(26)).read_u16() == 30000


def test_a_bus_with_nothing_on_it_says_so(world):
    with pytest.raises(OSError) as error:
        machine.I2C(0).readfrom(0x24, 1)
    assert error.value.errno == 19
    with pytest.raises(OSError):
        machine.SPI(0).write(b"\x00")


def test_a_device_on_a_bus_answers(world):
    class Echo:
        def exchange(self, data):
            return bytes(255 - byte for byte in data)

    world.spi[0] = Echo()
    answer = bytearray(2)
    machine.SPI(0).write_readinto(b"\x00\x0f", answer)
    assert answer == b"\xff\xf0"


def test_a_card_lies_on_its_reader_until_it_is_taken_away(world):
    async def looks():
        seen = []
        for uid in ("04a1b2c3", None):
            world.apply({"card": "reader-1", "uid": uid})
            seen.append(await Reader("reader-1").scan())
        return seen

    assert virtual_time.run(looks(), 1000) == [bytes.fromhex("04a1b2c3"), None]


def test_a_reader_that_does_not_answer_raises(world):
    world.apply({"reader": "reader-1", "answers": False})
    with pytest.raises(OSError, match="reader-1"):
        virtual_time.run(Reader("reader-1").scan(), 1000)


def test_wifi_that_was_lost_comes_back_only_by_a_new_connect(world):
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect("plant", "secret")
    assert wlan.isconnected()
    world.apply({"network": False})
    assert not wlan.isconnected()
    world.apply({"network": True})
    assert not wlan.isconnected()
    wlan.connect("plant", "secret")
    assert wlan.isconnected()


def test_connecting_while_connecting_fails_as_on_an_esp32(world):
    world.network(False)
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect("plant", "secret")
    with pytest.raises(OSError, match="Wifi Internal Error"):
        wlan.connect("plant", "secret")
    world.network(True)
    assert wlan.isconnected()


def test_the_watchdog_takes_no_more_than_the_rp2040s(world):
    with pytest.raises(ValueError, match="8388"):
        machine.WDT(timeout=8389)


@pytest.mark.parametrize(("call", "kind"), [(machine.reset, "hard"), (machine.soft_reset, "soft")])
def test_nothing_runs_on_after_a_reset(world, told, call, kind):
    with pytest.raises(BoardReset):
        try:
            call()
        except Exception:  # noqa: BLE001 (a supervisor's)
            pytest.fail("a supervisor could catch a reset")
    assert told == [{"reset": kind}]


def test_a_message_that_nobody_knows_is_refused(world):
    with pytest.raises(ValueError, match="no such message"):
        world.apply({"teleport": 1})


@pytest.mark.parametrize("seed", range(50))
@pytest.mark.parametrize("level", [0, 1])
def test_a_contact_bounces_for_at_most_4_ms_and_settles(level, seed):
    edges = contacts.bounce(level, seed)
    levels = [edge for _, edge in edges]
    times = [at for at, _ in edges]
    assert levels[0] == levels[-1] == level
    assert all(a != b for a, b in itertools.pairwise(levels))
    assert times == sorted(times) and times[0] == 0 and times[-1] <= 4000
    assert 4 <= len(edges) <= 8
    assert edges == contacts.bounce(level, seed)
