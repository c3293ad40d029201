"""How soon a card that enters the field of a reader is answered by its light, and what a large table costs."""

import asyncio
import contextlib
import copy
import random
from typing import Any

from pullcord.sim.process import ERASE_MS
from pullcord.sim.stimuli import percentiles
from tests.benchmarks import _station
from tests.benchmarks._station import Observed, PlantSide, card_uid, plant_side, station

STATIONS = 4
TAPS = 40  # a station, in each of the two situations
FEW, CARDS = 10, 10_000
ANSWER_S = 3.0
HOLD_S = (0.2, 0.5)
PAUSE_S = (0.2, 0.5)

HOW = (
    f"{STATIONS} stations on {{runtime}} (the fullest of the example plant with a signal reader, its firmware as .mpy "
    f"files, {ERASE_MS} ms a flash erase), Mosquitto and the line service on this machine. The firmware's MFRC522 "
    "driver over the model of the chip, at the chip's own times on the air; its SPI takes no time here (on a board 2 "
    f"to 3 ms a look). {TAPS} taps a station and situation at random moments, each with another card of a table of "
    f"{CARDS:,} on its littlefs: from the card entering the field, on the host's clock, to the host seeing the pin of "
    "the ok light, which waits for the record. Connected, and with the plug pulled. Heap: in use after gc.collect() "
    f"less the simulator's share, at the second boot and after three taps, with {FEW} cards and with {CARDS:,}."
)


class Hand:
    """Lays cards on one station's reader. `seconds`: from the card to the light."""

    def __init__(self, seen: Observed, seed: int, cards: int) -> None:
        self.seen = seen
        self.seconds: list[float] = []
        self._random = random.Random(seed)
        self._cards = self._random.sample(range(cards), min(cards, 3 * TAPS))
        item = seen.bench.config["readers"][0]
        self._name, self._pin = item["name"], item["pins"]["ok"]

    async def taps(self, count: int) -> None:
        for _ in range(count):
            await self._tap(card_uid(self._cards.pop()))

    async def _tap(self, uid: str) -> None:
        process = self.seen.station
        await process.wait_pin(self._pin, 0, ANSWER_S)
        lit = asyncio.ensure_future(process.wait_pin(self._pin, 1, ANSWER_S))
        await asyncio.sleep(self._random.uniform(*PAUSE_S))
        entered = process.card(self._name, uid)
        self.seconds.append(await lit - entered)
        await asyncio.sleep(self._random.uniform(*HOLD_S))
        process.card(self._name, None)


def run() -> dict[str, Any]:
    return asyncio.run(_measure())


async def _measure() -> dict[str, Any]:
    readers = [dict(copy.deepcopy(_station.fullest().config["readers"][0]), role="signal")]
    async with plant_side() as plant:
        heaps = {count: await _heap(plant, count, readers) for count in (FEW, CARDS)}
        async with contextlib.AsyncExitStack() as stack:
            made = [station(plant, name=f"st-{n}", cards=CARDS, readers=readers) for n in range(STATIONS)]
            hands = [Hand(await stack.enter_async_context(seen), n, CARDS) for n, seen in enumerate(made)]
            await asyncio.gather(*(hand.taps(TAPS) for hand in hands))
            connected = _taken(hands)
            for hand in hands:
                hand.seen.bench.plug(False)
            await asyncio.gather(*(hand.taps(TAPS) for hand in hands))
            cut_off = _taken(hands)
            runtime = str(hands[0].seen.station.runtime)
    both = percentiles(connected + cut_off)
    figures = {
        "p50_ms": both["p50"],
        "p99_ms": both["p99"],
        "slowest_ms": round(1000 * max(connected + cut_off), 1),
        "connected_ms": percentiles(connected),
        "cut_off_ms": percentiles(cut_off),
        "taps": len(connected) + len(cut_off),
        "cards": CARDS,
        f"heap_{FEW}_cards_bytes": heaps[FEW],
        f"heap_{CARDS}_cards_bytes": heaps[CARDS],
    }
    return {"figures": figures, "how": HOW.format(runtime=runtime)}


async def _heap(plant: PlantSide, count: int, readers: list[dict[str, Any]]) -> int:
    """At the second boot: at the first, the new config is judged, and the names of its rules stay in memory."""
    async with station(plant, name=f"heap-{count}", cards=count, readers=readers) as seen:
        await seen.station.cut_power()
        await seen.station.restore_power()
        await Hand(seen, 1, count).taps(3)
        await seen.receipted()
        heap = await seen.station.heap()
        return heap["used"] - int(seen.station.hello["heap_before_app"])


def _taken(hands: list[Hand]) -> list[float]:
    seconds = [value for hand in hands for value in hand.seconds]
    for hand in hands:
        hand.seconds.clear()
    return seconds
