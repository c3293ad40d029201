"""People are told of calls that wait: once for each call and level, through channels that really take a message."""

import asyncio
import contextlib
import logging

import pytest
from sqlalchemy.exc import OperationalError

from pullcord.line import notifier
from pullcord.line.board import BoardState
from pullcord.line.channels import Channels
from pullcord.line.figures import Figures
from pullcord.line.links import EXPIRED, NO_ANSWER, OVER, UNKNOWN, USED, Links
from pullcord.line.log import PlantEvent
from pullcord.line.notifier import Notifier
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.a_pager import mailbox, until, webhook
from tests.host_tools.line.databases import rows
from tests.host_tools.line.events import JOURNAL, arrival, call, called, event, state
from tests.host_tools.pull.test_escalation import PLANT, STATION, TEN

MINUTE = 60_000
CALL = f"{JOURNAL}-1"
LINK = "https://andon.plant.example"
TOLD = ("notice.decided", "notice.sent")
CALENDAR = {
    "time_zone": "Europe/Berlin", "closed": [],
    "shifts": {
        name: {"from": begin, "to": end, "days": ["mon", "tue", "wed", "thu", "fri"], "stops": []}
        for name, begin, end in (("early", "06:00", "14:00"), ("late", "14:00", "22:00"))
    },
}  # fmt: skip
ONLY_LEAD = {**PLANT["roles"], "lead": {"people": [], "on_call": {}, "channels": ["lead-pager"]}}


class Service:
    """As much of the line service as tells people: one process. `now` is what its clock says."""

    def __init__(self, database, addresses, now=TEN):
        self.now = now
        self.put_back = 0
        self.store = Store(database)
        self.store.open()
        self.store.declare({"hash": "x", "plant": PLANT | {"calendar": CALENDAR, "roles": ONLY_LEAD}}, TEN)
        self.projector = self.store.projector(all_of_them())
        self.projector.open()
        self.board = BoardState("s1", {STATION: "Press on"})
        self.figures = Figures(self.store.place)
        self.commands = []
        self.answer = {"result": "done", "why": ""}
        self.notifier = Notifier(
            self.board, self.figures, self.append, Channels(addresses), LINK, lambda: self.now, self.is_folded,
            lambda: self.now + self.put_back,
        )  # fmt: skip
        self.links = Links(self.board, self.figures, self.append, self.command, lambda: self.now)
        self.projector.catch_up()

    async def append(self, decision):
        position = self.store.append(decision, self.now)
        self.projector.catch_up()
        return position

    def is_folded(self):
        return self.projector.catch_up().done

    async def command(self, *what):
        self.commands.append(what)
        return self.answer

    def says(self, *calls):
        """The station's latest state."""
        self.board.take_state(self.now, STATION, state(path=STATION, calls=list(calls), at=self.now))

    async def tells(self):
        """What is due, until all of it is told or has failed."""
        await self.notifier.tell()
        await self.quiet()

    async def quiet(self):
        await until(lambda: not self.notifier.status()["sending"])

    def kinds(self):
        found = rows(self.store, "select type from plant_events order by position")
        return [row["type"] for row in found if row["type"].startswith("notice.")]

    def killed(self):
        """No more than a kill: nothing is written, nobody says goodbye."""
        for task in self.notifier._sending:
            task.cancel()
        self.store.close()
        self.figures.close()


@pytest.fixture
def starting(database):
    made = []

    def start(hook, **more):
        service = Service(database, {"lead-pager": hook.address()}, **more)
        made.append(service)
        return service

    yield start
    for service in made:
        service.killed()


class Log(logging.Handler):
    """All that a service would have in its log, at its most talkative. (pytest's own listens at closed doors, too.)"""

    def __init__(self):
        super().__init__()
        self.text = ""

    def emit(self, record):
        self.text += record.getMessage() + "\n"


@pytest.fixture
def logged():
    root, handler = logging.getLogger(), Log()
    before = root.level
    root.addHandler(handler)
    root.setLevel(1)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(notifier, "RETRY_S", (0.01, 0.01))


