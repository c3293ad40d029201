"""A small station app for the simulator's own tests; runs on MicroPython and CPython.

Cord at 2 (pressed is 0) counts pulls in a file and toggles the lamp at 10; 3 resets; 4 hangs; 5 ends the
program. A card at reader-1 lights 20. Watchdog: 1 s, fed every 100 ms.
"""

import asyncio
import json

import machine
import rfid_stand_in


def main(root, extra_tasks=()):
    asyncio.run(_main(root, extra_tasks))


async def _main(root, extra_tasks):
    for task in extra_tasks:
        asyncio.create_task(task())
    with open(root + "config.json") as file:
        assert json.load(file)["station"] == "small"
    cause = machine.Pin(30 + machine.reset_cause(), machine.Pin.OUT, value=1)
    lamp = machine.Pin(10, machine.Pin.OUT, value=_count(root) % 2)
    card = machine.Pin(20, machine.Pin.OUT, value=0)
    network = machine.Pin(21, machine.Pin.OUT, value=0)
    flag = asyncio.ThreadSafeFlag()
    pins = [machine.Pin(number, machine.Pin.IN, machine.Pin.PULL_UP) for number in (2, 3, 4, 5)]
    for pin in pins:
        pin.irq(lambda pin: flag.set())
    asyncio.create_task(_feed(machine.WDT(timeout=1000)))
    asyncio.create_task(_watch(rfid_stand_in.Reader("reader-1"), card, network))
    print("running", cause.id)
    held = [pin.id for pin in pins if pin() == 0]
    while True:
        await flag.wait()
        await asyncio.sleep_ms(10)
        for pin in pins:
            if pin() == 0 and pin.id not in held:
                _act(pin.id, root, lamp)
        held = [pin.id for pin in pins if pin() == 0]


async def _feed(watchdog):
    while True:
        watchdog.feed()
        await asyncio.sleep_ms(100)


async def _watch(reader, card, network):
    while True:
        card(await reader.scan() is not None)
        network(machine.world.network_up)
        await asyncio.sleep_ms(20)


def _act(pin, root, lamp):
    if pin == 2:
        count = _count(root) + 1
        with open(root + "count", "w") as file:
            file.write(str(count))
        lamp(count % 2)
    elif pin == 3:
        machine.soft_reset()
    elif pin == 4:
        while True:
            pass
    else:
        raise SystemExit("the app ends")


def _count(root):
    try:
        with open(root + "count") as file:
            return int(file.read())
    except OSError:
        return 0
