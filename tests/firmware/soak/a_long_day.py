"""Hours of a busy station in virtual time, with everything going wrong in each of them. Runs on both Pythons.

200 calls an hour: a press, a lamp, an acknowledgement, a resolution, a restart where the line stopped, and cards in
between. Each hour brings the network down, restarts the plant, drops events, sends rubbish and breaks drivers.
"""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio
import gc
import json

from pullcord.sim.boxed_plant import BoxedPlant
from pullcord.sim.harness import ACK, BUTTON, CARD, CORD, OTHER_CARD, RESTART, Harness

SECOND = 1000
CALLS_AN_HOUR = 200
SLOT_MS = 18 * SECOND
RESOLVE = 6
MARK_S = 5
FELT_WITHIN_MS = 200
SETTLED_MS = 120 * SECOND
RUBBISH = (b"", b"null", b"[" * 3000, b"\xff\xfe", b"x" * 6000, b'{"id":"a","do":[],"expires":{}}')


class CountingPlant(BoxedPlant):
    """Takes events in order, compares calls with the presses that a hand made, and keeps nothing that grows."""

    def __init__(self):
        super().__init__()
        self.pressed = []
        self.calls = self.lost = self.invented = self.faults = 0
        self._early = {}

    def _record(self, line, body):
        event = json.loads(body)
        journal, number = event["id"].split("-")
        through = self.through.get(journal, 0)
        if int(number) > through:
            self._early[int(number)] = event
        while through + 1 in self._early:
            through += 1
            self._count(self._early.pop(through))
        self.through[journal] = through
        self.receipt(line, journal)

    def _count(self, event):
        kind = event["type"][9:-3]
        self.faults += kind == "station.faulted"
        if kind != "andon.called":
            return
        self.calls += 1
        for i, (category, at) in enumerate(self.pressed):
            if category == event["data"]["call"] and 0 <= event["uptime"] - at <= FELT_WITHIN_MS:
                self.lost += i
                del self.pressed[: i + 1]
                return
        self.invented += 1


class LongDay(Harness):
    """`heap`: bytes that the station had in use after a collection, at the end of each hour."""

    def __init__(self, cells=None):
        made = harness.config()
        made["andon"]["mark"]["delay_s"] = MARK_S
        made["inputs"].append(dict(made["inputs"][2], name="resolve", pin=RESOLVE, does="resolve"))
        super().__init__(made, cells=cells)
        self.plant = CountingPlant()
        self.heap = []

    def play(self, hours, calls_an_hour=CALLS_AN_HOUR):
        """Figures of so many hours; `calls_an_hour` below 200 makes them shorter, with the same faults."""

        async def script(line):
            await asyncio.sleep_ms(SECOND)
            await line.press(RESTART)
            for hour in range(hours):
                for call in range(calls_an_hour):
                    await self._call(call, call * CALLS_AN_HOUR // calls_an_hour)
                await self._settle()
                print("hour %d: %d calls, %d bytes in use" % (hour + 1, self.plant.calls, self.heap[-1]))
            return True

        gc.collect()
        self._before = gc.mem_alloc()
        limit_ms = hours * (calls_an_hour * SLOT_MS + 2 * SETTLED_MS)
        assert self.run(script, limit_ms), "the hours took longer than %d s" % (limit_ms // SECOND)
        plant = self.plant
        return {
            "calls": hours * calls_an_hour,
            "lost": plant.lost + len(plant.pressed),
            "duplicates": plant.invented,
            "faults": plant.faults,
            "reconnects": self.app.uplink.reconnects,
            "heap": self.heap,
        }

    def _tell(self, message):
        """Nobody asks for the outputs, and they would take memory."""

    async def _call(self, number, slot):
        """One call from the press to the resolution, in the time of a slot; `slot` of the hour chooses the fault."""
        end = self.app.uptime.ms() + SLOT_MS
        await self._fault(slot)
        pin, category = ((CORD, "quality"), (BUTTON, "material"))[number % 2]
        self.plant.pressed.append((category, self.app.uptime.ms()))
        await self.press(pin)
        await asyncio.sleep_ms(2 * SECOND)
        await self.press(ACK)
        await asyncio.sleep_ms(MARK_S * SECOND)
        await self.press(RESOLVE)
        await self.press(RESTART)
        if number % 5 == 0:
            await self.tap(CARD if number % 2 else OTHER_CARD)
        await asyncio.sleep_ms(max(0, end - self.app.uptime.ms()))

    async def _fault(self, slot):
        plant, world = self.plant, self.world
        plant.reachable = not 20 <= slot < 30
        plant.deaf = 70 <= slot < 76
        world.reader("reader-1", not 110 <= slot < 116)
        world.network(not 150 <= slot < 153)
        if slot == 50:
            await self._restart_plant()
        elif slot == 90:
            await self._send_rubbish()
        elif slot == 130:
            await self._break("journal", "append", OSError(5))
        elif slot == 140:
            await self._break("inputs", "sample", ValueError("a pin that is none"))
        elif slot == 145:
            await self._break("lights", "show", OSError(19))

    async def _restart_plant(self):
        plant = self.plant
        plant.reachable = False
        if plant._line is not None:
            plant._line.close()
        await asyncio.sleep_ms(3 * SECOND)
        plant.session += "'" if len(plant.session) < 20 else ""
        plant.reachable = True

    async def _send_rubbish(self):
        for payload in RUBBISH:
            for suffix in ("command", "config", "cards", "receipt/x"):
                self.plant.deliver(suffix, payload)
                await asyncio.sleep_ms(50)

    async def _break(self, part, name, error):
        """For a second and a half a driver only raises; no hand is at the station meanwhile."""
        its_part = getattr(self.app, part)
        kept = getattr(its_part, name)

        def fails(*arguments):
            raise error

        setattr(its_part, name, fails)
        await asyncio.sleep_ms(SECOND)
        setattr(its_part, name, kept)
        await asyncio.sleep_ms(2 * SECOND)

    async def _settle(self):
        """Until the plant has everything; then look at the heap."""
        app, end = self.app, self.app.uptime.ms() + SETTLED_MS
        while app.journal.depth or app.station.drafts or app.station.lost:
            assert app.uptime.ms() < end, "%d events are not with the plant" % app.journal.depth
            await asyncio.sleep_ms(SECOND)
        await asyncio.sleep_ms(5 * SECOND)
        gc.collect()
        self.heap.append(gc.mem_alloc() - self._before)


def growth_percent(heap):
    """Of the last hour over the first, 0 where it shrank or where the runtime does not tell (CPython)."""
    return max(0.0, 100.0 * (heap[-1] - heap[0]) / heap[0]) if heap[0] else 0.0
