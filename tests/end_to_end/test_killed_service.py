"""`pullcord serve`, killed again and again while events come, timers fire and people are told."""

import asyncio
import itertools
import json
import random
import re
import signal
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

from pullcord.line import backup, place
from pullcord.line.broker import free_port, open_broker
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.a_pager import webhook
from tests.host_tools.line.databases import rows, tables
from tests.host_tools.line.events import JOURNAL, call, event, state
from tests.host_tools.line.stand_in import station

PROGRAM = str(Path(sys.executable).with_name("pullcord"))
EXAMPLE = Path(__file__).parents[2] / "docs/examples/plant.yaml"
STATION = "acme/assembly/line-1/st-03"
CARD, LATE = "04a1b2c3d40001", "04a1b2c3d40002"
RESOLVED = {"category": "material", "reason": "other", "by": "", "via": "button"}
EVENTS = 1002
WINDOW = 32
AGE_S = EVENTS + 60
"""The first event is of so long ago."""
KILLS = 4
DEADLINE_S = 60


def plant(folder, hook):
    """The example, with somebody to tell of its quality calls, soon."""
    said = "quality: {stop: fixed_position, escalate_s: [60, 180]}"
    levels = f"escalate_s: [{AGE_S + 3}, {AGE_S + 6}]"
    soon = f'quality: {{stop: fixed_position, {levels}, tell: {{"0": [lead], "1": [lead], "2": [lead]}}}}'
    text = EXAMPLE.read_text()
    assert text.count(said) == 1
    roles = "channels:\n  pager: {name: Pager}\nroles:\n  lead: {name: Leader, channels: [pager]}\n"
    (folder / "plant.yaml").write_text(text.replace(said, soon) + roles)
    (folder / "channels.json").write_text(json.dumps({"pager": hook.address()}))
    (folder / "channels.json").chmod(0o600)


def stream():
    """By sequence: a call that stays open, a card that comes late, trips of another, and calls that are answered."""
    began = now_ms() - AGE_S * 1000
    told = {1: ("andon.called", {"call": "quality", "input": "cord-1", "via": "cord"})}
    told[2] = tap("signal", LATE)
    trips = itertools.cycle((tap("signal", CARD), tap("receive", CARD), None, "resolved"))
    for n in range(3, EVENTS + 1):
        step = next(trips)
        if step is None:
            step = "andon.called", {"call": "material", "input": "material", "via": "button"}
        elif step == "resolved":
            step = "andon.resolved", {**RESOLVED, "call": f"{JOURNAL}-{n - 1}"}
        told[n] = step
    return {n: event(n, *said, path=STATION, at=began + n * 1000) for n, said in told.items()}


def now_ms():
    return time.time_ns() // 1_000_000


def tap(role, card):
    data = {"reader": "r", "role": role, "card": card, "loop": "bolt-m8", "table": 1, "certain": True}
    return "kanban.tapped", data


class Killed:
    """The service in a folder, as a process that is killed and started again."""

    def __init__(self, folder, broker):
        self.database = folder / "line.db"
        self._folder = folder
        self._command = [
            PROGRAM, "serve", "--port", "0", "--broker", broker, "--plant", "plant.yaml", "--channels", "channels.json",
        ]  # fmt: skip
        self._process = None

    async def start(self):
        with (self._folder / "said").open("ab") as said:
            self._process = await asyncio.create_subprocess_exec(*self._command, cwd=self._folder, stderr=said)

    async def end(self, how):
        self._process.send_signal(how)
        return await asyncio.wait_for(self._process.wait(), DEADLINE_S)

    def said(self):
        return (self._folder / "said").read_text()

    def ask(self, query):
        return rows(self.database, query) if self.database.exists() else []


@asynccontextmanager
async def sending(st, events):
    """What the firmware does: in order, again from the last receipt on when that does not move."""

    async def send():
        while through(st) < EVENTS:
            begin = through(st)
            last = min(begin + WINDOW, EVENTS)
            for n in range(begin + 1, last + 1):
                await st.send("event", events[n])
            until = time.monotonic() + 0.5
            while through(st) < last and time.monotonic() < until:
                await asyncio.sleep(0.005)

    task = asyncio.create_task(send())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def through(st):
    return max((receipt["through"] for receipt in st.receipts()), default=0)


async def until(true, service):
    end = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < end, service.said()
        await asyncio.sleep(0.02)


def level(text):
    found = re.search(r"Level (\d)", text)
    return int(found[1]) if found else 0


def undisturbed(database, folder):
    """The same log, folded in one go."""
    backup.take(place.read(database), folder / "copy.db", lambda _done, _whole: None)
    store = Store(folder / "copy.db")
    store.open()
    projector = store.projector(all_of_them())
    projector.rebuild()
    while not projector.catch_up(10_000).done:
        pass
    assert projector.trouble == {}
    store.close()
    return tables(store)


async def test_a_service_that_is_killed_again_and_again_ends_with_the_tables_of_one_that_was_not(tmp_path):
    chance = random.Random(6)
    events = stream()
    async with webhook() as hook, open_broker(port=free_port(), embedded=True) as broker:
        plant(tmp_path, hook)
        service = Killed(tmp_path, broker.url)
        async with station(broker.url, STATION) as st:
            waits = state(path=STATION, calls=[call(1, age_ms=AGE_S * 1000 - 1000)], at=now_ms())
            await st.send("state", waits, retain=True)
            async with sending(st, events) as sender:
                for _ in range(KILLS):
                    before = through(st)
                    await service.start()
                    await until(lambda before=before: through(st) > before, service)
                    await asyncio.sleep(chance.random() / 5)
                    assert not sender.done()
                    await service.end(signal.SIGKILL)
                await service.start()
                await asyncio.wait_for(sender, DEADLINE_S)
            await until(lambda: service.ask("select * from notices where level = 2"), service)
            await until(lambda: not service.ask("select * from notices where result is null"), service)
            late = "select * from findings where kind = 'card_overdue'"
            await until(lambda: service.ask(late), service)
        assert await service.end(signal.SIGTERM) == 0
    log = service.ask("select position from events union all select position from plant_events order by position")
    assert [row["position"] for row in log] == list(range(1, len(log) + 1))
    assert [row["sequence"] for row in service.ask("select sequence from events order by sequence")] == [*events]
    assert len(service.ask("select * from calls")) == sum(one["type"].endswith("called.v1") for one in events.values())
    decided = service.ask("select data from plant_events where type = 'notice.decided' order by position")
    levels = [json.loads(row["data"])["level"] for row in decided]
    assert levels == sorted(set(levels))
    assert levels[-1] == 2
    assert {level(text) for _, text in hook.told} == set(levels), "one that was decided when it was killed is told yet"
    for_once = [level(text) for _, text in hook.told if "You may have been told this before" not in text]
    assert len(for_once) == len(set(for_once)), "one that was told again says so"
    store = Store(service.database)
    assert tables(store) == undisturbed(service.database, tmp_path)
    store.close()
