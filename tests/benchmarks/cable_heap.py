"""How much memory a station takes that speaks by its USB cable."""

import asyncio
import contextlib
import copy
from typing import Any

from pullcord.firmware.compiled import OPTIONS, compiled
from pullcord.line import accounts, address
from pullcord.plant.secret_store import Secrets
from pullcord.sim import wires
from pullcord.sim.bench import StationBench
from pullcord.sim.process import VirtualStation
from pullcord.usb.gateway import Gateway
from tests.benchmarks._cabled import CabledRuntime
from tests.benchmarks._station import (
    FIRMWARE,
    Observed,
    a_board_like_runtime,
    board_objects,
    fullest,
    plant_side,
)

HEAP_KIB = 320
SAMPLES, PAUSE_S = 9, 0.3

HOW = (
    "As `footprint` counts `heap_connected_bytes`: 32-bit MicroPython, the firmware as .mpy files (mpy-cross "
    "{options}), the fullest station of the example plant with `link: usb`, in use after gc.collect() at the second "
    "boot, a call open and receipted (the median of {samples}), less what the simulator took (modules before the app, "
    "{before} bytes, and its pins, PWM, watchdog and wire, {board} bytes). Mosquitto, the line service and the gateway "
    "at the other end of its console."
)


def run() -> dict[str, Any]:
    figures, before, board = asyncio.run(_measure())
    return {
        "figures": figures,
        "how": HOW.format(samples=SAMPLES, options=" ".join(OPTIONS), before=before, board=board),
    }


async def _measure() -> tuple[dict[str, Any], int, int]:
    async with plant_side() as plant:
        board = await board_objects(plant)
        source = fullest()
        config = copy.deepcopy(source.config) | {"link": {"kind": "usb"}}
        runtime = CabledRuntime.of(a_board_like_runtime())
        process = VirtualStation(
            "st-04",
            plant.folder / "st-04",
            config=config,
            runtime=runtime,
            cards=[(card.uid, card.loop, card.here, card.state) for card in source.cards],
            around=wires.at_rest(config),
            heap_kib=HEAP_KIB,
            firmware=await asyncio.to_thread(compiled, FIRMWARE),
        )
        gateway = Gateway(accounts.of_address(address.read(plant.broker), Secrets), lambda status: None)
        serving = asyncio.create_task(gateway.serve([runtime.port]))
        try:
            async with process:
                seen = Observed(config["station"], StationBench(process, config), plant)
                await seen.receipted()
                await process.cut_power()
                await process.restore_power()
                await seen.until(lambda state: state["boot"] == 2)
                await seen.bench.move("cord-1", True)
                await seen.until(lambda state: bool(state["calls"]))
                await seen.bench.move("cord-1", False)
                await seen.receipted()
                used = await _in_use(process)
        finally:
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving
    before = int(process.hello["heap_before_app"])
    return {"heap_connected_bytes": used - before - board}, before, board


async def _in_use(process: VirtualStation) -> int:
    """The median: a message that is on its way just now is there twice."""
    found = []
    for _ in range(SAMPLES):
        await asyncio.sleep(PAUSE_S)
        found.append((await process.heap())["used"])
    return sorted(found)[SAMPLES // 2]
