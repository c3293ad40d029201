"""The bench's hands and eyes: by name, at the right level, and only what a hand can do."""

import asyncio

import pytest

from pullcord.sim.bench import VirtualBench
from pullcord.web.bench import BenchError
from tests.host_tools.sim.fake_station import CONFIG, PATH, fake_bench

# Eyes


def test_a_light_that_is_driven_low_is_lit_when_its_pin_is_low():
    bench = fake_bench()
    bench.station.pins[11] = 0
    assert bench.picture().lights == {"red": False, "yellow": True, "green": False}


def test_the_permit_is_what_its_relay_is_and_none_without_one():
    bench = fake_bench()
    assert bench.picture().permit is False
    bench.station.pins[16] = 1
    assert bench.picture().permit is True
    assert fake_bench(permit=None).picture().permit is None


def test_a_tone_is_heard_while_its_duty_is_not_zero():
    bench = fake_bench()
    assert bench.picture().tone_hz == 0
    bench.station.pwm[15] = (880, 32768)
    assert bench.picture().tone_hz == 880
    bench.station.pwm[15] = (880, 0)
    assert bench.picture().tone_hz == 0


def test_a_plain_buzzer_has_one_tone_and_a_station_may_have_none():
    bench = fake_bench(buzzer={"kind": "plain", "pin": 15})
    bench.station.pins[15] = 1
    assert bench.picture().tone_hz == 1000
    assert fake_bench(buzzer=None).picture().tone_hz == 0


def test_the_answer_lights_of_a_reader_are_seen():
    bench = fake_bench()
    bench.station.pins[20] = 1
    assert bench.picture().answers == {"reader-1": ("ok",)}


def test_a_station_that_halted_has_power_no_more_than_one_that_is_off():
    bench = fake_bench()
    for state, power in {"running": True, "starting": True, "halted": False, "off": False}.items():
        bench.station.state = state
        assert bench.picture().power is power


def test_what_there_is_to_pull_and_to_tap_comes_from_the_config():
    about = fake_bench().about()
    assert [(i.name, i.does, i.category) for i in about.inputs] == [
        ("cord-1", "call", "quality"),
        ("restart", "restart", ""),
    ]
    assert (about.path, about.light, about.lights) == (PATH, "tower", ("red", "yellow", "green"))
    assert (about.buzzer, about.permit) == (True, True)


# Hands


async def test_a_press_makes_and_breaks_the_contact_at_its_active_level():
    bench = fake_bench()
    await bench.press("cord-1")
    await bench.press("restart")
    assert bench.station.done == [("bounce", 2, 0), ("bounce", 2, 1), ("bounce", 3, 1), ("bounce", 3, 0)]
    assert bench.pulled == set()


async def test_a_cord_is_held_until_it_is_released():
    bench = fake_bench()
    await bench.move("cord-1", True)
    assert bench.picture().pulled == ("cord-1",)
    await bench.move("cord-1", False)
    assert bench.picture().pulled == ()


async def test_without_power_nothing_can_be_pulled_but_everything_let_go():
    bench = fake_bench()
    await bench.move("cord-1", True)
    bench.hold("reader-1", "04a1b2c3")
    bench.station.state = "off"
    with pytest.raises(BenchError, match="put its plug back"):
        await bench.move("restart", True)
    with pytest.raises(BenchError, match="put its plug back"):
        bench.hold("reader-1", "04a1b2c3")
    await bench.move("cord-1", False)
    bench.take_away("reader-1")
    assert (bench.pulled, bench.held) == (set(), {})


async def test_the_wire_of_a_supervised_loop_can_be_cut_shorted_and_mended():
    cord = {"name": "cord-1", "kind": "loop", "pin": 26, "rest": 32768, "pulled": 21845, "does": "cancel"}
    one = fake_bench(inputs=[cord])
    bench = VirtualBench([one])
    assert one.about().inputs[0].loop
    await bench.pull(PATH, "cord-1")
    await bench.wire(PATH, "cord-1", "open")
    assert one.picture().wires == {"cord-1": "open"}
    await bench.release(PATH, "cord-1")  # a hand behind a cut wire
    await bench.wire(PATH, "cord-1", "short")
    await bench.wire(PATH, "cord-1", "")
    assert [said["u16"] for _, said in one.station.done] == [21845, 65535, 0, 32768]
    assert one.picture().wires == {} and one.picture().pulled == ()


async def test_a_plain_contact_would_not_notice_a_cut_wire():
    with pytest.raises(BenchError, match="plain contact"):
        await VirtualBench([fake_bench()]).wire(PATH, "restart", "open")


def test_an_input_is_found_by_what_it_does():
    assert fake_bench().input_that("restart") == "restart"
    assert fake_bench().input_that("cancel") is None


async def test_what_the_bench_does_not_have_is_named():
    bench = VirtualBench([fake_bench()])
    for doing in (bench.pull(PATH, "cord-9"), bench.tap(PATH, "reader-9", "04"), bench.pull("a/b/c/d", "cord-1")):
        with pytest.raises(KeyError):
            await doing


async def test_a_tap_lays_the_card_down_and_takes_it_away():
    one = fake_bench()
    await VirtualBench([one]).tap(PATH, "reader-1", "04a1b2c3")
    assert one.station.done == [("card", "reader-1", "04a1b2c3"), ("card", "reader-1", None)]


async def test_plugs():
    one = fake_bench()
    bench = VirtualBench([one])
    await bench.network(PATH, False)
    await bench.power(PATH, False)
    assert (one.picture().network, one.picture().power) == (False, False)
    await bench.power(PATH, True)
    assert one.picture().power is True


async def test_a_station_that_does_not_come_back_says_why():
    one = fake_bench()
    one.station.broken = True
    with pytest.raises(BenchError, match="it said nothing"):
        await VirtualBench([one]).power(PATH, True)


async def test_an_observer_sees_each_change_once_and_leaves_nothing_behind():
    one = fake_bench(light=dict(CONFIG["light"], active="high"))
    pictures = VirtualBench([one]).observe(PATH)
    first = await anext(pictures)
    one.station.set(99, 1)  # a pin that is in no picture
    one.station.set(12, 0)
    second = await asyncio.wait_for(anext(pictures), 5)
    assert (first.lights["green"], second.lights["green"]) == (True, False)
    one.plug(False)  # a hand, which says nothing by the wire
    assert (await asyncio.wait_for(anext(pictures), 5)).network is False
    await pictures.aclose()
    assert one.station.observers == []