async def test_a_web_service_and_a_mail_server_are_told_of_a_call(database):
    async with webhook() as hook, mailbox() as box:
        service = Service(database, {"lead-pager": hook.address(), "maria-mail": box.address()})
        service.store.declare({"hash": "y", "plant": PLANT | {"calendar": CALENDAR}}, TEN)
        service.says(call(1, stop="stopped"))
        await service.tells()
        ((title, text),) = hook.told
        ((sender, receivers, subject, mail),) = box.mails
        service.killed()
    assert (title, subject) == ("quality call at Press on",) * 2
    assert f"quality at Press on ({STATION}), just now. The line stands." in text
    assert f"I take it: {LINK}/a/" in text
    assert f"I take it: {LINK}/a/" in mail
    assert (sender, receivers) == ("andon@plant.example", ["lead@plant.example"])


async def test_each_level_is_told_once(starting):
    async with webhook() as hook:
        service = starting(hook)
        for seconds in (0, 1, 30, 61, 62, 170, 181, 182, 3_000):
            service.now = TEN + seconds * 1000
            service.says(call(1, age_ms=seconds * 1000))
            await service.tells()
        assert [text.count("Level") for _, text in hook.told] == [0, 1, 1]
        assert "Level 2: nobody has taken it." in hook.told[2][1]
        query = "select level, result, attempts from notices where channel = 'lead-pager' order by level"
        found = [tuple(row.values()) for row in rows(service.store, query)]
        assert found == [(level, "sent", 1) for level in (0, 1, 2)]


async def test_a_service_that_starts_anew_or_folds_anew_tells_nobody_again(starting):
    async with webhook() as hook:
        first = starting(hook)
        first.says(call(1))
        await first.tells()
        first.killed()
        second = starting(hook, now=TEN + 5_000)
        second.says(call(1, age_ms=5_000))
        await second.tells()
        second.projector.rebuild()
        await second.tells()
        second.projector.catch_up()
        await second.tells()
        await second.notifier.clear_doubts()
        assert len(hook.told) == 1


async def test_what_only_the_log_knows_is_told_to_nobody(starting):
    """A station's late backlog: calls that were made, and are over or unknown."""
    async with webhook() as hook:
        service = starting(hook)
        late = [called(n, path=STATION, at=TEN - n * 1000) for n in (1, 2, 3)]
        service.store.commit([arrival(one, path=STATION, now=TEN) for one in late])
        service.projector.catch_up()
        await service.tells()
        service.says()
        await service.tells()
        assert (hook.told, service.kinds()) == ([], [])


async def test_a_service_that_is_killed_before_it_sends_tells_it_when_it_is_back_and_says_so(starting):
    async with webhook() as hook:
        first = starting(hook)
        first.says(call(1))
        await first.notifier.tell()
        first.killed()  # between the decision and the message
        assert first.kinds() == ["notice.decided"]
        second = starting(hook, now=TEN + 20_000)
        await second.notifier.clear_doubts()
        assert hook.told == []  # its station has yet to say whether the call still waits
        second.says(call(1, age_ms=20_000))
        await second.tells()
        await second.notifier.clear_doubts()
        await second.quiet()
        await second.notifier.clear_doubts()
        await second.quiet()
        ((_, text),) = hook.told
        assert "You may have been told this before" in text
        assert second.kinds() == ["notice.decided", "notice.resumed", "notice.sent"]
        token = text.split("/a/")[1].split()[0]
        assert (await second.links.look(token)).open


@pytest.mark.parametrize("hours", [-2, 2, 24])
async def test_a_clock_that_is_put_back_or_forward_changes_no_level(starting, hours):
    async with webhook() as hook:
        service = starting(hook)
        service.says(call(1))
        await service.tells()
        service.now += hours * 60 * MINUTE
        service.put_back -= hours * 60 * MINUTE
        service.now += MINUTE - 1
        await service.tells()
        assert len(hook.told) == 1
        service.now += 1
        await service.tells()
        assert "Level 1" in hook.told[1][1]
        assert "for 1 min" in hook.told[1][1]
        await service.notifier.clear_doubts()
        await service.quiet()
        assert len(hook.told) == 2


@pytest.mark.parametrize(("hour", "told", "result"), [(0, 1, "sent"), (1, 0, "dropped")])
async def test_after_a_restore_a_young_call_is_told_once_more_and_an_old_one_to_nobody(starting, hour, told, result):
    age = hour * 60 * MINUTE + MINUTE // 2
    async with webhook() as hook:
        service = starting(hook)
        data = {"position": 1, "replaced": 7, "epoch": 2}
        service.store.append(PlantEvent("log.restored", TEN, "maria", data), TEN)
        service.now += 10_000
        service.says(call(1, age_ms=age + 10_000))
        await service.tells()
        await service.tells()
        assert len(hook.told) == told
        assert all("You may have been told this before" in text for _, text in hook.told)
        (row,) = rows(service.store, "select result, why from notices where channel = 'lead-pager'")
        assert (row["result"], row["why"] or "") == (result, notifier.SETTLED if hour else "")
        service.says(call(1, age_ms=age + 10_000), call(2))
        await service.tells()
        assert "You may" not in hook.told[-1][1]


