"""One station with a journal in memory: what app and store do around the rules. Runs on MicroPython too."""

import json

from station.core import checkpoint, events, lamps, restore
from station.core.outputs import Light
from station.core.station import Station

JOURNAL = "6f1c9a2e41d07b35"
UNIX = 1795197363412  # 2026-11-20T17:56:03.412Z
INPUTS = (
    ("cord-1", {"does": "call", "category": "quality", "stuck_s": 60}),
    ("cord-2", {"does": "call", "category": "material"}),
    ("cord-3", {"does": "call", "category": "maintenance"}),
    ("machine", {"does": "call", "category": "quality", "via": "input"}),
    ("ack", {"does": "acknowledge"}),
    ("arrive", {"does": "arrive"}),
    ("resolve", {"does": "resolve"}),
    ("restart", {"does": "restart"}),
    ("cancel", {"does": "cancel"}),
    ("mute", {"does": "mute"}),
    ("pitch", {"does": "mark"}),
    ("cycle", {"does": "cycle"}),
)
CONFIG = {
    "format": 1,
    "version": 3,
    "hash": "0f3ac0ffee12",
    "station": "acme/assembly/line-1/st-04",
    "board": "raspberry-pi-pico-w",
    "light": {"kind": "tower", "active": "high", "pins": {"red": 20, "yellow": 21, "green": 22, "blue": 23}},
    "buzzer": {"kind": "pwm", "pin": 24},
    "permit": {"pin": 25, "active": "high", "resume": False},
    "inputs": [],
    "readers": [
        {"name": "reader-1", "kind": "stand_in", "role": "signal", "pins": {"ok": 26, "bad": 27}},
        {"name": "dock", "kind": "stand_in", "role": "receive"},
        {"name": "badge-1", "kind": "stand_in", "role": "badge"},
    ],
    "andon": {
        "repeat_ms": 2000,
        "mute_s": 120,
        "mark": {"from": "delay", "delay_s": 20},
        "categories": [
            {"name": "quality", "stop": "fixed_position", "escalate_s": [60, 180]},
            {"name": "material", "stop": "never", "escalate_s": [120]},
            {"name": "maintenance", "stop": "immediate", "escalate_s": [30]},
            {"name": "help", "stop": "never", "escalate_s": []},
        ],
    },
    "takt": {"takt_s": 60, "overrun_percent": 20, "calls": "help"},
    "kanban": {"same_card_s": 5},
    "link": {"kind": "wifi", "host": "192.168.10.5", "port": 1883, "keepalive_s": 15, "delivery": "receipt"},
    "journal": {"limit_kb": 512},
}
CARD = bytes([0x04, 0xA1, 0x5B, 0x10, 0x22, 0x80, 0x01])
BADGE = bytes([0x04, 0xBA, 0xD6, 0xE0, 0x00, 0x00, 0x01])
FULL = ("bolts", "sr", "full")
WORKER = ("maria", "b", "full")


def config() -> dict:
    """A valid config of its own, to be changed at will."""
    fresh = json.loads(json.dumps(CONFIG))
    for pin, (name, more) in enumerate(INPUTS):
        item = {"name": name, "pin": pin, "active": "low"}
        item.update(more)
        fresh["inputs"].append(item)
    return fresh


def rhythm(pattern) -> str:
    """The name of a light's pattern; "+dark" when the wink of a station that is cut off is in it."""
    for name in sorted(lamps.RHYTHMS):
        if lamps.RHYTHMS[name] == pattern:
            return name
    for name in sorted(lamps.RHYTHMS):
        both = zip(lamps.RHYTHMS[name], lamps.DARK)
        if bytes([35 if lit == undimmed == 35 else 46 for lit, undimmed in both]) == pattern:
            return name + "+dark"
    return pattern.decode()


