"""Digital inputs: the interrupt says that something moved, a task finds out what."""

import time

from a_board import board

from station.drivers.inputs import Inputs
from station.drivers.outputs import Lights

CORD = {"name": "cord-1", "pin": 2, "active": "low", "pull": "up", "stable_ms": 20}
PULSE = {"name": "pitch", "pin": 3, "active": "high", "pull": "down", "stable_ms": 5}


class Flag:
    def __init__(self):
        self.count = 0

    def set(self):
        self.count += 1


def inputs(*items):
    machine, world, _ = board()
    flag = Flag()
    return Inputs(list(items), machine, flag), world, flag


def test_an_open_contact_is_inactive_and_a_closed_one_active():
    contacts, world, _ = inputs(CORD, PULSE)
    assert contacts.active_now(0) == []
    world.set_pin(2, 0)
    world.set_pin(3, 1)
    assert contacts.active_now(0) == ["cord-1", "pitch"]


def test_what_was_active_at_boot_is_not_reported_again():
    contacts, world, _ = inputs(CORD)
    world.set_pin(2, 0)
    contacts.active_now(0)
    assert contacts.sample(100) == [] and contacts.sample(200) == []
    world.set_pin(2, 1)
    contacts.sample(300)
    assert contacts.sample(320) == [("cord-1", False)]


def test_every_edge_raises_the_flag():
    _, world, flag = inputs(CORD)
    for level in (0, 1, 0):
        world.set_pin(2, level)
    assert flag.count == 3


def test_a_pull_counts_once_it_was_stable_for_the_input_s_own_time():
    contacts, world, _ = inputs(CORD, PULSE)
    world.set_pin(2, 0)
    world.set_pin(3, 1)
    assert contacts.sample(0) == []
    assert contacts.sample(5) == [("pitch", True)]
    assert contacts.sample(19) == []
    assert contacts.sample(20) == [("cord-1", True)]


def test_a_bounce_is_no_pull():
    contacts, world, _ = inputs(CORD)
    for now, level in ((0, 0), (3, 1), (6, 0), (9, 1)):
        world.set_pin(2, level)
        assert contacts.sample(now) == []
    assert contacts.sample(100) == []
    assert contacts.rejected() == {"cord-1": 2}


def pulled_while_all_were_held_up(held_up_ms):
    """(contacts, now) when the cord was let go again, 5 ms after work of so long."""
    contacts, world, _ = inputs(CORD)
    began = time.ticks_ms()
    world.set_pin(2, 0)
    contacts.blind(began - held_up_ms, began)
    time.sleep_ms(5)
    world.set_pin(2, 1)
    return contacts, began + time.ticks_diff(time.ticks_ms(), began)


def test_a_pull_of_which_the_interrupt_came_late_counts_from_when_nobody_could_look():
    contacts, now = pulled_while_all_were_held_up(45)
    assert contacts.sample(now) == [("cord-1", True)]
    assert contacts.sample(now + 20) == [("cord-1", False)]


def test_a_spike_while_nobody_looked_is_no_pull_whenever_it_came():
    contacts, world, _ = inputs(CORD)
    for levels in ((0, 1), (0, 1, 0, 1)):
        now = time.ticks_ms()
        for level in levels:
            world.set_pin(2, level)
        contacts.blind(now - 45, now)
        assert contacts.sample(now) == []
        assert contacts.sample(now + 50) == []
        time.sleep_ms(30)
        world.set_pin(2, 0)
        world.set_pin(2, 1)
        contacts.blind(now + 55, now + 100)
        assert contacts.sample(now + 100) == []


def test_a_pull_behind_a_spike_counts_from_its_own_beginning():
    contacts, world, _ = inputs(CORD)
    now = time.ticks_ms()
    for level in (0, 1, 0):
        world.set_pin(2, level)
    assert contacts.sample(now) == []
    assert contacts.sample(now + 19) == [] and contacts.sample(now + 25) == [("cord-1", True)]


def test_work_that_is_shorter_than_an_erase_held_nothing_up():
    contacts, now = pulled_while_all_were_held_up(22)
    assert contacts.sample(now) == [] and contacts.sample(now + 50) == []


def test_a_pull_that_lasts_when_all_were_held_up_counts_at_once():
    contacts, world, _ = inputs(CORD)
    now = time.ticks_ms()
    world.set_pin(2, 0)
    contacts.blind(now - 91, now - 46)
    contacts.blind(now - 45, now)
    assert contacts.sample(now) == [("cord-1", True)]
    world.set_pin(2, 1)
    assert contacts.sample(now + 10) == [] and contacts.sample(now + 30) == [("cord-1", False)]


def test_a_contact_that_moves_after_all_were_held_up_has_to_be_stable():
    contacts, world, _ = inputs(CORD)
    now = time.ticks_ms()
    contacts.blind(now - 145, now - 100)
    world.set_pin(2, 0)
    assert contacts.sample(now + 1) == []
    world.set_pin(2, 1)
    assert contacts.sample(now + 10) == [] and contacts.rejected() == {"cord-1": 1}


def test_letting_go_while_all_are_held_up_is_one_release():
    contacts, world, _ = inputs(CORD)
    now = time.ticks_ms()
    world.set_pin(2, 0)
    contacts.sample(now)
    assert contacts.sample(now + 20) == [("cord-1", True)]
    for level in (1, 0, 1):
        world.set_pin(2, level)
    contacts.blind(now + 20, now + 65)
    assert contacts.sample(now + 66) == [] and contacts.sample(now + 90) == [("cord-1", False)]


def test_it_is_looked_at_often_only_while_a_contact_moves():
    contacts, world, _ = inputs(CORD)
    assert contacts.wait_ms(0) is None
    world.set_pin(2, 0)
    contacts.sample(0)
    assert contacts.wait_ms(0) == 5
    assert contacts.wait_ms(18) == 2
    assert contacts.wait_ms(20) == 1
    contacts.sample(20)
    assert contacts.wait_ms(20) is None


def test_without_settings_an_input_has_a_pull_up_and_20_ms():
    contacts, world, _ = inputs({"name": "ack", "pin": 4, "active": "low"})
    assert world.levels[4] == 1
    world.set_pin(4, 0)
    contacts.sample(0)
    assert contacts.sample(19) == [] and contacts.sample(20) == [("ack", True)]


def test_an_interrupt_takes_no_memory():
    import asyncio

    import micropython

    lock, unlock = [getattr(micropython, name, lambda: None) for name in ("heap_lock", "heap_unlock")]

    class Pin:
        def __init__(self):
            self.level = 0

        def value(self, level=None):
            if level is not None:
                self.level = level
            return self.level

    machine, _, _ = board()
    lights = Lights({"yellow": 11}, "high", machine)
    lamp = lights.outputs["yellow"]._pin = Pin()
    lights._shown_at = time.ticks_add(time.ticks_ms(), -10000)
    contacts = Inputs([dict(CORD, does="call"), PULSE], machine, asyncio.ThreadSafeFlag(), lights.felt)
    pin = contacts._inputs[0][1] = Pin()
    lock()
    try:
        for pin.level in (0, 1, 0):
            contacts._edge(pin)
    finally:
        unlock()
    assert contacts._inputs[0][4] is not None and lamp.level == 1