@pytest.mark.parametrize("phase", ["acknowledged", None])
async def test_a_service_that_is_killed_before_it_sends_tells_nobody_of_what_is_over_by_then(starting, phase):
    async with webhook() as hook:
        first = starting(hook)
        first.says(call(1))
        await first.notifier.tell()
        first.killed()
        second = starting(hook, now=TEN + 20_000)
        second.says(*([call(1, phase=phase)] if phase else []))
        await second.notifier.clear_doubts()
        await second.tells()
        assert hook.told == []
        assert second.kinds() == ["notice.decided", "notice.dropped"]


async def test_a_station_that_never_says_anything_again_is_not_waited_for(starting):
    async with webhook() as hook:
        first = starting(hook)
        first.says(call(1))
        await first.notifier.tell()
        first.killed()
        second = starting(hook, now=TEN + 20_000)
        second.now += 2 * MINUTE
        await second.notifier.clear_doubts()
        assert (hook.told, second.kinds()[-1]) == ([], "notice.dropped")


async def test_a_channel_that_fails_is_tried_again_and_the_log_says_how_often(starting, logged):
    async with webhook() as hook:
        hook.statuses = [503, 500]
        service = starting(hook)
        service.says(call(1))
        await service.tells()
        assert (hook.asked, len(hook.told)) == (3, 1)
        assert rows(service.store, "select result, attempts from notices") == [{"result": "sent", "attempts": 3}]
        assert service.notifier.status()["failing"] == {}
    assert "channel lead-pager, attempt 1: it answered with the error 503" in logged.text
    assert "s3cret-path" not in logged.text


async def test_a_channel_that_cannot_be_reached_fails_in_the_log_and_in_the_status(starting, logged):
    async with webhook() as hook:
        service = starting(hook)
    service.says(call(1))
    await service.tells()
    found = rows(service.store, "select result, attempts, why from notices")
    assert found == [{"result": "failed", "attempts": 3, "why": "there is no connection to it"}]
    assert service.notifier.status()["failing"] == {"lead-pager": "there is no connection to it"}
    assert "s3cret-path" not in logged.text


async def test_a_call_that_is_taken_while_its_channel_fails_is_not_told_any_more(starting, monkeypatch):
    monkeypatch.setattr(notifier, "RETRY_S", (0.2, 0.2))
    async with webhook() as hook:
        hook.statuses = [503]
        service = starting(hook)
        service.says(call(1))
        await service.notifier.tell()
        await until(lambda: hook.asked == 1)
        service.says(call(1, phase="acknowledged"))
        await service.quiet()
        assert (hook.told, service.kinds()[-1]) == ([], "notice.dropped")


async def test_a_channel_without_an_address_is_told_as_such(database):
    service = Service(database, {})
    service.says(call(1))
    await service.tells()
    assert service.notifier.status()["failing"] == {"lead-pager": "the secrets file has no such channel"}
    service.killed()


async def test_a_role_that_nobody_has_now_is_told_once_and_stays_in_the_status(starting):
    async with webhook() as hook:
        service = starting(hook, now=TEN + 13 * 60 * MINUTE)  # 23 o'clock
        service.says(call(2, category="material"))
        await service.tells()
        await service.tells()
    found = rows(service.store, "select role, channel, result from notices")
    assert found == [{"role": "handler", "channel": "", "result": "failed"}]
    assert "handler" in service.notifier.status()["failing"]


async def test_a_log_that_cannot_be_written_keeps_nobody_from_being_told(starting, monkeypatch):
    async with webhook() as hook:
        service = starting(hook)

        async def broken(_decision):
            raise OperationalError("insert", {}, Exception("database or disk is full"))

        monkeypatch.setattr(service.notifier, "_append", broken)
        service.says(call(1))
        await service.tells()
        await service.tells()
        ((_, text),) = hook.told
        assert "I take it" not in text


