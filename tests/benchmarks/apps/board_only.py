"""Not the station: only the board's objects that it asks for, and the simulator's wire.

So their memory can be told from the station's.

On a board they are in its image; here they are the simulator's.
"""

import asyncio
import gc
import json


def main(root, extra_tasks=()):
    asyncio.run(_all(root, extra_tasks))


async def _all(root, extra_tasks):
    import machine
    import network

    # all of asyncio that the station uses: that is the station's
    for _ in (asyncio.Event, asyncio.ThreadSafeFlag, asyncio.StreamReader, asyncio.wait_for_ms):
        await asyncio.sleep_ms(0)

    with open(root + "config.json") as file:
        config = json.load(file)
    gc.collect()
    before = gc.mem_alloc()
    objects = [_input(machine, item["pin"]) for item in config["inputs"]]
    outputs = list(config["light"]["pins"].values())
    outputs.append(config["permit"]["pin"])
    for item in config["readers"]:
        outputs += item.get("pins", {}).values()
    objects += [machine.Pin(pin, machine.Pin.OUT, value=0) for pin in outputs]
    objects.append(machine.PWM(machine.Pin(config["buzzer"]["pin"]), freq=1000, duty_u16=0))
    objects.append(machine.WDT(timeout=8000))
    objects.append(network.WLAN(network.STA_IF))
    objects[-1].active(True)
    for make in extra_tasks:
        asyncio.create_task(make())
    await asyncio.sleep_ms(200)
    gc.collect()
    print("board objects:", gc.mem_alloc() - before)
    while True:
        objects[-2].feed()
        await asyncio.sleep_ms(100)


def _input(machine, number):
    pin = machine.Pin(number, machine.Pin.IN, machine.Pin.PULL_UP)
    pin.irq(_nothing, machine.Pin.IRQ_RISING | machine.Pin.IRQ_FALLING)
    return pin


def _nothing(pin):
    pass
