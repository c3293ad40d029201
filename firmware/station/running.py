"""A station at work: its tasks, and what the uplink asks and tells. Put together by `station.app`.

The order is the promise: a pull changes lamp and permit first, then it is recorded, then it is posted.
"""

import asyncio
import gc
import json
import sys

from .core import checkpoint, events, lamps, report
from .core.outputs import answer_lights, phase_ms
from .drivers.readers import Presence
from .health.memory import forget
from .store.journal import JournalFull

VERSION = "0.1.0"
_READER_MS = 50
_SOUND_MS = 20
_RETRY_MS = 1000
_EARLIEST, _LATEST = 1704067200000, 4102444800000  # the years 2024 to 2099: another time is rubbish
_TIME_ERROR_MS = 250  # the heartbeat is sent without acknowledgement: a busy network may delay it


class Running:
    """`parts`: the board's parts, the rules and the store by name; `station.app` adds supervisor and uplink."""

    def __init__(self, config: dict, parts):
        self.source = config["station"]
        self.board = config["board"]
        self.version = {"version": config["version"], "hash": config["hash"]}
        self.readers = config["readers"]
        self.self_test = config.get("self_test")
        self.short_uids = 0
        self.leaving = False  # another config waits: say durably when the plant has everything
        self.machine = parts["machine"]
        self.root = parts["root"]
        self.transfer = None  # these three are `station.update`'s: what is under way, what `/state` says of it,
        self.update = None
        self.restarts = 0  # and since when a new config waits for a quiet moment
        self.uid = parts["uid"]
        self.reset = parts["reset"]
        self.uptime = parts["uptime"]
        self.permit = parts["permit"]
        self.lights = parts["lights"]
        self.light = parts["light"]
        self.buzzer = parts["buzzer"]
        self.answers = parts["answers"]
        self.flag = parts["flag"]
        self.inputs = parts["inputs"]
        self.missing = list(self.inputs.missing)
        self.journal = parts["journal"]
        self.cards = parts["cards"]
        self.station = parts["station"]
        self.delivery = parts["delivery"]
        self.uplink = parts.get("uplink")
        self.typed = None  # says whether somebody types at the console
        self.supervisor = parts.get("supervisor")
        self._recording = asyncio.Event()
        self._tasks = {}
        self._seen = -1
        self._tick_at = 0
        self._appended = None  # the draft that is in the journal already, as this sequence
        self._sequence = 0
        self.drops_oldest = config["journal"].get("full") == "drop_oldest"
        self.waits: "tuple | None" = None

    async def run(self, extra_tasks=()) -> None:
        """Everything, for ever. `extra_tasks`: coroutine functions to run beside (the simulator's wire)."""
        for make in extra_tasks:
            asyncio.create_task(make())
        add = self.supervisor.add
        self._tasks["inputs"] = add("inputs", self._watch_inputs)
        self._tasks["show"] = add("show", self._keep_showing)
        # not vital: a reset does not cure a record that fails, and the lamp says that it does
        self._tasks["record"] = add("record", self._keep_recording, vital=False)
        if self.uplink is not None:
            self._tasks["uplink"] = add("uplink", self.uplink.run, 6000, vital=False)
        for item in self.readers:
            self._add_reader(item)
        from . import once  # noqa: F401 (what only the start needed is given back)

        forget("once")
        await self.supervisor.run()

    # what the uplink asks and tells

    def state(self, now: int) -> bytes:
        state = report.state(self.station, now, self.light)
        state["uid"] = self.uid
        journal = self.journal
        state["journal"] = {
            "name": journal.name,
            # what was skipped because it is damaged is not kept either: the plant must get past it
            "first": journal.oldest if self.delivery.through <= journal.through else self.delivery.through + 1,
            "next": journal.next,
            "through": journal.through,
            "epoch": journal.epoch,
            "depth": journal.depth,
            "used_percent": journal.used_percent,
            "failed": self.station.failed,
        }
        up = self.uplink
        state["link"] = {
            "state": "up" if up is not None and up.connected else "down",
            "reconnects": up.reconnects if up is not None else 0,
            "reason": up.reason if up is not None else "",
        }
        state["health"] = self._health()
        state["versions"] = self._versions()
        state["config"] = self.version
        if self.update is not None:
            state["update"] = self.update
        if self.cards is not None:
            state["cards"] = {"version": self.cards.version, "hash": self.cards.hash, "count": self.cards.count}
            state["cards"]["short_uids"] = self.short_uids
        self._seen = self.station.version
        return events.compact(state)

    def state_dirty(self) -> bool:
        return self.station.version != self._seen

    def on_message(self, now: int, suffix: str, payload: bytes) -> None:
        if suffix == "command":
            try:
                self.station.command(now, payload)
            except ValueError as error:
                self.station.note(now, "station.faulted", _faulted("command", error, ""))
            self._react(now)
            for name in ("core.commands", "core.rfc3339"):
                forget(name)
        elif suffix in ("config", "cards"):
            self._update("take", now, suffix, payload)
            self._react(now)

    def on_time(self, now: int, payload: bytes) -> None:
        try:
            unix_ms = json.loads(payload)["unix_ms"]
        except (ValueError, KeyError, TypeError, RuntimeError):
            unix_ms = None
        # a beat without a time that can be is none: the station will say that it is cut off
        if type(unix_ms) is int and _EARLIEST <= unix_ms < _LATEST:
            self.station.time(now, unix_ms, _TIME_ERROR_MS)
            for name in ("core.aging", "core.calendar"):
                forget(name)
            self._react(now)

    def on_link(self, now: int, connected: bool) -> None:
        self.station.link(now, connected)
        self._react(now)

    def on_receipt(self, now: int, through: int) -> None:
        self.station.receipt(now, through)
        if not self.journal.depth:
            self._seen = -1  # the plant has everything: that is news
            if self.leaving:
                self._blindly(self.journal.save_checkpoint, self.journal.checkpoint or b"")
        self._react(now)

    def touch(self) -> None:
        """Something in `/state` is new."""
        self._seen = -1

    # tasks

    async def _watch_inputs(self) -> None:
        flag, task = self.flag, self._tasks["inputs"]
        while True:
            task.beat()
            now = self.uptime.ms()
            for name, what in self.inputs.sample(now):
                if isinstance(what, str):
                    self.station.fault(now, name, what)
                else:
                    self.station.input(now, name, what)
                self._react(now)
            wait = self.inputs.wait_ms(now)
            if wait is not None:
                await asyncio.sleep_ms(wait)
                continue
            await flag.wait()

    async def _keep_showing(self) -> None:
        task = self._tasks["show"]
        while True:
            task.beat()
            now = self.uptime.ms()
            if now >= self._tick_at:
                self.station.tick(now)
                if self.station.shifts:
                    forget("core.calendar")
                self._react(now)
                self._wake()
                if self.typed is not None and self.typed.poll(0):
                    self.asked("answer")
            else:
                self._show(now)
            if self.transfer is not None or self.restarts:
                self._update("look", now)
            await asyncio.sleep_ms(self._pause(now))

    def _wake(self) -> None:
        """Once a second those that wait show that they live; a deadline of their own would cost each a task."""
        self.flag.set()
        self._recording.set()

    async def _keep_recording(self) -> None:
        task = self._tasks["record"]
        while True:
            task.beat()
            if not self.station.drafts:
                self._recording.clear()
                await self._tidy(task)
                await self._recording.wait()
            elif self._blindly(self._record_oldest):
                await asyncio.sleep_ms(0)
            else:
                await asyncio.sleep_ms(_RETRY_MS)

    async def _read_cards(self, item: dict, reader, task) -> None:
        presence, before = Presence(), None
        name = item["name"]
        while True:
            task.beat()
            uid = presence.look(await reader.scan())
            entry = self.cards.find(uid) if uid and uid != before else None
            before = uid
            now = self.uptime.ms()
            if self.station.card(now, name, uid, entry):
                self.short_uids += len(uid) == 4  # two cards may have the same
                self._react(now)
            if name in self.missing:
                self.missing.remove(name)
            await asyncio.sleep_ms(_READER_MS)

    def begin(self) -> None:
        """Everything is wired: say that the station started, and let permit and lamp follow what was restored."""
        now = self.uptime.ms()
        station = self.station
        started = {"reset": self.reset, "versions": self._versions(), "config": self.version["hash"], "uid": self.uid}
        station.note(now, "station.started", started)
        for finding in self.journal.findings:
            station.note(now, "station.faulted", _faulted("journal", finding, ""))
        station.begin(now, self.inputs.active_now(now), self.inputs.watched)
        if self.self_test and self.reset == "power_on" and not station.andon.calls:
            from .core import service

            service.show(station, now, service.LAMPS_MS)
        self._react(now)
        forget("core.walking")  # the light of the start has had its time

    # inside

    def _react(self, now: int) -> None:
        """Something may have changed: permit and lamp, then wake what records and posts."""
        station = self.station
        if self.permit is not None:
            self.permit.set(station.permit())
        self.light.update(station, now)
        self._show(now)
        self._tick_at = station.due(now)
        if station.drafts:
            self._recording.set()
        if self.uplink is not None and self.state_dirty():
            self.uplink.wake()

    def _show(self, now: int) -> None:
        """What lamp and buzzer owe to this moment."""
        station = self.station
        self.lights.show(self.light.lit(lamps.slot_of(phase_ms(station, now))))
        self.buzzer.play(station.voice.hertz(now))
        for name, pins in self.answers.items():
            for pin, on in zip(pins, answer_lights(station, now, name)):
                pin.set(on)

    def _record_oldest(self) -> bool:
        """False when it could not be stored. A draft is never appended twice, whatever fails behind the append."""
        station, now = self.station, self.uptime.ms()
        draft = station.drafts[0]
        if draft is not self._appended:
            try:
                self._sequence = self._append(now, draft)
            except Exception as error:
                if isinstance(error, JournalFull) and self._make_room(now):
                    return True
                station.not_stored(now)
                self._react(now)
                if isinstance(error, (OSError, JournalFull)):
                    return False
                raise
            self._appended = draft
        station.stored(now, draft, self._sequence)
        self._react(self.uptime.ms())
        if self.uplink is not None:
            self.uplink.wake()
        return True

    async def _tidy(self, task) -> None:
        """Between events: a tap is answered when it is stored, and a flash erase takes as long as a look for a card."""
        try:
            steps = self.journal.tidy()
            while self._blindly(_step, steps):
                task.beat()
                await asyncio.sleep_ms(0)
        except (OSError, JournalFull):
            return  # the next append fails in the same way, and the lamp says so

    def _blindly(self, work, *arguments):
        """Do what may hold everything up, as an erase of the flash does, and tell the inputs."""
        since = self.uptime.ms()
        try:
            return work(*arguments)
        finally:
            self.inputs.blind(since, self.uptime.ms())

    def _make_room(self, now: int) -> bool:
        """The journal is full. True when the config lets the oldest events go, and they went."""
        from . import giving_up

        try:
            if self.drops_oldest:
                giving_up.drop_oldest(self, now)
            else:
                giving_up.keep_waiting(self, now)
        except OSError:
            return False  # the flash fails as well: the lamp says so anyway
        finally:
            forget("giving_up")
        return self.drops_oldest

    def _append(self, now: int, draft) -> int:
        journal, station = self.journal, self.station
        event = events.encode(draft, journal.name, journal.next, self.source)
        return journal.append(event, checkpoint.pack(station, now, draft, journal.next))

    def _pause(self, now: int) -> int:
        station = self.station
        if station.voice.sounding() or station.answers:
            return _SOUND_MS
        # never longer than a slot: what an input has just changed may flash from now on
        return lamps.SLOT_MS - phase_ms(station, now) % lamps.SLOT_MS

    def _update(self, does: str, *arguments) -> None:
        from . import update

        self._blindly(getattr(update, does), self, *arguments)
        if self.transfer is None and not self.restarts:
            forget("update")

    def asked(self, does: str, *arguments):
        """A tool at the USB line wants to know who this is, or what it does."""
        from . import asked

        told = getattr(asked, does)(self, *arguments)
        for name in ("asked", "core.lines"):
            forget(name)
        return told

    def fault(self, task: str, error, where: str) -> None:
        now = self.uptime.ms()
        self.station.note(now, "station.faulted", _faulted(task, error, where))
        self._react(now)

    def beat_uplink(self) -> None:
        self._tasks["uplink"].beat()

    def _add_reader(self, item: dict) -> None:
        name = item["name"]

        async def live():
            # a reader that does not answer degrades the station and never stops it
            if name not in self.missing:
                self.missing.append(name)
            from .drivers import opening

            reader = opening.open_reader(item, self.machine)
            forget("drivers.opening")
            await self._read_cards(item, reader, task)

        task = self.supervisor.add(name, live, vital=False)

    def _health(self) -> dict:
        dropped = sum(self.station.lost.values())
        free = gc.mem_free() if hasattr(gc, "mem_free") else 0
        return {
            "reset": self.reset,
            "safe": "",
            "missing": self.missing,
            "dropped": {"drafts": dropped, "commands": self.station.gate.ignored},
            "glitches": self.inputs.rejected(),
            "heap_free": free,
        }

    def _versions(self) -> dict:
        version = ".".join(str(part) for part in sys.implementation.version[:3])
        return {"pullcord": VERSION, "python": sys.implementation.name + " " + version, "board": self.board}


def _step(steps) -> bool:
    """False when that was the last one."""
    for _ in steps:
        return True
    return False


def _faulted(task: str, error, where: str) -> dict:
    text = error if isinstance(error, str) else "%s: %s" % (type(error).__name__, error)
    return {"task": task, "error": text[:120], "where": where}