async def test_a_flood_is_told_once_a_minute_with_all_that_waits(starting):
    async with webhook() as hook:
        service = starting(hook)
        calls = []
        for n in range(1, 30):  # every half a minute a call, of which each is told at once and a minute later
            service.now = TEN + n * 31_000
            calls = [one | {"age_ms": one["age_ms"] + 31_000} for one in calls] + [call(n)]
            service.says(*calls[-4:])
            await service.tells()
        assert service.notifier.status()["flooded"] == ["lead-pager"]
        assert len(hook.told) < 25
        assert "more" in hook.told[-1][0]
        told = rows(service.store, "select result from notices")
        assert [row["result"] for row in told] == ["sent"] * len(told)


async def test_what_is_on_the_shelf_is_told_when_its_time_is_up(starting):
    async with webhook() as hook:
        service = starting(hook)
        shelf = {"station": STATION, "category": "", "until": TEN + 5 * MINUTE, "reason": "rebuild"}
        await service.append(PlantEvent("alarm.shelved", TEN, "maria", shelf))
        service.says(call(1))
        await service.tells()
        assert hook.told == []
        service.now = TEN + 6 * MINUTE
        service.says(call(1, age_ms=6 * MINUTE))
        await service.tells()
        assert len(hook.told) == 1


async def test_stops_without_a_reason_are_chased_once_when_the_shift_is_over(starting):
    async with webhook() as hook:
        service = starting(hook)
        about = {"call": CALL, "category": "quality", "by": "", "via": "button"}
        resolved = event(2, "andon.resolved", about | {"reason": "unspecified"}, path=STATION, at=TEN + MINUTE)
        sent = (called(1, path=STATION, at=TEN), resolved)
        service.store.commit([arrival(one, path=STATION, now=TEN + MINUTE) for one in sent])
        service.projector.catch_up()
        await service.notifier.remind()
        assert hook.told == []
        service.now = TEN + 4 * 60 * MINUTE + MINUTE
        for _ in range(2):
            await service.notifier.remind()
            await service.quiet()
        again = starting(hook, now=service.now + MINUTE)
        await again.notifier.remind()
        ((title, text),) = hook.told
        assert title == "1 call without a reason"
        assert f"in the early shift of 2026-11-20: {CALL}" in text


# The link in the message


@contextlib.asynccontextmanager
async def linked(starting):
    async with webhook() as hook:
        service = starting(hook)
        service.says(call(1))
        await service.tells()
        yield service, hook.told[0][1].split("/a/")[1].split()[0]


async def test_a_link_takes_the_call_once(starting):
    async with linked(starting) as (service, token):
        assert await service.links.look(token) == (True, "quality call at Press on", "")
        assert service.commands == []  # looking does nothing: messengers look at every link
        assert (await service.links.take(token)).why == "You have it."
        assert service.commands == [(STATION, "acknowledge", CALL, "lead")]
        assert (await service.links.take(token)).why == USED
        assert len(service.commands) == 1
        (row,) = rows(service.store, "select answered_at, answered_by, digest from notices")
        assert (row["answered_at"], row["answered_by"]) == (TEN, "lead")
        for table in ("plant_events", "notices"):
            assert token not in repr(rows(service.store, f"select * from {table}"))


async def test_a_link_is_still_good_when_the_station_did_not_answer(starting):
    async with linked(starting) as (service, token):
        service.answer = {"result": "no answer", "why": "..."}
        assert await service.links.take(token) == (True, "quality call at Press on", NO_ANSWER)
        service.answer = {"result": "done", "why": ""}
        assert (await service.links.take(token)).why == "You have it."


async def test_a_link_says_why_it_does_nothing(starting):
    async with linked(starting) as (service, token):
        assert (await service.links.take("")).why == UNKNOWN
        assert (await service.links.take(token[:-1])).why == UNKNOWN
        assert (await service.links.take("\ud800")).why == UNKNOWN
        service.says(call(1, phase="acknowledged", by="maria"))
        assert (await service.links.take(token)).why == "maria has it already."
        service.says()
        assert (await service.links.take(token)).why == OVER
        service.now += notifier.LINK_MS
        assert (await service.links.take(token)).why == EXPIRED
        assert service.commands == []


async def test_two_phones_at_once_take_it_once(starting):
    async with linked(starting) as (service, token):
        found = await asyncio.gather(*(service.links.take(token) for _ in range(2)))
        assert [look.why for look in found].count("You have it.") >= 1
        assert service.kinds().count("notice.answered") == 1
