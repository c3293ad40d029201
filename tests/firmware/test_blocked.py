"""A contact while the flash is erased, which on a board masks the interrupts and stops everything for 45 ms.

On MicroPython the flash below littlefs is the slow one; CPython has none, and there the same things must come about.
"""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio
import time

from pullcord.sim.harness import CORD, RESTART, Harness

SECOND = 1000
ERASE_MS = 45


class Hand:
    """Moves a contact at set times. What happens while an erase holds everything up is seen only when it is over."""

    def __init__(self, line):
        self._line = line
        self._edges = []
        self.erases = []
        if line.flash is not None:
            line.flash.erase_ms = ERASE_MS
            erase = line.flash.erase

            def erases(block):
                erase(block)
                self.erases.append(line.app.uptime.ms() if line.app else 0)
                self.move()

            line.flash.erase = erases

    def pulse(self, after_ms, long_ms):
        now = self._line.app.uptime.ms()
        self._edges = [(now + after_ms, 0), (now + after_ms + long_ms, 1)]

    def move(self):
        now = self._line.app.uptime.ms() if self._line.app else 0
        due = [edge for edge in self._edges if edge[0] <= now]
        if due:
            self._edges = self._edges[len(due) :]
            self._line.world.set_pin(CORD, due[-1][1])

    async def keep_moving(self):
        while True:
            self.move()
            await asyncio.sleep_ms(1)


def at_consolidation(line, action):
    """`action()` at the start of each move of the events from the slots into a segment."""
    journal = line.app.journal
    consolidate = journal._consolidate

    def consolidates():
        action()
        yield from consolidate()

    journal._consolidate = consolidates


async def fill(line):
    """Events until the slots are full and were emptied."""
    for number in range(17):
        line.app.fault("a test", "event %d" % number, "")
        await asyncio.sleep_ms(300)


def test_a_pulse_that_falls_wholly_into_a_consolidation_is_a_call():
    line = Harness(harness.config(readers=[]))
    hand, offsets = Hand(line), list(range(0, 120, 10))

    async def script(line):
        moving = asyncio.create_task(hand.keep_moving())
        await asyncio.sleep_ms(3 * SECOND)
        missed = []
        for offset in offsets:
            begun = []
            at_consolidation(line, lambda offset=offset, begun=begun: begun or begun.append(hand.pulse(offset, 50)))
            await fill(line)
            await asyncio.sleep_ms(SECOND)
            assert begun, "the slots did not fill"
            call = line.app.station.andon.calls.get("quality")
            if call is None or not call.open():
                missed.append(offset)
            else:
                line.plant.command("resolve", call.id)
            await asyncio.sleep_ms(3 * SECOND)
        moving.cancel()
        return missed

    missed = line.run(script, 900 * SECOND)
    assert missed == [], "missed at offsets %s" % missed
    assert len(line.plant.events("andon.called")) == len(offsets)


def test_a_spike_while_an_event_is_recorded_neither_calls_nor_lets_the_line_run():
    """A relay that falls off kicks what lies beside its wire, just when the call that let it fall is recorded."""
    line = Harness(harness.config(readers=[]))

    async def record_with_a_spike(line, pin):
        append, spikes = line.app.journal.append, [pin]

        def appends(*event):
            time.sleep_ms(40)
            if spikes:
                for level in (0, 1):
                    line.world.set_pin(spikes[0], level)
                spikes.pop()
            time.sleep_ms(2)
            return append(*event)

        line.app.journal.append = appends
        line.app.fault("a test", "an event", "")
        await asyncio.sleep_ms(2 * SECOND)
        line.app.journal.append = append
        assert spikes == []

    async def script(line):
        await asyncio.sleep_ms(3 * SECOND)
        await record_with_a_spike(line, RESTART)
        assert not line.app.station.permit(), "a fresh board waits for a hand"
        await record_with_a_spike(line, CORD)
        return line.plant.events("andon.called")

    assert line.run(script, 60 * SECOND) == []
