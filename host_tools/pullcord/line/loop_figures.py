"""Loops as they stand: cards, queues, sizes, what a card fewer would have done, what runs out, what was late."""

from collections.abc import Mapping
from typing import Any

from pullcord.line.figures import Figures
from pullcord.pull import calendar, causes, lowering, overdue, running_out, sizing, worked
from pullcord.pull.causes import Shop
from pullcord.pull.overdue import Pace
from pullcord.pull.running_out import RunningOut
from pullcord.pull.sheet import Row
from pullcord.pull.signals import order
from pullcord.pull.spans import Span
from pullcord.pull.worked import AllHours

DAY_MS = 86_400_000
WINDOW_MS = 90 * DAY_MS
"""What was longer ago says nothing about how a loop goes now."""
AHEAD_MS = 14 * DAY_MS
"""How far working hours are reckoned into the future."""


class LoopFigures:
    """Methods block; SQLAlchemy's DBAPIError when the database cannot be read."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def loops(self, now: int) -> list[dict[str, Any]]:
        """Each loop in force with its cards' states, and how many cards it would need as measured."""
        signals, hours, states = self._signals(now), self._hours(now), self._states()
        return [
            loop | {"states": states.get(name, {}), "sized": _sized(loop, signals.get(name, []), hours)}
            for name, loop in self._loops().items()
        ]

    def loop(self, name: str, now: int) -> dict[str, Any] | None:
        """One loop, with its cards, its open signals, its latest trips and its trials."""
        found = next((loop for loop in self.loops(now) if loop["loop"] == name), None)
        if found is None:
            return None
        cards = self._figures.table("cards")
        signals = self._signals(now).get(name, [])
        done = [row for row in signals if row["received_at"] is not None]
        return found | {
            "cards": self._figures.rows("cards", cards.c.loop == name),
            "signals": sorted((row for row in signals if row["done_at"] is None), key=order),
            "trips": sorted(done, key=lambda row: row["received_at"])[-20:],
            "trials": self.trials(name),
        }

    def one_fewer(self, name: str, now: int) -> dict[str, Any] | None:
        """`lowering.one_fewer` for a loop in force."""
        loop = self._loops().get(name)
        return None if loop is None else lowering.one_fewer(loop, self._signals(now).get(name, []), now)._asdict()

    def queues(self) -> dict[str, list[dict[str, Any]]]:
        """By supplier: signals that are released and not started, in the order in which they are to be worked."""
        table = self._figures.table("signals")
        waiting = table.c.done_at.is_(None) & table.c.started_at.is_(None) & table.c.released_at.is_not(None)
        out: dict[str, list[dict[str, Any]]] = {}
        for row in sorted(self._figures.rows("signals", waiting), key=order):
            out.setdefault(row["queue"], []).append(row)
        return out

    def cards(self) -> list[dict[str, Any]]:
        return self._figures.rows("cards")

    def findings(self, every: bool = False, limit: int = 200) -> list[dict[str, Any]]:
        """The latest first; those that last, or `every` one."""
        table = self._figures.table("findings")
        rows = self._figures.rows("findings", *(() if every else (table.c.cleared_at.is_(None),)))
        return sorted(rows, key=lambda row: -row["position"])[:limit]

    def trials(self, loop: str | None = None) -> list[dict[str, Any]]:
        """With the stock-outs of its loop while it went on."""
        table, findings = self._figures.table("trials"), self._figures.table("findings")
        out = []
        for trial in self._figures.rows("trials", *(() if loop is None else (table.c.loop == loop,))):
            during = findings.c.at >= trial["started_at"]
            if trial["ended_at"] is not None:
                during &= findings.c.at < trial["ended_at"]
            about = findings.c.loop == trial["loop"], findings.c.kind == "stock_out"
            found = self._figures.rows("findings", *about, during)
            spans = [{"begin": row["at"], "end": row["cleared_at"]} for row in sorted(found, key=lambda row: row["at"])]
            out.append(trial | {"stock_outs": spans})
        return sorted(out, key=lambda trial: -trial["started_at"])

    def audits(self) -> list[dict[str, Any]]:
        """The latest first, each with what was seen."""
        seen: dict[str, list[dict[str, Any]]] = {}
        for row in self._figures.rows("audit_cards"):
            seen.setdefault(row["audit"], []).append(row)
        audits = sorted(self._figures.rows("audits"), key=lambda audit: -audit["started_at"])
        return [audit | {"cards": seen.get(audit["audit"], [])} for audit in audits]

    def material_calls(self, span: Span) -> list[dict[str, Any]]:
        """Calls for material that began in the span, each with the cards that were late then."""
        calls = [call for call in self._figures.calls(span) if call["category"] == causes.MATERIAL]
        if not calls:
            return []
        hours = self._hours(span.end)
        shop = Shop(self._loops(), self._signals(span.begin), lambda loop: worked.of_loop(loop["supplier"], hours))
        return [
            call | {"late_cards": [_told(late) for late in causes.late_cards(shop, call["station"], call["called_at"])]}
            for call in calls
        ]

    def late(self, now: int) -> tuple[list[Row], list[RunningOut]]:
        """Cards that did not move for far longer than their loop takes, and loops that will run out before they do."""
        signals, inside = self._signals(now), self._hours(now)
        paces: dict[str, Pace] = {}
        found: list[RunningOut | None] = []
        for name, loop in self._loops().items():
            own, hours = signals.get(name, []), worked.of_loop(loop["supplier"], inside)
            paces[name] = overdue.pace(own, hours)
            found.append(running_out.running_out(loop, own, hours, now))
        return overdue.overdue(self.cards(), paces, now), [one for one in found if one]

    def names(self, what: str) -> set[str]:
        """Of the `loops` in force, or the `cards` or `trials` that there are."""
        if what == "loops":
            return set(self._figures.plant()["loops"])
        table = self._figures.table(what)
        (key,) = table.primary_key.columns
        return {row[key.name] for row in self._figures.rows(what)}

    def _loops(self) -> dict[str, Row]:
        table = self._figures.table("loops")
        return {row["loop"]: row for row in self._figures.rows("loops", table.c.ended_at.is_(None))}

    def _states(self) -> dict[str, dict[str, int]]:
        out: dict[str, dict[str, int]] = {}
        for card in self.cards():
            states = out.setdefault(card["loop"], {})
            states[card["state"]] = states.get(card["state"], 0) + 1
        return out

    def _signals(self, now: int) -> dict[str, list[Row]]:
        """By loop, those of the window and those that are open."""
        table = self._figures.table("signals")
        recent = table.c.done_at.is_(None) | (table.c.done_at >= now - WINDOW_MS)
        out: dict[str, list[Row]] = {}
        for row in self._figures.rows("signals", recent):
            out.setdefault(row["loop"], []).append(row)
        return out

    def _hours(self, now: int) -> AllHours:
        """Working hours of the window, and of some days ahead."""
        span = Span(now - WINDOW_MS, now + AHEAD_MS)
        return worked.hours(calendar.read(self._figures.plant()["calendar"]), span)


def _sized(loop: Row, signals: list[Row], inside: AllHours) -> dict[str, Any]:
    done = ((row["given_at"], row["received_at"]) for row in signals)
    trips = [(given, received) for given, received in done if given is not None and received is not None]
    hours = worked.of_loop(loop["supplier"], inside)
    return sizing.measured(trips, hours, float(loop["safety"]), loop["quantity"])._asdict()


def _told(late: causes.LateCard) -> Mapping[str, Any]:
    return late._asdict() | {"because": [_told(one) for one in late.because]}
