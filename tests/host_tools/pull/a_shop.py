"""Plays a script on the firmware's own rules, and gives what its stations send to a real database.

Each station is a `station.core.station.Station` with the config and the card table that the plant file compiles to.
What it emits is encoded as a board does, kept while it is cut off, sent again after it, and committed by the recorder's
store like any other message: validated, receipted, folded.
"""

import json
import random
from pathlib import Path

from pullcord.line import moments
from pullcord.line.figures import Figures
from pullcord.line.log import PlantEvent
from pullcord.line.reading import Arrival
from pullcord.line.store import Store
from pullcord.line.timers import due
from pullcord.plant import boards as board_profiles
from pullcord.plant.version import read_version
from pullcord.pull.projections import all_of_them
from pullcord.sim.plans import plans
from station.core.events import encode
from station.core.station import Station

PLANT = Path(__file__).parents[3] / "docs" / "examples" / "assembly-shop.yaml"
HELD_MS, WAY_MS, LOOK_MS = 400, 150, 3_600_000
TOGETHER = 200


class Board:
    """One station: `flash` holds what it recorded and was not sent yet."""

    def __init__(self, plan, number, on_at):
        self.path = plan.config["station"]
        self.flash = []
        self.sent = []
        self.online = True
        self._plan = plan
        self._journal = f"{number:016x}"
        self._sequence = 0
        self._boot = 0
        self.cards = {uid: (loop, here, state) for uid, loop, here, state in plan.cards}
        self.on_at = None
        self.power(on_at, True)

    def power(self, at, on):
        """Off: the rules' memory is gone. On: the clock is unset until the network is back."""
        if not on:
            self.on_at, self.online = None, False
            return
        self._boot += 1
        self.on_at = at
        self.station = Station(self._plan.config, self._journal, self._boot)
        if self._boot == 1:
            self._time(at)
        else:
            self.online = False
        self.station.begin(0, ())
        known = {"versions": {"pullcord": "0.1.0"}, "config": self._plan.config["hash"], "uid": "00"}
        self.station.note(0, "station.started", {"reset": "power_on", **known})
        self.station.andon.restart(0, "", "button")
        self._record(at)

    def cable(self, at, on):
        self.online = on
        self.station.link(at - self.on_at, on)
        if on:
            self._time(at)
        self._record(at)

    def until(self, at):
        """What its timers do by then."""
        while self.on_at is not None:
            dues = (self.station.andon.due(), self.station.takt.due() if self.station.takt else None)
            now = min((due for due in dues if due is not None), default=None)
            if now is None or now > at - self.on_at:
                return
            self.station.tick(now)
            self._record(self.on_at + now)

    def pulse(self, at, name):
        self._heartbeat(at)
        self.station.input(at - self.on_at, name, True)
        self._record(at)
        self.station.input(at - self.on_at + HELD_MS, name, False)
        self._record(at)

    def tap(self, at, reader, uid):
        self._heartbeat(at)
        assert self.station.card(at - self.on_at, reader, bytes.fromhex(uid), self.cards.get(uid))
        self._record(at)
        self.station.card(at - self.on_at + HELD_MS, reader, None, None)

    def command(self, at, do):
        self._heartbeat(at)
        said = {"id": f"c-{at}", "expires": moments.to_text(at + 60_000), "do": do, "by": "jonas"}
        self.station.command(at - self.on_at, json.dumps(said).encode())
        self._record(at)

    def _heartbeat(self, at):
        if self.online:
            self._time(at)

    def _time(self, at):
        self.station.link(at - self.on_at, True)
        self.station.time(at - self.on_at, at, 40)

    def _record(self, at):
        for draft in list(self.station.drafts):
            self._sequence += 1
            self.flash.append(encode(draft, self._journal, self._sequence, self.path))
            self.station.stored(at - self.on_at, draft, self._sequence)


class Shop:
    """`store` has the log, folded as it came; `figures` reads it."""

    def __init__(self, folder, begin, plant=PLANT, seed=1):
        self.store = Store(folder / "line.db")
        self.store.open()
        boards = board_profiles.load()
        version = read_version(plant, boards)
        self.store.declare(version.declared, begin)
        self.figures = Figures(self.store.place)
        self.boards = {
            plan.config["station"]: Board(plan, number, begin) for number, plan in enumerate(plans(version, boards), 1)
        }
        self._chance = random.Random(seed)
        self._projector = self.store.projector(all_of_them())
        self._projector.open()
        self._arrived = []
        self._looked_at = begin

    def play(self, steps, end):
        for step in steps:
            self._pass(step.at)
            self._do(step)
            self._send(step.at)
        self._pass(end)
        for board in self.boards.values():
            board.until(end)
        self._send(end)
        self.commit()

    def commit(self):
        """What has arrived becomes durable, and is folded."""
        for first in range(0, len(self._arrived), TOGETHER):
            self.store.commit(self._arrived[first : first + TOGETHER])
        self._arrived = []
        while not self._projector.catch_up().done:
            assert self._projector.trouble == {}
        assert self._projector.trouble == {}

    def close(self):
        self.figures.close()
        self.store.close()

    def _pass(self, at):
        """Hour by hour, the plant's timers look at what was folded."""
        while self._looked_at + LOOK_MS <= at:
            self._looked_at += LOOK_MS
            self.commit()
            for event in due(self.figures, self._looked_at):
                self.store.append(event, self._looked_at)

    def _do(self, step):
        if step.do == "decide":
            self.commit()
            self.store.append(PlantEvent(step.what, step.at, "maria", step.data), step.at)
            if step.what == "card.replaced":
                for board in self.boards.values():
                    if step.data["card"] in board.cards:
                        board.cards[step.data["replaced_by"]] = board.cards[step.data["card"]]
            return
        for board in self.boards.values():
            board.until(step.at)
        board = self.boards[step.station]
        if step.do == "pulse":
            board.pulse(step.at, step.what)
        elif step.do in ("tap", "stray"):
            board.tap(step.at, step.what, step.data)
        elif step.do == "command":
            board.command(step.at, step.what)
        else:
            {"cable": board.cable, "power": board.power}[step.do](step.at, step.what == "on")
            if step.do == "cable" and board.online:
                board.flash = [*board.sent[-5:], *board.flash]  # it cannot know what was received

    def _send(self, at):
        for board in self.boards.values():
            if not board.online or not board.flash:
                continue
            burst, board.flash = board.flash, []
            is_back = len(burst) > 5
            board.sent = [*board.sent, *burst][-5:]
            topic = f"pullcord/v1/{board.path}/event"
            if is_back:  # what was kept comes at once, and not always in its order
                self.commit()
                self._chance.shuffle(burst)
            self._arrived += [Arrival(topic, board.path, payload, at + WAY_MS) for payload in burst]
            if is_back:
                self.commit()
