"""Kanban signals: the queue of each supplier, in the order in which the signals were given.

    given -> (waiting for its batch ->) released -> started -> shipped -> received

What is fetched from a store and what is made are two queues of a supplier: a handler and a machine each work their own.

A signal that was given earlier and arrives later takes its place by the time at which it was given, as long as nothing
that came after it was started. What was started is never taken back: the late one is told as overtaken.
"""

from pullcord.pull.entry import Entry
from pullcord.pull.findings import Findings
from pullcord.pull.loose import Loose
from pullcord.pull.sheet import Row, Sheet

Order = tuple[int, str, int]


class Signals:
    """`sheet` by the id of the entry that gave the signal; `queues`: the latest signal that a supplier started.

    `work` of a signal is `fetch` in a withdrawal loop, `make` in all others; `chained`: the one that it gave upstream.
    """

    def __init__(self, findings: Findings) -> None:
        names = ("signal", "loop", "card", "queue", "work", "batch", "source", "reference", "chained", "journal")
        text = dict.fromkeys(names, str)
        steps = dict.fromkeys(("given_at", "released_at", "started_at", "shipped_at", "received_at", "done_at"), int)
        columns = {**text, **steps, "sequence": int, "position": int}
        self.sheet = Sheet("signals", ("signal",), columns, closed="done_at")
        newest = {"queue": str, "work": str, "at": int, "journal": str, "sequence": int}
        self.queues = Sheet("queues", ("queue", "work"), newest)
        self.loose = Loose(self.sheet)
        self._findings = findings

    def give(self, entry: Entry, loop: Row, card: str, source: str, reference: str = "") -> Row:
        """A new signal, not released yet."""
        row = self._new(entry, loop, card, source) | {"reference": reference}
        self.loose.stamp(row, "given_at", entry)
        self.sheet.put(row)
        return row

    def unasked(self, entry: Entry, loop: Row, card: str) -> Row:
        """A container moved though no signal for it is known: it may still come, late."""
        row = self._new(entry, loop, card, "unasked")
        self.sheet.put(row)
        return row

    def release(self, row: Row, entry: Entry, batch: str = "") -> Row:
        row = row | {"released_at": entry.at, "batch": batch}
        self.sheet.put(row)
        newest = self.queues.get(row["queue"], row["work"])
        if newest and order(row) < (newest["at"], newest["journal"], newest["sequence"]):
            self._findings.happened("overtaken_by_late_signal", entry, row, given_at=row["given_at"])
        return row

    def start(self, row: Row, entry: Entry) -> Row:
        """The supplier began with it; what was given before it and waits is told, until it is begun with, too."""
        if row["started_at"] is not None:
            return row
        self._findings.over("not_in_order", entry, row)
        if row["given_at"] is not None:
            for other in self.queue(row["queue"], row["work"]):
                if order(other) < order(row):
                    self._findings.lasts("not_in_order", entry, other, passed_by=row["card"] or row["signal"])
            newest = self.queues.row(row["queue"], row["work"])
            if newest["at"] is None or (newest["at"], newest["journal"], newest["sequence"]) < order(row):
                at, journal, sequence = order(row)
                self.queues.put(newest | {"at": at, "journal": journal, "sequence": sequence})
        return self.step(row, "started_at", entry)

    def step(self, row: Row, column: str, entry: Entry) -> Row:
        """Write the time of one step; with `received_at` the signal is done."""
        row = dict(row)
        self.loose.stamp(row, column, entry)
        if column == "received_at":
            row["done_at"] = entry.at
        self.sheet.put(row)
        return row

    def cancel(self, row: Row, entry: Entry) -> None:
        """It will not be filled: its card is lost or was taken out."""
        self._findings.over("not_in_order", entry, row)
        self.sheet.put(row | {"done_at": entry.at})

    def queue(self, queue: str, work: str) -> list[Row]:
        """Released and not started, in the order in which they were given."""
        waiting = (row for row in self.sheet.open() if (row["queue"], row["work"]) == (queue, work))
        return sorted(
            (row for row in waiting if row["released_at"] is not None and row["started_at"] is None), key=order
        )

    def waiting(self, loop: str) -> list[Row]:
        """Given and not released, in order: a batch is being built."""
        rows = (row for row in self.sheet.open() if row["loop"] == loop and row["given_at"] is not None)
        return sorted((row for row in rows if row["released_at"] is None), key=order)

    def without_card(self, loop: str) -> Row | None:
        """The oldest signal from outside, or from the next loop, that no container has been sent for."""
        rows = [
            row for row in self.sheet.open() if row["loop"] == loop and not row["card"] and row["shipped_at"] is None
        ]
        return min(rows, key=order, default=None)

    def settle(self, entry: Entry) -> None:
        for settled in self.loose.settle(entry):
            if settled.column == "received_at":
                self.sheet.put(settled.row | {"done_at": settled.row["received_at"]})

    def _new(self, entry: Entry, loop: Row, card: str, source: str) -> Row:
        row = self.sheet.row(entry.id if source != "chained" else f"{entry.id}:{loop['loop']}")
        work = "fetch" if loop["kind"] == "withdrawal" else "make"
        about = {"loop": loop["loop"], "card": card, "queue": loop["supplier"], "work": work, "source": source}
        return row | about | {"journal": entry.journal, "sequence": entry.sequence, "position": entry.position}


def order(row: Row) -> Order:
    """By the time at which it was given, then journal, then sequence."""
    return row["given_at"] or 0, row["journal"] or "", row["sequence"] or 0
