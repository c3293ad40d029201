"""The andon calls of one station, and the stop of its line segment.

Pure: time and inputs are arguments; what happened comes out as drafts and tones. A call's phase
is what people did; `shown` is the phase that is recorded, and the only one that the lamp may show.
"""

from .events import Draft

CALLED, ACKNOWLEDGED, ARRIVED, RESOLVED, CANCELLED = range(5)
PHASES = ("called", "acknowledged", "arrived", "resolved", "cancelled")
FELT_MS = 300  # an eye must catch it, though storing takes only a few
NO_POLICY = {"stop": "never", "escalate_s": []}


class Call:
    def __init__(self, serial: int, category: str, now: int):
        self.serial = serial
        self.category = category
        self.id = None
        self.sequence = 0
        self.phase = CALLED
        self.before = CALLED
        self.shown = CALLED
        self.level = 0
        self.called_at = now
        self.held_ms = 0  # of planned stops, in which nobody is waited for
        self.pulled_at = now
        self.may_cancel = True
        self.stop = "none"
        self.mark_at = None
        self.by = ""
        self.plant = False
        self.test = False

    def open(self) -> bool:
        return self.phase < RESOLVED


class Andon:
    """`policy` is the config's `andon` section. What people do returns "" or why it was refused.

    What happened is left in `drafts` and `tones`, for the station to take.
    """

    def __init__(self, policy: dict):
        self._policy = policy
        self._categories = {item["name"]: item for item in policy["categories"]}
        self.calls = {}
        self.stop_at: "int | None" = None
        self.stop_id: "str | None" = None
        self.held = False
        self._serial = 0
        self._mute_until = None
        self.held_at: "int | None" = None  # a planned stop began: no call escalates in it
        self.drafts = []
        self.tones = []

    # what people and timers do

    def pull(
        self, now: int, category: str, input: str = "", via: str = "cord", mark_at=None, test: bool = False
    ) -> str:
        """`mark_at`: when the fixed position is reached, None when a pulse will tell."""
        call = self.calls.get(category)
        if call is None or not call.open():
            self._open(now, category, input, via, mark_at, test)
        elif via in ("cord", "button") and now - call.pulled_at >= self._policy["repeat_ms"]:
            call.pulled_at = now
            if call.stop == "pending" and call.may_cancel:
                return self.cancel(now, call, "", via)
            call.may_cancel = True
            self.tones.append("known")
        return ""

    def mark(self, now: int) -> None:
        """The fixed position is reached: what was not cancelled before it stops."""
        for call in self._open_calls():
            if call.stop == "pending":
                self._stop(now, call)

    def acknowledge(self, now: int, call: Call, by: str, via: str) -> str:
        if call.phase >= ACKNOWLEDGED:
            return "already " + PHASES[call.phase]
        self._enter(call, ACKNOWLEDGED, by, via)
        return ""

    def arrive(self, now: int, call: Call, by: str, via: str) -> str:
        if call.phase >= ARRIVED:
            return "already " + PHASES[call.phase]
        if call.phase < ACKNOWLEDGED:
            self._enter(call, ACKNOWLEDGED, by, "implied")
        self._enter(call, ARRIVED, by, via)
        return ""

    def resolve(self, now: int, call: Call, reason: str, by: str, via: str) -> str:
        if not call.open():
            return "already " + PHASES[call.phase]
        if call.phase < ARRIVED:
            self.arrive(now, call, by, "implied")
        self._enter(call, RESOLVED, by, via, {"reason": reason or "unspecified"})
        return ""

    def cancel(self, now: int, call: Call, by: str, via: str) -> str:
        if not call.open():
            return "already " + PHASES[call.phase]
        if call.stop == "stopped":
            return "the line is stopped: resolve the call"
        self._enter(call, CANCELLED, by, via)
        return ""

    def restart(self, now: int, by: str, via: str) -> str:
        state = self.line()
        if state == "running":
            return "the line is running"
        if state == "stopped":
            return "a call that stopped the line is open: resolve it first"
        self.drafts.append(Draft("andon.restarted", {"stop": self.stop_id or "", "by": by, "via": via}))
        self.stop_at = self.stop_id = None
        self.held = False
        return ""

    def mute(self, now: int) -> None:
        self._mute_until = now + self._policy["mute_s"] * 1000

    def tick(self, now: int) -> None:
        """Marks that are due, and calls that nobody answered in time."""
        for call in self._open_calls():
            if call.stop == "pending" and call.mark_at is not None and now >= call.mark_at:
                self._stop(now, call)
            due = self._escalates_at(call)
            while due is not None and now >= due:
                call.level += 1
                self._draft("andon.escalated", call, {"level": call.level})
                due = self._escalates_at(call)
        if self._mute_until is not None and now >= self._mute_until:
            self._mute_until = None

    def due(self):
        """When `tick` has something to do at the latest, or None."""
        times = [self._mute_until] if self._mute_until is not None else []
        for call in self._open_calls():
            if call.stop == "pending" and call.mark_at is not None:
                times.append(call.mark_at)
            escalates = self._escalates_at(call)
            if escalates is not None:
                times.append(escalates)
        return min(times) if times else None

    # what the record and the plant say

    def stored(self, draft: Draft, id: str, sequence: int) -> None:
        """A draft of these calls is durable now."""
        call = draft.call
        if draft.type == "andon.stopped":
            self.stop_id = id if self.stop_at is not None else None
        elif draft.type == "andon.restarted":
            self.tones.append("restart")
        elif draft.type == "andon.cancelled":
            self.tones.append("cancel")
        if call is None:
            return
        if draft.type == "andon.called":
            call.id = id
            call.sequence = sequence
            self.tones.append("soft" if call.category == "material" else "call")
        elif draft.type[6:] in PHASES:
            call.shown = PHASES.index(draft.type[6:])
            if not call.open() and call.shown >= RESOLVED and self.calls.get(call.category) is call:
                del self.calls[call.category]

    def dropped(self, draft: Draft) -> None:
        """Memory is full: a call is not open, and a step has not happened and can be done again."""
        call, kind = draft.call, draft.type[6:]
        if call is None or kind not in PHASES:
            return
        if kind == "called":
            del self.calls[call.category]
        else:
            call.phase = min(call.phase, call.before if kind == "cancelled" else PHASES.index(kind) - 1)

    def receipt(self, through: int) -> bool:
        """The plant has everything through that sequence. True when a call has just got there."""
        changed = False
        for call in self.calls.values():
            if call.id is not None and not call.plant and call.sequence <= through:
                call.plant = changed = True
        return changed

    # what is so

    def line(self) -> str:
        """`running`, `stopped` (a call that stopped it is open), `waiting` (for the restart)."""
        if self.stop_at is None and not self.held:
            return "running"
        for call in self._open_calls():
            if call.stop == "stopped":
                return "stopped"
        return "waiting"

    def muted(self) -> bool:
        return self._mute_until is not None

    def find(self, id: str):
        for call in self._open_calls():
            if call.id == id:
                return call
        return None

    def urgent(self, step: int = ACKNOWLEDGED):
        """The call to serve first: unanswered before answered, then the stopped, the escalated, the oldest.

        For a later `step` the call that is nearest to it: who says "resolved" means the call he came for.
        """
        calls = self._open_calls()
        if not calls:
            return None
        way = 1 if step == ACKNOWLEDGED else -1
        return min(
            calls,
            key=lambda call: (
                call.phase >= step,
                way * call.phase,
                call.stop != "stopped",
                -call.level,
                call.called_at,
            ),
        )

    def rows(self, now: int) -> set:
        """Rows of the lamp table that hold."""
        line = self.line()
        rows = {"running"} if line == "running" else {"waiting"} if line == "waiting" else set()
        for call in self.calls.values():
            if call.stop == "stopped" and call.open():
                rows.add("stopped" if call.shown < ACKNOWLEDGED else "stopped_taken")
            if call.level and call.shown == CALLED:
                rows.add("escalated")
            rows.add(_row(call, now))
        return rows

    def _policy_of(self, category: str) -> dict:
        # a restored call may be of a category that the config no longer has: it still has to end
        return self._categories.get(category, NO_POLICY)

    def _open_calls(self) -> list:
        return [call for call in self.calls.values() if call.open()]

    def _open(self, now: int, category: str, input: str, via: str, mark_at, test: bool) -> None:
        self._serial += 1
        call = Call(self._serial, category, now)
        call.test = test
        self.calls[category] = call
        self._mute_until = None
        try:
            self._draft("andon.called", call, {"call": category, "input": input, "via": via})
        except Exception:
            del self.calls[category]  # without memory for its event it would be felt for ever
            raise
        stop = self._policy_of(category)["stop"]
        if stop == "immediate":
            self._stop(now, call)
        elif stop == "fixed_position":
            call.stop = "pending"
            call.mark_at = mark_at

    def _stop(self, now: int, call: Call) -> None:
        policy = "fixed_position" if call.stop == "pending" else "immediate"
        call.stop = "stopped"
        call.mark_at = None
        if self.stop_at is None:
            self.stop_at = now
            self._draft("andon.stopped", call, {"policy": policy})

    def _enter(self, call: Call, phase: int, by: str, via: str, more=None) -> None:
        call.before, call.phase = call.phase, phase
        if by:
            call.by = by
        data = {"by": by, "via": via}
        data.update(more or {})
        self._draft("andon." + PHASES[phase], call, data)

    def _draft(self, type: str, call: Call, data: dict) -> None:
        if type != "andon.called":
            data["category"] = call.category
        self.drafts.append(Draft(type, data, call, call.test))

    def _escalates_at(self, call: Call):
        levels = self._policy_of(call.category)["escalate_s"]
        if call.phase != CALLED or call.level >= len(levels) or self.held_at is not None:
            return None
        return call.called_at + call.held_ms + levels[call.level] * 1000

    # the checkpoint

    def pack(self, now: int) -> list:
        """JSON-able; times as ages, because a reboot starts a new uptime."""
        calls = []
        for call in self.calls.values():
            calls.append(
                [
                    call.serial,
                    call.category,
                    call.id,
                    call.phase,
                    call.shown,
                    call.level,
                    now - call.called_at,
                    call.stop,
                    None if call.mark_at is None else call.mark_at - now,
                    call.by,
                    call.test,
                ]
            )
        stop = None if self.stop_at is None else [now - self.stop_at, self.stop_id]
        mute = None if self._mute_until is None else self._mute_until - now
        return [self._serial, self.held, stop, mute, calls]

    def restore(self, now: int, packed: list) -> None:
        self._serial, self.held, stop, mute, calls = packed
        if stop is not None:
            self.stop_at = now - stop[0]
            self.stop_id = stop[1]
        self._mute_until = None if mute is None else now + mute
        for serial, category, id, phase, shown, level, age, stop, mark, by, test in calls:
            call = Call(serial, category, now - age)
            call.id, call.phase, call.shown, call.level = id, phase, shown, level
            call.sequence = int(id.split("-")[1]) if id else 0
            call.stop, call.by, call.test = stop, by, test
            call.mark_at = None if mark is None else now + mark
            call.may_cancel = False
            self.calls[category] = call


def _row(call: Call, now: int) -> str:
    if call.id is None or now - call.called_at < FELT_MS:
        row = "felt"
    elif call.shown == ACKNOWLEDGED:
        row = "acknowledged"
    elif call.shown >= ARRIVED:
        row = "arrived"
    else:
        row = "plant" if call.plant else "stored"
    if call.category == "material":
        return "material_" + row
    return "call_" + row if row in ("plant", "stored") else row
