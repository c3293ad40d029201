"""What an uplink is wired to, kept in memory. Portable."""

import asyncio

from broker_on_a_string import Broker

from pullcord.sim import virtual_time  # before the firmware: it replaces MicroPython's time
from station.core.delivery import Delivery
from station.health.uptime import Uptime
from station.net.uplink import Uplink

OPTIONS = {"station": "acme/a/l/st-04", "uid": "e661", "host": "10.0.0.1", "port": 1883, "keepalive_s": 15}
ROOT = "pullcord/v1/acme/a/l/st-04/"


class Journal:
    name = "6f1c9a2e41d07b35"

    def __init__(self):
        self.events = {}
        self.next = 1
        self.through = 0
        self.epoch = 0

    def append(self, count=1):
        for _ in range(count):
            self.events[self.next] = b"event-%d" % self.next
            self.next += 1

    def read(self, sequence):
        return self.events[sequence]

    def receipt(self, name, through, epoch):
        if name != self.name or epoch < self.epoch or (epoch == self.epoch and through <= self.through):
            return False
        self.through, self.epoch = through, epoch
        return True


class Network:
    def __init__(self):
        self.works = True
        self.linked = False
        self.downs = 0

    def is_up(self):
        return self.linked and self.works

    def status(self):
        return "up" if self.is_up() else "pulled"

    async def up(self, deadline_ms):
        from station.net.network import NetworkError

        if not self.works:
            raise NetworkError("Wi-Fi did not come up")
        self.linked = True

    async def down(self):
        self.downs += 1
        self.linked = False


class Station:
    def __init__(self):
        self.dirty = True
        self.states = []
        self.messages = []
        self.times = []
        self.links = []
        self.receipts = []

    def state(self, now):
        self.dirty = False
        self.states.append(now)
        return b"state-%d" % len(self.states)

    def state_dirty(self):
        return self.dirty

    def on_message(self, now, suffix, payload):
        self.messages.append((suffix, payload))

    def on_time(self, now, payload):
        self.times.append(payload)

    def on_link(self, now, connected):
        self.links.append((now, connected))

    def on_receipt(self, now, through):
        self.receipts.append(through)


class Line:
    """One station's uplink with everything around it."""

    def __init__(self, opener, trust_broker=False, random=lambda: 0.5, options=OPTIONS):
        self.journal = Journal()
        self.network = Network()
        self.station = Station()
        self.uptime = Uptime()
        self.beaten_at = None
        self.longest_silence = 0
        self.delivery = Delivery(trust_broker=trust_broker)
        self.uplink = self._uplink(options, opener, random)

    def _uplink(self, options, opener, random):
        inside = self.journal, self.delivery, self.station, self.uptime
        return Uplink(options, self.network, *inside, opener=opener, random=random, beat=self._beat)

    def _beat(self):
        now = self.uptime.ms()
        if self.beaten_at is not None:
            self.longest_silence = max(self.longest_silence, now - self.beaten_at)
        self.beaten_at = now


def play(scene, until_ms=86400000, Broker=Broker, Line=Line, **settings):
    """Run `scene(line, broker)` beside the uplink, in virtual time."""

    async def main():
        broker = Broker()
        line = Line(broker.opener, **settings)
        task = asyncio.create_task(line.uplink.run())
        await asyncio.sleep_ms(1000)
        await scene(line, broker)
        if not task.done():
            assert line.longest_silence <= 1100
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        return True

    assert virtual_time.run(main(), until_ms), "the scene did not end"
