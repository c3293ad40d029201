"""The recorder: takes events from the broker, commits them, and only then says so.

Three loops run side by side. The connection reads messages, sends receipts and the time, and is opened again
whenever it breaks. The writer commits whatever has arrived since its last commit, so that a batch is one
event when the line is quiet and many when it is not. Nothing is receipted before its commit, and every
receipt is sent again after a reconnect, so neither the broker's memory nor a kill between commit and receipt
matters.
"""

import asyncio
import logging
import random
import re
import socket
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import aiomqtt
from sqlalchemy.exc import DBAPIError

from pullcord.line import address, database, messages, moments, topics
from pullcord.line.claims import Claim, Claims
from pullcord.line.ledger import Ledger
from pullcord.line.reading import Arrival
from pullcord.line.store import Outcome, Recorded, Store

log = logging.getLogger(__name__)

TIME_S = 5.0
TIME_GAP_S = 0.2  # a whole hall that comes back gets one answer, not one a station
STATUS_S = 1.0
CALL_S = 5.0
KEEPALIVE_S = 10
RIVAL_MS = 15_000
BATCH = 2_000
# Stations send no more than 64 events beyond their receipt, so this is more than a thousand stations without
# a commit.
PENDING = 100_000
BACKOFF_S = (0.2, 5.0)

T = TypeVar("T")


@dataclass(frozen=True)
class Handlers:
    """What the recorder tells, in the event loop; they return at once and do not raise."""

    state: Callable[[str, dict[str, Any], bool], None]
    online: Callable[[str, dict[str, Any], bool], None]
    problem: Callable[[str, str], None]
    answer: Callable[[dict[str, Any]], None]
    recorded: Callable[[list[Recorded]], None]
    quarantined: Callable[[str], None]
    status: Callable[[dict[str, Any]], None]


