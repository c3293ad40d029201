"""Small loops, and what happens at their two ends, in seconds."""

from pullcord.pull.kanban import Kanban
from tests.host_tools.pull.entries import decided, entry

CONSUMER = "acme/assembly/line-1/st-04"
SUPPLIER = "acme/assembly/line-1/st-01"
ENDS = {"signal": CONSUMER, "receive": CONSUMER, "ship": SUPPLIER}
A, B, C, D = "04a1b2c3d40001", "04a1b2c3d40002", "04a1b2c3d40003", "04a1b2c3d40004"


def loop(cards=(A, B, C), **more):
    declared = {
        "kind": "withdrawal", "item": "bolt", "consumer": CONSUMER, "supplier": SUPPLIER, "quantity": 20, "batch": None,
        "reorder_point": None, "releases": None, "ships": True, "safety": "0.1", "cards": list(cards),
    }  # fmt: skip
    return declared | more


class Floor:
    """A shop floor: each call is one entry, in the order of positions. `at` is when it happened."""

    def __init__(self, **loops):
        self.kanban = Kanban()
        self.entries = []
        self.declare(0, **(loops or {"bolt": loop()}))

    def declare(self, at, **loops):
        self.decide(at, "plant.declared", hash="x", plant={"loops": loops})

    def decide(self, at, kind, **data):
        return self._apply(decided(len(self.entries) + 1, kind, at, data))

    def tap(self, at, role, card=A, *, station=None, journal=None, **more):
        station = station or ENDS[role]
        position = len(self.entries) + 1
        data = {"reader": "r", "role": role, "card": card, "loop": "bolt", "table": 1, "certain": True}
        journal = journal or station[-5:]
        return self._apply(entry(position, "kanban.tapped", at, data, station=station, journal=journal, **more))

    def refuse(self, at, why, card=A, role="signal", station=CONSUMER):
        data = {"reader": "r", "role": role, "card": card, "why": why, "table": 1}
        position = len(self.entries) + 1
        return self._apply(entry(position, "kanban.refused", at, data, station=station, journal=station[-5:]))

    def trip(self, at, card=A, takes=300):
        self.tap(at, "signal", card)
        self.tap(at + takes - 100, "ship", card)
        self.tap(at + takes, "receive", card)

    def again(self):
        """What a fold from the start gives."""
        other = Kanban()
        for one in self.entries:
            other.apply(one)
        return other

    def state(self, card=A):
        return self.kanban.loops.cards.get(card)["state"]

    def loop(self, name="bolt"):
        return self.kanban.loops.loops.get(name)

    def signal(self, card=A):
        return self.kanban.signals.sheet.get(self.kanban.loops.cards.get(card)["signal"])

    def queue(self, supplier=SUPPLIER):
        both = [row for work in ("fetch", "make") for row in self.kanban.signals.queue(supplier, work)]
        return [row["card"] or row["reference"] for row in both]

    def findings(self):
        """Kinds of all, in the order of positions."""
        rows = sorted(self.kanban.findings.sheet._rows.values(), key=lambda row: row["position"])
        return [row["kind"] for row in rows]

    def lasting(self):
        return [row["kind"] for row in self.kanban.findings.sheet.open()]

    def _apply(self, one):
        self.entries.append(one)
        self.kanban.apply(one)
        return one.id
