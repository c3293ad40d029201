"""The station's line to the plant: network, MQTT session, events, state, receipts; all of it again, for ever.

options: station ("site/area/line/station"), uid; for MQTT host, port, keepalive_s; may hold mqtt_user, mqtt_password,
wait_s.
"""

import asyncio
import json
import random

from station.net.mqtt import MqttError
from station.net.network import NetworkError

ROOT = "pullcord/v1/"
NETWORK_MS = 20000
SESSION_MS = 30000
STATE_EVERY_MS = 30000
STATE_GAP_MS = 100
BEAT_MS = 1000
PUMP_STUCK_MS = 20000
LIVED_MS = 10000
FRESH_AFTER = 5


class Uplink:
    """`beat()` is called about every second while this works, with or without a network; not when it hangs.

    `journal`, `delivery`, `network` are theirs (see docs/contributors/contracts.md). `station` supplies
    state(now) -> bytes, state_dirty() -> bool (cleared by `state`), on_message(now, suffix, payload),
    on_time(now, payload), on_link(now, connected), on_receipt(now, through); none of them may wait.
    """

    def __init__(
        self,
        options,
        network,
        journal,
        delivery,
        station,
        uptime,
        beat=None,
        opener=None,
        random=random.random,
    ):
        path = options["station"]
        self.network = network
        self._journal = journal
        self._delivery = delivery
        self._station = station
        self._uptime = uptime
        self._opener = opener or asyncio.open_connection
        self._random = random
        self._beat = beat or (lambda: None)
        self._root = ROOT + path + "/"
        self._time_topic = ROOT + path.split("/")[0] + "/time"
        self._event_topic = (self._root + "event").encode()
        self._state_topic = (self._root + "state").encode()
        self._online = json.dumps({"online": True, "uid": options["uid"]}).encode()
        self._online_topic = self._root + "online"
        will = json.dumps({"online": False, "uid": options["uid"]})
        self._mqtt = {
            "host": options.get("host"),
            "port": options.get("port"),
            "client_id": path,
            "keepalive_s": options.get("keepalive_s"),
            "user": options.get("mqtt_user"),
            "password": options.get("mqtt_password"),
            "wait_s": options.get("wait_s", 8),
            "will": (self._online_topic, will),
        }
        self._wake = asyncio.Event()
        self._session = None
        self._state_at = None
        self._pumped_at = 0
        self._since = None
        self._failures = 0
        self.connected = False
        self.reason = ""
        self.reconnects = 0

    def wake(self):
        """An event was appended or the state changed. For tasks; an interrupt may not call it."""
        self._wake.set()

    async def run(self):
        """For ever. What goes wrong on the way to the plant is in `reason`; other mistakes are raised."""
        while True:
            try:
                await self._connect()
                await self._serve()
            except (MqttError, NetworkError) as error:
                self.reason = str(error)
            finally:
                await self._part()
            await self._pause()

    async def _connect(self):
        from station.net import joining

        uptime, beat = self._uptime, self._beat
        try:
            if not self.network.is_up():
                work = self.network.up(NETWORK_MS)
                await joining.beating(work, uptime, NETWORK_MS + BEAT_MS * 2, "the network", beat)
            self._session = await joining.beating(self._open(joining), uptime, SESSION_MS, "the broker", beat)
        finally:
            self._forget()
        await self._session.publish(self._online_topic, self._online, 1, True)

    async def _open(self, joining):
        """A Session."""
        names = ("receipt/" + self._journal.name, "command", "config", "cards")
        topics = [(self._root + name, 1) for name in names] + [(self._time_topic, 0)]
        return await joining.session(self._opener, self.network, self._mqtt, topics, self._on_message, self._on_ack)

    def _forget(self):
        from station.health.memory import forget

        for name in ("net.joining", "net.greeting"):
            forget(name)

    async def _serve(self):
        now = self._uptime.ms()
        self._beat()
        self.connected = True
        if self._since is not None:
            self.reconnects += 1
        self._pumped_at = self._since = now
        self._state_at = None
        self._delivery.connected(now, self._journal.through)
        self._station.on_link(now, True)
        pump = asyncio.create_task(self._pump_guarded(self._session))
        try:
            await self._session.run(self._tick)
        finally:
            pump.cancel()

    async def _part(self):
        now = self._uptime.ms()
        self._beat()
        if self._session:
            await self._session.close()
            self._session = None
        if self.connected:
            self.connected = False
            self._delivery.disconnected(now)
            self._station.on_link(now, False)
            if now - self._since >= LIVED_MS:
                self._failures = 0

    async def _pause(self):
        """A radio that only believes to be up starts anew."""
        from station.net import joining

        self._failures += 1
        if self._failures % FRESH_AFTER == 0:
            await self.network.down()
        await joining.pause(self._uptime, self._failures, self._random(), self._beat)

    def _tick(self):
        if not self.network.is_up():
            self._session.fail(MqttError("the network went down: " + self.network.status()))
        if self._uptime.ms() - self._pumped_at < PUMP_STUCK_MS:
            self._beat()

    async def _pump_guarded(self, session):
        try:
            await self._pump(session)
        except Exception as error:  # noqa: BLE001 (`Session.run` raises it)
            session.fail(error)

    async def _pump(self, session):
        """One packet a round: the state before events, so that a backlog does not hold up lamp and board."""
        while True:
            now = self._pumped_at = self._uptime.ms()
            self._wake.clear()
            wait_ms = self._state_wait_ms(now)
            if wait_ms <= 0:
                self._state_at = now
                await session.publish(self._state_topic, self._station.state(now), 1, True)
                continue
            self._delivery.appended(self._journal.next - 1)
            sequence = self._delivery.due(now)
            if sequence is not None:
                await self._send(session, now, sequence)
                continue
            await self._sleep(min(wait_ms, self._delivery.wait_ms(now), BEAT_MS))

    async def _send(self, session, now, sequence):
        try:
            event = self._journal.read(sequence)
        except KeyError:
            self._delivery.skipped(now, sequence)
            await asyncio.sleep_ms(0)
            return
        self._delivery.sent(now, sequence)
        await session.publish(self._event_topic, event, 1, False, sequence)

    async def _sleep(self, wait_ms):
        try:
            await asyncio.wait_for_ms(self._wake.wait(), wait_ms)
        except asyncio.TimeoutError:
            pass  # time for the next look

    def _state_wait_ms(self, now):
        if self._state_at is None:
            return 0
        gap_ms = STATE_GAP_MS if self._station.state_dirty() else STATE_EVERY_MS
        return self._state_at + gap_ms - now

    def _on_ack(self, sequence):
        now = self._uptime.ms()
        if self._delivery.acked(now, sequence):
            self._journal.receipt(self._journal.name, self._delivery.through, self._journal.epoch)
            self._station.on_receipt(now, self._delivery.through)
        self._wake.set()

    def _on_message(self, topic, payload):
        now = self._uptime.ms()
        if topic == self._time_topic:
            self._on_time(now, payload)
        elif topic.startswith(self._root):
            suffix = topic[len(self._root) :]
            if suffix.startswith("receipt/"):
                self._on_receipt(now, suffix[len("receipt/") :], payload)
            else:
                self._station.on_message(now, suffix, payload)
        self._wake.set()

    def _on_time(self, now, payload):
        session = _fields(payload).get("session")
        if not isinstance(session, str):
            self.reason = "the plant's time message names no session; look at the recorder's version"
            return
        self._delivery.session(now, session)
        self._station.on_time(now, payload)

    def _on_receipt(self, now, name, payload):
        fields = _fields(payload)
        through, epoch = fields.get("through"), fields.get("epoch")
        if not (_is_count(through) and _is_count(epoch)):
            self.reason = "a receipt without usable through and epoch came; look at the recorder's version"
        elif self._journal.receipt(name, through, epoch):
            self._delivery.receipt(now, self._journal.through)
            self._station.on_receipt(now, self._journal.through)


def _fields(payload):
    """A JSON object's fields; none when it is something else."""
    try:
        value = json.loads(payload)
    except (ValueError, RuntimeError):  # RuntimeError: nested too deep
        value = None
    return value if isinstance(value, dict) else {}


def _is_count(value):
    return type(value) is int and value >= 0
