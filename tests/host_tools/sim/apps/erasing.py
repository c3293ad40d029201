"""An app that writes without a pause and lights 11 when the contact at 2 interrupted it meanwhile. 10: it writes."""

import asyncio

import machine

FILES = 60


def main(root, extra_tasks=()):
    asyncio.run(_main(root, extra_tasks))


async def _main(root, extra_tasks):
    for task in extra_tasks:
        asyncio.create_task(task())
    levels = []
    contact = machine.Pin(2, machine.Pin.IN, machine.Pin.PULL_UP)
    contact.irq(lambda pin: levels.append(pin()))
    await asyncio.sleep_ms(100)
    machine.Pin(10, machine.Pin.OUT, value=1)
    for number in range(FILES):
        with open(root + "file", "w") as file:
            file.write("x" * 4096 + str(number))
        if levels[-1:] == [1]:
            machine.Pin(11, machine.Pin.OUT, value=1)
            break
    while True:
        await asyncio.sleep(1)
