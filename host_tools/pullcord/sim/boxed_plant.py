"""A plant in a box: broker, recorder and clock of one station, in memory and in virtual time; on either Python.

It keeps its word as the real ones do: an event is receipted once it is kept, exactly once by its id, contiguously.
`reachable` False: connections fail, and the one there is goes silent without a word. `deaf` True: events are
acknowledged and not kept, as a broker with a slow subscriber does. `troubles` holds what else is wrong, by name:
"no name" (none is resolved), "password" (refused), "no acks", "no receipts", "slow"; `cut_after` is how many more bytes
of the station get through before the connection ends, None when it is whole.
"""

import asyncio
import json

from station.health.uptime import Uptime
from station.net import packets

HEARTBEAT_MS = 5000
START_UNIX_MS = 1795197363000


class BoxedPlant:
    def __init__(self):
        self.reachable = True
        self.deaf = False
        self.troubles = set()
        self.cut_after = None
        self.before_ms = 0
        self.session = "session-1"
        self.epoch = 1
        self.bodies = {}
        self.arrivals = []
        self.copies = 0
        self.holes = 0
        self.through = {}
        self.state = None
        self.online = None
        self.answers = []
        self._line = None
        self._uptime = Uptime()
        self._commands = 0

    def unix_ms(self):
        return START_UNIX_MS + self.before_ms + self._uptime.ms()

    def events(self, type=""):
        """What was recorded, in order of arrival; `type` such as "andon.called" picks."""
        found = [json.loads(self.bodies[id]) for id in self.arrivals]
        return [event for event in found if not type or event["type"] == "pullcord." + type + ".v1"]

    async def open(self, host, port):
        """The stream opener for the uplink."""
        if not self.reachable:
            await asyncio.sleep_ms(3000)
            raise OSError(113)
        if "no name" in self.troubles:
            raise OSError(-2)
        self._line = Line(self)
        return self._line, self._line

    async def beat(self):
        """The heartbeat, for ever."""
        while True:
            self.tell_time()
            await asyncio.sleep_ms(HEARTBEAT_MS)

    def tell_time(self):
        line = self._line
        if line is not None and line.root and self.reachable:
            topic = "pullcord/v1/" + line.root.split("/")[2] + "/time"
            line.give(packets.publish(topic, json.dumps({"unix_ms": self.unix_ms(), "session": self.session})))

    def command(self, do, call="", by="maria", reason="", expires_in_ms=20000):
        """Send a command; returns its id."""
        from station.core.wall import iso

        self._commands += 1
        id = "c-%d" % self._commands
        text = {"id": id, "do": do, "call": call, "by": by, "reason": reason}
        text["expires"] = iso(self.unix_ms() + expires_in_ms)
        self.deliver("command", json.dumps(text))
        return id

    def deliver(self, suffix, payload):
        line = self._line
        if line is not None and self.reachable:
            line.give(packets.publish(line.root + suffix, payload, 1, False, 1))

    def passing(self, data):
        """(what gets through, whether the connection ends with it)."""
        if self.cut_after is None or len(data) < self.cut_after:
            self.cut_after = self.cut_after and self.cut_after - len(data)
            return data, False
        through, self.cut_after = data[: self.cut_after], None
        return through, True

    def take(self, line, topic, payload):
        """A message of the station."""
        if topic.endswith("/event"):
            if not self.deaf:
                self._record(line, payload)
        elif topic.endswith("/state"):
            self.state = json.loads(payload)
            self._pass_hole(line, self.state["journal"])
        elif topic.endswith("/online"):
            self.online = json.loads(payload)["online"]

    def _pass_hole(self, line, journal):
        """What the station keeps no more will never come."""
        name, first = journal["name"], journal["first"]
        if first > self.through.get(name, 0) + 1 and not self.deaf:
            self.holes += first - 1 - self.through.get(name, 0)
            self.through[name] = first - 1
            self._go_through(name)
            self.receipt(line, name)

    def _go_through(self, journal):
        while "%s-%d" % (journal, self.through[journal] + 1) in self.bodies:
            self.through[journal] += 1

    def _record(self, line, body):
        event = json.loads(body)
        id = event["id"]
        if id in self.bodies:
            self.copies += 1
            assert self.bodies[id] == body, "the same id with another body: " + id
        else:
            self.bodies[id] = body
            self.arrivals.append(id)
        journal = id.split("-")[0]
        self.through.setdefault(journal, 0)
        self._go_through(journal)
        self.receipt(line, journal)

    def restore_backup(self, forget):
        """The database is as it was so many events ago; what it had told of them shows it that."""
        for id in self.arrivals[len(self.arrivals) - forget :]:
            del self.bodies[id]
            journal, sequence = id.split("-")
            self.through[journal] = min(self.through[journal], int(sequence) - 1)
        self.arrivals = self.arrivals[: len(self.arrivals) - forget]
        self.epoch += 1

    def receipt(self, line, journal):
        if "no receipts" in self.troubles:
            return
        text = json.dumps({"through": self.through.get(journal, 0), "epoch": self.epoch})
        line.give(packets.publish(line.root + "receipt/" + journal, text, 1, True, 1))


class Line:
    """One connection: what the station reads and writes, with the broker's side behind it."""

    def __init__(self, plant):
        self._plant = plant
        self._splitter = packets.Splitter(65536)
        self._waiting = b""
        self._arrived = asyncio.Event()
        self._closed = False
        self.root = ""

    def give(self, data):
        self._waiting += data
        self._arrived.set()

    async def read(self, count):
        while not self._waiting and not self._closed:
            self._arrived.clear()
            await self._arrived.wait()
        data, self._waiting = self._waiting[:count], self._waiting[count:]
        return data

    def write(self, data):
        if self._closed:
            raise OSError(104)
        if not self._plant.reachable:
            return
        through, ends = self._plant.passing(bytes(data))
        self._splitter.feed(through)
        packet = self._splitter.next()
        while packet:
            self._take(packet[0], packet[1])
            packet = self._splitter.next()
        if ends:
            self.close()

    async def drain(self):
        await asyncio.sleep_ms(700 if "slow" in self._plant.troubles else 0)

    def close(self):
        self._closed = True
        self._arrived.set()

    async def wait_closed(self):
        await asyncio.sleep_ms(0)

    def _take(self, first, body):
        kind = first & 0xF0
        if kind == 0x10:
            length = body[10] << 8 | body[11]
            self.root = "pullcord/v1/" + bytes(body[12 : 12 + length]).decode() + "/"
            self.give(b"\x20\x02\x00\x04" if "password" in self._plant.troubles else b"\x20\x02\x00\x00")
        elif kind == 0x80:
            self._subscribed(body)
        elif kind == 0x30:
            topic, payload, qos, packet_id = packets.read_publish(first, body)
            self._plant.take(self, topic, bytes(payload))
            if qos and "no acks" not in self._plant.troubles:
                self.give(packets.puback(packet_id))
        elif first == 0xC0:
            self.give(b"\xd0\x00")

    def _subscribed(self, body):
        count, at = 0, 2
        while at < len(body):
            topic_length = body[at] << 8 | body[at + 1]
            topic = bytes(body[at + 2 : at + 2 + topic_length]).decode()
            at += 3 + topic_length
            count += 1
            if "/receipt/" in topic and topic.split("/")[-1] in self._plant.through:
                self._plant.receipt(self, topic.split("/")[-1])
        self.give(bytes([0x90, 2 + count]) + bytes(body[:2]) + b"\x01" * count)
        self._plant.tell_time()
