"""How much memory the station takes on a board."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pullcord.firmware.compiled import OPTIONS, compiled
from pullcord.sim.process import StationFailed
from tests.benchmarks._shift import MINUTES, Shift
from tests.benchmarks._station import FIRMWARE, Observed, PlantSide, board_objects, plant_side, station
from tests.benchmarks.apps.hurried import SPEED

ROOMY_KIB = 320
COARSE_KIB = (80, 96, 112, 128, 144, 160, 192, 224)
FINE_KIB = 4
EVENTS = 80  # a shift that recorded fewer was not the whole one

HOW = (
    "32-bit MicroPython {version}, the firmware as .mpy files (mpy-cross {options}), the fullest station of "
    "the example plant, Mosquitto and the line service. In use after gc.collect(), less what the simulator took: "
    "its modules and flash before the app was imported ({before} bytes) and its pins, PWM, watchdog, radio and wire "
    "when they are used ({board} bytes; on a board all these are in its image, and littlefs takes 2 KiB for its "
    "buffers); asyncio counts. Connected: journal "
    "open, a call open and receipted. Peak: the most that was in use after a gc.collect() every second in "
    f"{MINUTES} minutes, played {SPEED} times as fast: three open calls, stops, escalations, cards, takt, "
    "commands, a network cut of two minutes and its backlog. Smallest process heap: of the whole process, the "
    f"simulator included, in which the same {MINUTES} minutes pass without a fault, a restart or an event that is "
    f"not recorded; in steps of {FINE_KIB} KiB. Smallest heap: the same less what the simulator took. "
    "mpy: all files of firmware/, also those that this station does not "
    "load."
)


def run() -> dict[str, Any]:
    figures, hello, board = asyncio.run(_measure())
    simulator_kib = (hello["heap_before_app"] + board) // 1024
    figures["smallest_heap_kib"] = figures["smallest_process_heap_kib"] - simulator_kib
    files = list(compiled(FIRMWARE).rglob("*.mpy"))
    figures["mpy_bytes"] = sum(file.stat().st_size for file in files)
    how = HOW.format(
        version=hello["runtime"].split()[-1], before=hello["heap_before_app"], board=board, options=" ".join(OPTIONS)
    )
    return {"figures": figures, "how": how}


async def _measure() -> tuple[dict[str, Any], dict[str, Any], int]:
    """The figures, the station's hello, and the bytes that the simulator's objects take when they are used."""
    async with plant_side() as plant:
        board = await board_objects(plant)
        async with station(plant, ROOMY_KIB) as seen:
            connected, hello = await _connected(seen), seen.station.hello
    figures = {
        "heap_connected_bytes": connected - board,
        "heap_peak_bytes": await _peak() - board,
        "smallest_process_heap_kib": await _smallest(),
    }
    return figures, hello, board


async def _connected(seen: Observed) -> int:
    """At the second boot: at the first, the new config is judged, and the names of its rules stay in memory."""
    await seen.station.cut_power()
    await seen.station.restore_power()
    await seen.bench.move("cord-1", True)
    await seen.until(lambda state: bool(state["calls"]))
    await seen.bench.move("cord-1", False)
    await seen.receipted()
    return await _in_use(seen)


async def _in_use(seen: Observed) -> int:
    heap = await seen.station.heap()
    return heap["used"] - int(seen.station.hello["heap_before_app"])


async def _peak() -> int:
    most = 0
    async with plant_side(SPEED) as plant, station(plant, ROOMY_KIB, app="hurried") as seen:

        async def look() -> None:
            nonlocal most
            most = max(most, await _in_use(seen))

        await Shift(seen, look).play()
    return most


async def _smallest() -> int:
    """KiB; several heaps are tried at once, roughly and then finely."""
    enough = await _first_that_is_enough(COARSE_KIB)
    below = max((size for size in COARSE_KIB if size < enough), default=0)
    finer = range(below + FINE_KIB, enough, FINE_KIB) if below else ()
    return await _first_that_is_enough([*finer, enough]) if finer else enough


async def _first_that_is_enough(sizes: Sequence[int]) -> int:
    """From this one on all larger ones were enough too."""
    async with plant_side(SPEED) as plant:
        troubles = await asyncio.gather(*(_trouble(plant, size) for size in sizes))
    for size, trouble in zip(sizes, troubles, strict=True):
        print(f"footprint: {size} KiB: {trouble or 'enough'}", flush=True)
    failed = [index for index, trouble in enumerate(troubles) if trouble]
    first = failed[-1] + 1 if failed else 0
    if first == len(sizes):
        raise RuntimeError(f"a heap of {sizes[-1]} KiB is not enough: {troubles[-1]}")
    return sizes[first]


async def _trouble(plant: PlantSide, heap_kib: int) -> str:
    """What went wrong in the ten minutes with this heap; "" when nothing did."""
    try:
        async with station(plant, heap_kib, f"heap-{heap_kib}", app="hurried") as seen:
            await Shift(seen).play()
            events = seen.events()
            faults = [event["data"]["error"] for event in events if event["type"] == "pullcord.station.faulted.v1"]
            said = seen.station.log_tail(1000)
            if "MemoryError" in said or faults or len(seen.station.boots) > 1:
                return f"boots {seen.station.boots}, {len(faults)} faults {faults[:1]}, said: {said.splitlines()[-1]}"
            return "" if len(events) >= EVENTS else f"only {len(events)} events"
    except (StationFailed, TimeoutError) as failed:
        return str(failed).splitlines()[-1]
