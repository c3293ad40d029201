"""All faults of delivery at once, overlapping at random, for ten hours of a station's time."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio
import random

import pytest

from pullcord.sim.harness import ACK, BUTTON, Harness

MINUTE = 60_000
HOURS = 10
TROUBLES = ("no name", "password", "no acks", "no receipts", "slow")
SWITCHES = ("unreachable", "deaf")


class RoughHours:
    """Calls by hand, faults by chance; `pulled` counts hands, `confirmed` holds the ids of calls that were stored."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.pulled, self.confirmed, self.happened = 0, set(), set()
        resolve = {"name": "resolve", "pin": ACK, "does": "resolve"}
        contact = {"active": "low", "pull": "up", "stable_ms": 20, "stuck_s": 60}
        material = {"name": "material", "pin": BUTTON, "does": "call", "category": "material", "via": "button"}
        inputs = [contact | material, contact | resolve]
        self.line = Harness(harness.config(inputs=inputs, readers=[]))

    def play(self, hours):
        gone = 0
        while gone < hours * 60 * MINUTE:
            length = int(self.chance.uniform(0.2, 25) * MINUTE)
            self.line.run(self._rough, length)
            self._pass(length)
            gone += length
        self.line.run(self._healed, 60 * MINUTE)

    def _pass(self, length):
        """The power was cut. What was felt in the last moment may be stored or not."""
        self.line.plant.before_ms += length + 5000
        for pin in (BUTTON, ACK):
            self.line.world.set_pin(pin, 1)

    async def _rough(self, line):
        tasks = [asyncio.create_task(self._trouble(name)) for name in TROUBLES + SWITCHES]
        tasks += [asyncio.create_task(self._strokes())]
        try:
            while True:
                await self._work(line)
                await asyncio.sleep_ms(self.chance.randrange(500, 40_000))
        finally:
            for task in tasks:
                task.cancel()

    async def _work(self, line):
        self.pulled += "material" not in line.app.station.andon.calls
        await line.press(BUTTON)
        call = line.app.station.andon.calls["material"]
        while not call.id:
            await asyncio.sleep_ms(20)
        self.confirmed.add(call.id)
        while "material" in line.app.station.andon.calls:
            await line.press(ACK)
            await asyncio.sleep_ms(500)

    async def _trouble(self, name):
        """It comes and goes, for seconds or minutes."""
        plant = self.line.plant
        while True:
            await asyncio.sleep_ms(self.chance.randrange(20_000, 400_000))
            self._set(plant, name, True)
            self.happened.add(name)
            await asyncio.sleep_ms(self.chance.randrange(100, 90_000))
            self._set(plant, name, False)

    def _set(self, plant, name, wrong):
        if name == "unreachable":
            plant.reachable = not wrong
        elif name == "deaf":
            plant.deaf = wrong
        else:
            (plant.troubles.add if wrong else plant.troubles.discard)(name)

    async def _strokes(self):
        """What happens in a moment: a cut in a packet, another recorder's session, an old database."""
        plant = self.line.plant
        while True:
            await asyncio.sleep_ms(self.chance.randrange(10_000, 200_000))
            kind = self.chance.choice(("cut", "session", "backup"))
            self.happened.add(kind)
            if kind == "cut":
                plant.cut_after = self.chance.randrange(1, 3000)
            else:
                plant.session = f"session-{self.chance.random()}"
            if kind == "backup":
                plant.restore_backup(min(len(plant.arrivals), self.chance.randrange(1, 40)))

    async def _healed(self, line):
        plant = line.plant
        plant.troubles.clear()
        plant.reachable, plant.deaf, plant.cut_after = True, False, None
        while line.app.journal.depth or line.app.station.drafts:
            await asyncio.sleep_ms(1000)

    def audit(self):
        """`lost`, `doubled` and `disordered` as numbers; none of them may be there."""
        plant, journal = self.line.plant, self.line.app.journal
        events = plant.events()
        called = [event["id"] for event in plant.events("andon.called")]
        sequences = sorted(int(event["sequence"]) for event in events)
        moments = [(e["boot"], e["uptime"]) for e in sorted(events, key=lambda event: event["sequence"])]
        return {
            "lost": len(self.confirmed - set(called)) + len(set(range(1, journal.next)) - set(sequences)),
            "doubled": max(0, len(called) - self.pulled) + len(sequences) - len(set(sequences)),
            "disordered": sum(now > later for now, later in zip(moments, moments[1:])),  # noqa: B905, RUF007
        }


@pytest.mark.parametrize("seed", [1])
def test_ten_hours_with_all_faults_at_once(seed):
    rough = RoughHours(seed)
    rough.play(HOURS)
    assert rough.happened == {*TROUBLES, *SWITCHES, "cut", "session", "backup"}
    assert len(rough.confirmed) > 500
    assert rough.line.plant.copies > 500
    assert rough.audit() == {"lost": 0, "doubled": 0, "disordered": 0}
