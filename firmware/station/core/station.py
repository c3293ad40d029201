"""One station as a pure rule: inputs, cards, commands and time in; drafts, lamps, tones and the permit out.

`now` is milliseconds since boot and only grows. The app records `drafts` in order and answers each with
`stored`.
"""

from . import lamps
from .andon import ACKNOWLEDGED, ARRIVED, FELT_MS, RESOLVED, Andon
from .clock import Clock
from .events import Draft, event_id
from .gate import Gate
from .kanban import Reader, Signals
from .sounds import Voice
from .takt import Takt

QUIET_MS = 10000  # without a heartbeat of the plant for so long the station calls itself cut off
ANSWER_MS = 600
BLINK_MS = 60  # dark between two answers, so that twenty taps in a row are twenty answers
STEP_MS = 1000
STEP_EVERY_MS = 60000
DRAFTS = 64
DRAFTS_FOR_CALLS = 32  # more room that only andon events may use
STEPS = {"acknowledge": ACKNOWLEDGED, "arrive": ARRIVED, "resolve": RESOLVED}


class Station:
    def __init__(self, config: dict, journal: str, boot: int):
        self.source = config["station"]
        self.journal = journal
        self.boot = boot
        self.andon = Andon(config["andon"])
        self.mark = config["andon"].get("mark") or {}
        self.alone = config["link"]["kind"] == "none"
        # a checkpoint that says that the line ran may take this back
        permit = config.get("permit")
        self.andon.held = bool(permit)
        self.resumes = not permit or permit["resume"]
        takt = config.get("takt")
        self.overrun_calls = takt.get("calls", "") if takt else ""
        self.takt = Takt(takt["takt_s"] * 1000, takt["overrun_percent"]) if takt else None
        self.shifts = None
        self.turn = (0, 0, 2)  # UTC s since when and until when it is so; 2: work
        if config.get("calendar"):
            from .calendar import pack

            self.shifts = pack(config["calendar"])
        # (does, category, via, ms until it counts as stuck) by name: the rest of the config may go
        self.inputs = {
            item["name"]: (
                item["does"],
                item.get("category", ""),
                item.get("via", "cord"),
                item.get("stuck_s", 0) * 1000,
            )
            for item in config["inputs"]
        }
        same_ms = config["kanban"]["same_card_s"] * 1000
        self.readers = {item["name"]: Reader(item["name"], item["role"], same_ms) for item in config["readers"]}
        self.signals = Signals()
        self.clock = Clock()
        self.gate = Gate()
        self.voice = Voice()
        self.drafts = []
        self.lost = {}
        self.lost_at = [0, 0]  # uptimes; those of an earlier boot count as its beginning
        self.given_up = 0
        self.bypass_s = permit.get("bypass_s", 0) if permit else 0
        self.service = None  # a bypass or a check that is on
        self.faults = {}
        self.active = {}
        self.answers = {}
        self.mode = "starting"
        self.mode_until: "int | None" = None
        self.failed = False
        self.connected = False
        self.version = 0
        self._seen: "tuple | None" = None
        self.table_version = 0
        self._heard_at: "int | None" = None
        self._stepped_at: "int | None" = None
        self.was_on = []
        self.off = None
        self._ticked_at = 0

    # inputs

    def begin(self, now: int, active, watched=()) -> None:
        """The inputs that are active at boot. Only one that was inactive in the checkpoint is new.

        `watched`: names whose other faults a driver will tell; what nobody tells any more is no fault.

        A button that is held or stuck does not restart the line or answer a call: only a call or a mark counts.
        """
        self.mode = ""
        for name in list(self.faults):
            if name not in (active if self.faults[name] == "stuck" else watched):
                self._restored(name)
        for name in active:
            if name in self.was_on or self.inputs[name][0] not in ("call", "mark"):
                self.active[name] = now
            else:
                self.input(now, name, True)
        self._after(now)

    def input(self, now: int, name: str, active: bool) -> None:
        """A settled input changed."""
        if active:
            self.active[name] = now
            self._act(now, name)
        else:
            self.active.pop(name, None)
            if self.faults.get(name) == "stuck":
                self._restored(name)
        self._after(now)

    def fault(self, now: int, name: str, fault: str) -> None:
        """A driver found an input broken (`open`, `short`), or "" when it is whole again."""
        known = self.faults.get(name, "")
        if fault != known and (fault or known != "stuck"):
            if known:
                self._restored(name)
            if fault:
                self._faulted(name, fault)
        self._after(now)

    def card(self, now: int, name: str, uid, entry) -> bool:
        """What a reader sees: `uid` bytes, SEVERAL or None; `entry`: its row of the card table or None.

        True when something was done about it: a tap, or several cards at once.
        """
        reader = self.readers[name]
        if not reader.see(now, uid):
            return False
        text = uid.hex()
        if not text:
            self._answer(now, name, "refused")  # several at once: which one was meant is for a hand to say
        elif reader.role == "badge":
            self._badge(now, reader, text, entry)
        else:
            self._tap(now, reader, uid, text, entry)
        self._after(now)
        return True

    def command(self, now: int, payload: bytes) -> None:
        """A command of the plant. ValueError when it cannot be read: then it cannot be answered either."""
        if self.gate.room(now):
            from .commands import take

            take(self, now, payload)

    def time(self, now: int, unix_ms: int, error_ms: int) -> None:
        """The plant's time, and so its heartbeat. It may step once a minute: two sources must not fill the record."""
        self._heard_at = now
        known = self.clock.unix_ms(now)
        if known is not None and abs(unix_ms - known) > STEP_MS:
            if self._stepped_at is not None and now - self._stepped_at < STEP_EVERY_MS:
                self._after(now)
                return
            self._stepped_at = now
        step = self.clock.sync(now, unix_ms, error_ms)
        if step is None or abs(step) > STEP_MS:
            if step is None and self.off is not None:
                from .aging import age

                saved, since = self.off
                age(self, unix_ms - now - (saved - since), since, saved)
            data = {"state": "synced", "error_ms": error_ms, "offset_ms": step}
            self._keep(Draft("station.clock", data))
        self._after(now)

    def link(self, now: int, connected: bool) -> None:
        self.connected = connected
        self._after(now)

    def receipt(self, now: int, through: int) -> None:
        if self.andon.receipt(through):
            self._after(now)

    def note(self, now: int, type: str, data: dict, test: bool = False) -> None:
        """An event of the station itself: started, faulted, updated."""
        self._keep(Draft(type, data, None, test))
        self._after(now)

    def tick(self, now: int) -> None:
        """Everything that only time does."""
        self._ticked_at = now
        unix_ms = self.clock.unix_ms(now) if self.shifts else None
        if unix_ms is not None and not self.turn[0] <= unix_ms // 1000 < self.turn[1]:
            from .calendar import turn

            turn(self, now, unix_ms // 1000)
        self.andon.tick(now)
        if self.takt is not None:
            over = self.takt.overrun(now)
            if over is not None:
                self._keep(Draft("cycle.overrun", over))
                if self.overrun_calls:
                    self._call(now, self.overrun_calls, "", "takt")
        for name, since in self.active.items():
            limit = self.inputs[name][3]
            if limit and name not in self.faults and now - since >= limit:
                self._faulted(name, "stuck")
        if self.mode_until is not None and now >= self.mode_until:
            self.mode, self.mode_until = "", None
        if self.service is not None and now >= self.service.until:
            self.service.end(self, now, "", "expired")
        for name in [name for name in self.answers if now >= self.answers[name][1]]:
            del self.answers[name]
        self._after(now)

    def due(self, now: int):
        """When `tick` is needed at the latest: each second, and at once when a timer is over."""
        times = [self._ticked_at + 1000]
        if self.service is not None:
            times.append(self.service.until)
        for due in (self.andon.due(), self.takt.due() if self.takt else None, self.mode_until):
            if due is not None:
                times.append(due)
        times += [answer[1] for answer in self.answers.values()]
        felt = [call.called_at + FELT_MS for call in self.andon.calls.values()]
        times += [until for until in felt if until > self._ticked_at]
        return max(now, min(times))

    # the record

    def stored(self, now: int, draft: Draft, sequence: int) -> None:
        """The oldest draft is durable: what is confirmed from here on must never be lost.

        It leaves the queue last: when the memory ends in between, telling it again is harmless.
        """
        self._confirm(now, draft, sequence)
        self.failed = False
        self.drafts.remove(draft)
        if self.lost and len(self.drafts) < DRAFTS:
            data = {
                "count": sum(self.lost.values()),
                "kinds": self.lost,
                "first": self.lost_at[0],
                "last": self.lost_at[1],
            }
            self._keep(Draft("station.gap", data))
            self.lost = {}
        self._after(now)

    def not_stored(self, now: int) -> None:
        self.failed = True
        self._after(now)

    def _confirm(self, now: int, draft: Draft, sequence: int) -> None:
        self.andon.stored(draft, event_id(self.journal, sequence), sequence)
        if draft.type == "kanban.tapped":
            data = draft.data
            self.signals.stored(data["role"], bytes.fromhex(data["card"]))
            self._answer(now, data["reader"], "accepted")

    # outputs

    def permit(self) -> bool:
        runs = self.andon.line() == "running" or (self.service is not None and self.service.permit)
        return runs and self.mode not in ("starting", "safe", "update")

    def cut_off(self, now: int) -> bool:
        if self.alone:
            return False
        return not self.connected or self._heard_at is None or now - self._heard_at >= QUIET_MS

    def rows(self, now: int) -> set:
        rows = self.andon.rows(now)
        if self.faults:
            rows.add("input_fault")
        if self.failed:
            rows.add("not_stored")
        if self.service is not None and self.service.row:
            rows.add(self.service.row)
        return rows

    # inside

    def _act(self, now: int, name: str) -> None:
        does, category, via, _ = self.inputs[name]
        if self.service is not None and self.service.pull(self, now, name):
            return
        if does == "call":
            self._call(now, category, name, via)
        elif does == "cycle":
            data = self.takt.cycle(now) if self.takt else None
            if data:
                self._keep(Draft("cycle.completed", data))
        elif does == "mark":
            self.andon.mark(now)
        elif does == "mute":
            self.andon.mute(now)
        elif does == "restart":
            self._heed(now, self.andon.restart(now, "", "button"))
        else:
            call = self.andon.urgent(STEPS.get(does, ACKNOWLEDGED))
            self._heed(now, self.do(now, does, call, "", "button", "") if call else "no call is open")

    def _call(self, now: int, category: str, name: str, via: str) -> None:
        if self.mode_until is not None:
            self.mode, self.mode_until = "", None  # a hand must be answered: no test hides a call
        mark = self.mark
        mark_at = None
        if mark.get("from") == "delay":
            mark_at = now + mark["delay_s"] * 1000
        elif mark.get("from") == "takt":
            mark_at = self.takt.mark_at(now)
        self.andon.pull(now, category, name, via, mark_at)

    def do(self, now: int, does: str, call, by: str, via: str, reason: str) -> str:
        """A step of an open call: "" or why it was refused."""
        if does == "acknowledge":
            return self.andon.acknowledge(now, call, by, via)
        if does == "arrive":
            return self.andon.arrive(now, call, by, via)
        if does == "resolve":
            return self.andon.resolve(now, call, reason, by, via)
        return self.andon.cancel(now, call, by, via)

    def _badge(self, now: int, reader: Reader, text: str, entry) -> None:
        if entry is None or "b" not in entry[1]:
            self._refuse(now, reader, text, "unknown")
            return
        call = self.andon.urgent()
        if call is None:
            refusal = self.andon.restart(now, text, "badge")
        else:
            refusal = self.do(now, ("acknowledge", "arrive", "resolve")[call.phase], call, text, "badge", "")
        self._answer(now, reader.name, "refused" if refusal else "accepted")

    def _tap(self, now: int, reader: Reader, uid: bytes, text: str, entry) -> None:
        certain = not self.cut_off(now)
        answer = self.signals.answer(reader.role, uid, entry, certain)
        if answer != "accepted":
            self._refuse(now, reader, text, answer)
            return
        data = {"reader": reader.name, "role": reader.role, "card": text, "loop": entry[0]}
        data["table"] = self.table_version
        data["certain"] = certain
        self._keep(Draft("kanban.tapped", data))

    def _refuse(self, now: int, reader: Reader, text: str, why: str) -> None:
        data = {
            "reader": reader.name,
            "role": reader.role,
            "card": text,
            "why": why,
            "table": self.table_version,
        }
        self._keep(Draft("kanban.refused", data))
        self._answer(now, reader.name, "already" if why == "already" else "refused")

    def _answer(self, now: int, reader: str, kind: str) -> None:
        shown = reader in self.answers
        self.answers[reader] = (kind, now + ANSWER_MS, now + BLINK_MS if shown else now)
        self.voice.play(kind)

    def _heed(self, now: int, refusal: str) -> None:
        if refusal:
            self.voice.play("refused")

    def _faulted(self, name: str, fault: str) -> None:
        self.faults[name] = fault
        self._keep(Draft("input.faulted", {"input": name, "fault": fault}))
        self.voice.play("fault")

    def _restored(self, name: str) -> None:
        self._keep(Draft("input.restored", {"input": name, "fault": self.faults.pop(name)}))

    def _keep(self, draft: Draft) -> None:
        self.andon.drafts.append(draft)  # one line of drafts: order is the order in which things happened

    def _after(self, now: int) -> None:
        """Queue what happened, and let the repeated tone follow the state."""
        for tone in self.andon.tones:
            self.voice.play(tone)
        self.andon.tones.clear()
        new = self.andon.drafts
        changed = bool(new)
        unix_ms, clock = self.clock.unix_ms(now), self.clock.state(now)
        while new:
            draft = new[0]
            room = DRAFTS + (DRAFTS_FOR_CALLS if draft.type.startswith("andon.") else 0)
            if len(self.drafts) < room:
                self.drafts.append(draft.stamp(self.boot, now, unix_ms, clock))
            else:
                self.lose(now, draft.type)
                self.andon.dropped(draft)
            new.pop(0)
        rows = self.rows(now)
        tone = "" if self.andon.muted() else lamps.tone(rows)
        self.voice.repeat(now, tone, tone in ("call", "soft"))
        seen = (rows, self.mode, self.cut_off(now), self.andon.muted())
        if changed or seen != self._seen:
            self._seen = seen
            self.version += 1

    def lose(self, now: int, type: str, count: int = 1) -> None:
        """Events will never reach the plant: a `gap` event says so as soon as one can be recorded."""
        if not self.lost:
            self.lost_at = [now, now]
        self.lost_at[1] = now
        self.lost[type] = self.lost.get(type, 0) + count