class Floor:
    """A station at work. It begins restarted, connected and with the time; `settings` is its config."""

    validate = None  # conftest.py: problems of an event by its JSON Schema

    def __init__(self, settings=None, connected: bool = True, running: bool = True):
        self.config = settings or config()
        self.events = []
        self.saved = None
        self.boot = 0
        self.flash_fails = False
        self.start()
        if connected:
            self.connect()
        if running and self.station.andon.line() == "waiting":
            self.press("restart")

    # the power

    def start(self, active=()) -> None:
        """Boot, with those inputs already active."""
        self.boot += 1
        self.now = 0
        self.station = Station(self.config, JOURNAL, self.boot)
        self.light = Light(self.config["light"]["kind"], sorted(self.config["light"]["pins"]))
        if self.saved:
            restore.restore(self.station, 0, self.saved)
            restore.hold(self.station)
        started = {"reset": "power_on", "versions": {}, "config": "0f3ac0ffee12", "uid": "e6614103e7452b2f"}
        self.station.note(0, "station.started", started)
        self.station.begin(0, active)

    def connect(self, unix_ms: int = UNIX) -> None:
        self.station.link(self.now, True)
        self.station.time(self.now, unix_ms, 250)
        self.record()

    # the record

    def record(self, most: int = 1000) -> None:
        """Store what waits, the oldest first, as the app does."""
        station = self.station
        while station.drafts and most:
            most -= 1
            if self.flash_fails:
                station.not_stored(self.now)
                return
            draft, sequence = station.drafts[0], len(self.events) + 1
            self.take(events.encode(draft, JOURNAL, sequence, self.config["station"]))
            self.saved = checkpoint.pack(station, self.now, draft, sequence)
            station.stored(self.now, draft, sequence)

    def take(self, event: bytes) -> None:
        decoded = json.loads(event)
        if Floor.validate is not None:
            problems = Floor.validate(decoded)
            assert not problems, (decoded, problems)
        self.events.append(decoded)

    # what people do

    def press(self, name: str, record: bool = True) -> None:
        """Pull and let go."""
        self.station.input(self.now, name, True)
        self.station.input(self.now, name, False)
        if record:
            self.record()

    def card(self, uid, entry=FULL, reader: str = "reader-1", record: bool = True) -> None:
        self.station.card(self.now, reader, uid, entry)
        if record:
            self.record()

    def command(
        self, do: str, call: str = "", id: str = "", expires: str = "2026-11-20T18:56:00.000Z", **more
    ) -> str:
        """Send a command; its result."""
        command = {"id": id or "c-%d" % len(self.events), "do": do, "call": call, "expires": expires}
        command.update(more)
        self.station.command(self.now, json.dumps(command).encode())
        self.record()
        return self.last("station.command")["result"]

    def wait(self, ms: int, heartbeat: bool = True, record: bool = True) -> None:
        """Let time pass: tick whenever the station asks for it."""
        end = self.now + ms
        while self.now < end:
            self.now = min(end, max(self.now + 1, self.station.due(self.now)))
            if heartbeat and self.station.connected:
                self.station.time(self.now, self.station.clock.unix_ms(self.now), 250)
            if self.now >= self.station.due(self.now):
                self.station.tick(self.now)
            if record:
                self.record()

    # what is to be seen

    def call(self, category: str = "quality"):
        return self.station.andon.calls.get(category)

    def kinds(self) -> list:
        """Recorded andon events, short."""
        return [event["type"][15:-3] for event in self.events if event["type"].startswith("pullcord.andon.")]

    def all(self, type: str) -> list:
        return [event["data"] for event in self.events if event["type"] == "pullcord." + type + ".v1"]

    def last(self, type: str) -> dict:
        return self.all(type)[-1]

    def rows(self) -> set:
        return self.station.rows(self.now)

    def lights(self) -> dict:
        self.light.update(self.station, self.now)
        return {name: rhythm(pattern) for name, pattern in self.light.patterns.items()}

    def tones(self) -> list:
        """Tones that wait to be played, and forget them."""
        queue = self.station.voice._queue
        names = list(queue)
        queue[:] = []
        return names
