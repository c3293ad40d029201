"""The real station, in which a task blocks after a second. Its watchdog bites after one."""

import asyncio


def main(root, extra_tasks=()):
    import main as station
    from station import app

    app._WATCHDOG_MS = 1000
    tasks = list(extra_tasks)
    tasks.append(_block)
    station.main(root, tasks)


async def _block():
    await asyncio.sleep_ms(1000)
    while True:
        pass
