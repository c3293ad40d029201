"""Calls and stops: who called when, who took it, how long the line stood, and why.

Entries of one station may come in any order (what was lost on the way is sent again later), so each writes only
what it knows, and the order does not matter.
"""

from pullcord.pull.entry import Entry
from pullcord.pull.loose import Loose
from pullcord.pull.sheet import Row, Sheet
from pullcord.pull.steady import COLUMN, Steady

UNSPECIFIED = "unspecified"
_MOMENTS = ("called_at", "acknowledged_at", "arrived_at", "resolved_at", "cancelled_at")


class Calls:
    """`calls` by the id of the called event, `stops` by the id of the stopped event."""

    name = "calls"
    version = 2

    def __init__(self) -> None:
        names = ("call", "station", "category", "via", "taken_by", "reason", "cause", "cause_by", "note")
        text = dict.fromkeys(names, str)
        numbers = dict.fromkeys((*_MOMENTS, "ended_at", "cause_at", "level"), int)
        self.calls = Sheet("calls", ("call",), {**text, **numbers, COLUMN: dict}, closed="ended_at")
        stop = dict.fromkeys(("stop", "station", "call", "category", "policy"), str)
        moments = dict.fromkeys(("stopped_at", "restarted_at"), int)
        self.stops = Sheet("stops", ("stop",), {**stop, **moments, COLUMN: dict}, closed="restarted_at")
        self._loose_calls = Loose(self.calls)
        self._loose_stops = Loose(self.stops)
        self._steady_call, self._steady_stop = Steady("called_at"), Steady("stopped_at")
        self._take = {
            "andon.called": self._called,
            "andon.acknowledged": self._acknowledged,
            "andon.arrived": self._arrived,
            "andon.escalated": self._escalated,
            "andon.resolved": self._resolved,
            "andon.cancelled": self._cancelled,
            "andon.stopped": self._stopped,
            "andon.restarted": self._restarted,
            "cause.entered": self._cause_entered,
            "events.placed": self._placed,
        }

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.calls, self.stops, self._loose_calls.sheet, self._loose_stops.sheet

    def apply(self, entry: Entry) -> None:
        take = self._take.get(entry.kind)
        if take and not entry.test:
            take(entry)

    def _called(self, entry: Entry) -> None:
        row = self.calls.row(entry.id)
        row |= {"station": entry.station, "category": entry.data["call"], "via": entry.data["via"]}
        self._write(row, "called_at", entry)

    def _acknowledged(self, entry: Entry) -> None:
        row = self._of(entry)
        row["taken_by"] = row["taken_by"] or entry.by
        self._write(row, "acknowledged_at", entry)

    def _arrived(self, entry: Entry) -> None:
        self._write(self._of(entry), "arrived_at", entry)

    def _escalated(self, entry: Entry) -> None:
        row = self._of(entry)
        self.calls.put(row | {"level": max(row["level"] or 0, entry.data["level"])})

    def _resolved(self, entry: Entry) -> None:
        row = self._of(entry)
        row["reason"] = entry.data["reason"]
        self._write(row, "resolved_at", entry)

    def _cancelled(self, entry: Entry) -> None:
        self._write(self._of(entry), "cancelled_at", entry)

    def _stopped(self, entry: Entry) -> None:
        row = self.stops.row(entry.id)
        row |= {"station": entry.station} | {key: entry.data[key] for key in ("call", "category", "policy")}
        self._write_stop(row, "stopped_at", entry)

    def _restarted(self, entry: Entry) -> None:
        if entry.data["stop"]:  # without one the line only waited after a reset
            row = self.stops.row(entry.data["stop"])
            row["station"] = entry.station
            self._write_stop(row, "restarted_at", entry)

    def _cause_entered(self, entry: Entry) -> None:
        """A person's judgement, later and better than the reason that was given at the station."""
        row = self.calls.get(entry.data["call"])
        if row is not None:
            said = {"cause": entry.data["cause"], "note": entry.data.get("note", "")}
            self.calls.put(row | said | {"cause_by": entry.by, "cause_at": entry.at})

    def _placed(self, entry: Entry) -> None:
        for settled in self._loose_calls.settle(entry):
            if settled.column in ("resolved_at", "cancelled_at"):
                self.calls.put(settled.row | {"ended_at": settled.row[settled.column]})
        for _ in self._loose_stops.settle(entry):
            continue

    def _of(self, entry: Entry) -> Row:
        row = self.calls.row(entry.data["call"])
        return row | {"station": entry.station, "category": entry.data["category"]}

    def _write(self, row: Row, column: str, entry: Entry) -> None:
        self._loose_calls.stamp(row, column, entry)
        self._steady_call.stamp(row, column, entry)
        row["ended_at"] = row["cancelled_at"] if row["resolved_at"] is None else row["resolved_at"]
        self.calls.put(row)

    def _write_stop(self, row: Row, column: str, entry: Entry) -> None:
        self._loose_stops.stamp(row, column, entry)
        self._steady_stop.stamp(row, column, entry)
        self.stops.put(row)