class Recorder:
    """`session` is new for each run of the service.

    What `/time` calls the session is new for each connection too: what was sent while the recorder was away
    is lost to it, and stations that see a new session send again at once.
    """

    def __init__(
        self,
        broker: str,
        store: Store,
        handlers: Handlers,
        session: str,
        sites: Iterable[str],
        now_ms: Callable[[], int],
    ) -> None:
        self._address = address.read(broker)
        self._store = store
        self._handlers = handlers
        self._session = session
        self._sites = set(sites)
        self._now_ms = now_ms
        self._ledger = Ledger(store, self._receipt_due)
        self._client: aiomqtt.Client | None = None
        self._claims = Claims()
        self._pending: list[Arrival] = []
        self._arrived = asyncio.Event()
        self._due: set[str] = set()
        self._receipts = asyncio.Event()
        self._time_due = asyncio.Event()
        self._counts = {"duplicates": 0, "put_back": 0}
        self._broker_reason = "not connected yet"
        self._logged = ""
        self._trouble = ""
        self._rival = ("", 0)
        self._connections = 0
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; DatabaseUnusable when it must not write there."""
        await self._ledger.open()
        self.ready.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stay_connected())
            group.create_task(self._write())
            group.create_task(self._tell_status())
            group.create_task(self._ledger.watch())

    async def close(self) -> None:
        """Wait for the commit under way, then let go of the database."""
        await self._ledger.close()

    async def in_thread(self, work: Callable[..., T], *args: Any) -> T:
        """Work on the database, in turn with the recorder's own; from `ready` on it is open."""
        return await self._ledger.in_thread(work, *args)

    def status(self) -> dict[str, Any]:
        """`broker` {connected, address, reason}, `database` (trouble, or empty), counts, `epoch`, `session`,
        and `rival`: the session of another recorder on the same broker, or empty.
        """
        broker = {
            "connected": self._client is not None,
            "address": self._address.shown,
            "reason": self._broker_reason,
        }
        return {
            "broker": broker,
            "database": self._trouble,
            **self._ledger.counts,
            **self._counts,
            "epoch": self._ledger.epoch,
            "session": self._session,
            "rival": self._rival[0] if self._now_ms() - self._rival[1] < RIVAL_MS else "",
        }

    async def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        """QoS 1; ConnectionError when the broker cannot be reached."""
        if self._client is None:
            raise ConnectionError(
                f"the broker at {self._address.shown} cannot be reached: {self._broker_reason}"
            )
        try:
            await self._client.publish(topic, payload, qos=1, retain=retain)
            _heed_cancellation()
        except aiomqtt.MqttError as error:
            raise ConnectionError(f"the broker at {self._address.shown} did not take it: {error}") from error

    # The connection

    async def _stay_connected(self) -> None:
        pause = BACKOFF_S[0]
        while True:
            began = asyncio.get_running_loop().time()
            try:
                # A task of its own: a task group that ends by an error leaves its task marked as cancelled.
                await asyncio.create_task(self._one_connection())
            except* (aiomqtt.MqttError, ConnectionError, OSError) as errors:
                self._disconnected(errors)
            _heed_cancellation()
            lasted = asyncio.get_running_loop().time() - began
            pause = BACKOFF_S[0] if lasted > BACKOFF_S[1] else min(pause * 2, BACKOFF_S[1])
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))

    async def _one_connection(self) -> None:
        where = self._address
        client = aiomqtt.Client(
            where.host,
            where.port,
            username=where.username,
            password=where.password,
            tls_params=aiomqtt.TLSParameters(ca_certs=where.ca) if where.tls else None,
            identifier=f"pullcord-recorder-{self._session}",
            clean_session=True,
            keepalive=KEEPALIVE_S,
            timeout=CALL_S,
            # A receipt goes out right behind the acknowledgement of an event: Nagle would hold it back 40 ms.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        client.pending_calls_threshold = 1_000
        async with client:
            # Retained receipts come with the subscription, so it goes before our own receipts replace them.
            kinds = ("receipt/+", "state", "online", "event")
            await client.subscribe([(topics.every_station(kind), 1) for kind in kinds])
            await client.subscribe([(topics.of_time("+"), 0)])
            _heed_cancellation()
            self._connected(client)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(client))
                group.create_task(self._send_receipts())
                group.create_task(self._send_time(client))

    def _connected(self, client: aiomqtt.Client) -> None:
        if self._connections or self._logged:
            log.warning("broker %s: connected", self._address.shown)
        self._client, self._broker_reason, self._logged = client, "", ""
        self._connections += 1
        self._receipt_due(self._ledger.journals)
        self._handlers.status(self.status())

    def _disconnected(self, errors: BaseExceptionGroup) -> None:
        self._client = None
        error = _first(errors)
        self._broker_reason = re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__
        if self._broker_reason != self._logged:  # it is tried for hours, and a log is for what changes
            log.warning("broker %s: %s; trying again", self._address.shown, self._broker_reason)
            self._logged = self._broker_reason
        self._handlers.status(self.status())

    async def _read(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            await self._take(str(message.topic), payload, message.retain)

    async def _take(self, topic: str, payload: bytes, retained: bool) -> None:
        found = topics.read(topic)
        if found is None:
            self._note_rival(payload)
            return
        self._learn_site(found.path)
        if found.kind == "event":
            self._take_event(Arrival(topic, found.path, payload, self._now_ms()))
        elif found.kind == "state":
            await self._take_state(found.path, payload, retained)
        elif found.kind == "online":
            self._take_online(found.path, payload, retained)
        else:
            await self._take_receipt(found, payload, retained)

    def _take_event(self, arrival: Arrival) -> None:
        if len(self._pending) >= PENDING:
            self._counts["put_back"] += 1
            return
        self._pending.append(arrival)
        self._arrived.set()

    async def _take_state(self, path: str, payload: bytes, retained: bool) -> None:
        state, problem = messages.read("state", payload)
        if state is None:
            if problem:
                self._handlers.problem(path, problem)
            return
        self._handlers.state(path, state, retained)
        journal = state["journal"]
        known = self._ledger.through(journal["name"])
        await self._answer(path, self._claims.from_state(journal, known, self._ledger.epoch))
        hole = self._claims.hole(self._now_ms(), journal, known)
        if hole:
            await self._report_hole(hole.journal, hole.last)

    def _take_online(self, path: str, payload: bytes, retained: bool) -> None:
        online, problem = messages.read("online", payload)
        if online is not None:
            self._handlers.online(path, online, retained)
            if online["online"] and not retained:
                self._time_due.set()  # one that has just started knows no time, and runs no command until it does
        elif problem:
            self._handlers.problem(path, problem)

    async def _take_receipt(self, found: topics.StationTopic, payload: bytes, retained: bool) -> None:
        """Only retained ones can be of a lost database; those that come later are our own."""
        receipt, _problem = messages.read("receipt", payload) if retained else (None, "")
        if receipt is not None:
            journal = found.kind.removeprefix("receipt/")
            known, epoch = self._ledger.through(journal), self._ledger.epoch
            await self._answer(found.path, self._claims.from_receipt(journal, receipt, known, epoch))

    def _note_rival(self, payload: bytes) -> None:
        said, _problem = messages.read("time", payload)
        if said is not None and said["session"].partition(".")[0] != self._session:
            self._rival = (said["session"], self._now_ms())

    def _learn_site(self, path: str) -> None:
        site = topics.site_of(path)
        if site not in self._sites:
            self._sites.add(site)
            self._time_due.set()

    # What stations were told by a database that is gone

    async def _answer(self, path: str, claim: Claim | None) -> None:
        if claim is not None:
            await self._told(self._ledger.answer(path, claim))

    async def _report_hole(self, journal: str, last: int) -> None:
        await self._told(self._ledger.report_hole(journal, last, self._now_ms()))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        """What is tried again when the station says it again."""
        try:
            await work
        except DBAPIError as error:
            self._in_trouble(error)

    # The writer

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            batch, self._pending = self._pending[:BATCH], self._pending[BATCH:]
            if not self._pending:
                self._arrived.clear()
            self._settled(await self._commit(batch))

    async def _commit(self, batch: list[Arrival]) -> Outcome:
        """Tries until the database takes it; what arrives in the meantime waits, without a receipt."""
        pause = BACKOFF_S[0]
        while True:
            try:
                outcome = await self._ledger.commit(batch)
            except DBAPIError as error:
                self._in_trouble(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, BACKOFF_S[1])
            else:
                self._trouble = ""
                return outcome

    def _settled(self, outcome: Outcome) -> None:
        self._counts["duplicates"] += outcome.duplicates
        for refused in outcome.refused:
            log.warning("%s: quarantined: %s", refused.path, refused.reason)
            self._handlers.quarantined(refused.path)
        self._handlers.recorded(outcome.recorded)
        for row in outcome.recorded:
            if row.event["type"] == "pullcord.station.command.v1":
                self._handlers.answer(row.event["data"])

    def _in_trouble(self, error: DBAPIError) -> None:
        trouble = database.advice(error, self._store.place)
        if trouble != self._trouble:
            log.error("%s", trouble)
        self._trouble = trouble
        self._handlers.status(self.status())

    # What goes out

    def _receipt_due(self, journals: Iterable[str]) -> None:
        self._due.update(journals)
        self._receipts.set()

    async def _send_receipts(self) -> None:
        while True:
            await self._receipts.wait()
            self._receipts.clear()
            due, self._due = self._due, set()
            await asyncio.gather(*(self._send_receipt(journal) for journal in due))

    async def _send_receipt(self, journal: str) -> None:
        path, through = self._ledger.journals[journal]
        payload = {"through": through, "epoch": self._ledger.epoch}
        await self.publish(
            topics.of_station(path, f"receipt/{journal}"), messages.encode(payload), retain=True
        )

    async def _send_time(self, client: aiomqtt.Client) -> None:
        while True:
            self._time_due.clear()
            now, session = self._now_ms(), f"{self._session}.{self._connections}"
            payload = messages.encode({"time": moments.to_text(now), "unix_ms": now, "session": session})
            for site in sorted(self._sites):
                await client.publish(topics.of_time(site), payload, qos=0)
            _heed_cancellation()
            await asyncio.sleep(TIME_GAP_S)
            try:
                async with asyncio.timeout(TIME_S - TIME_GAP_S):
                    await self._time_due.wait()
            except TimeoutError:
                continue

    async def _tell_status(self) -> None:
        while True:
            self._handlers.status(self.status())
            await asyncio.sleep(STATUS_S)


def _heed_cancellation() -> None:
    """To be called after aiomqtt was awaited.

    It waits with `asyncio.wait_for`, which before Python 3.12 swallows a cancellation that comes in the same
    moment as the answer (python/cpython#86296); the task would then go on for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _first(errors: BaseExceptionGroup) -> BaseException:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
