"""A board's own MQTT connection: its client id, its account, its Last Will. The gateway holds one for each."""

import asyncio
import contextlib
import json
import logging
import random
import socket
from collections.abc import Callable

import aiomqtt

from pullcord.line import topics
from pullcord.line.accounts import Account, Accounts
from pullcord.plant.secret_store import StoreProblem
from pullcord.usb.dialog import Hello, Message

log = logging.getLogger(__name__)

KEEPALIVE_S = 15
CALL_S = 10.0
PAUSE_S = (0.5, 15.0)
LEAVE_S = 3.0
RETAINED = ("state", "online")
SAYS = (*RETAINED, "event")
HEARS = ("command", "config", "cards")


class BrokerSide:
    """Keeps the connection for `hello`, connecting again for ever.

    on_up() when it stands, before the first on_message(topic below the station's or "time", payload); on_down(why) when
    it does not. All of them are called in the event loop.
    """

    def __init__(
        self,
        hello: Hello,
        accounts: Accounts,
        on_up: Callable[[], None],
        on_down: Callable[[str], None],
        on_message: Callable[[str, bytes], None],
    ) -> None:
        self._hello, self._accounts = hello, accounts
        self._on_up, self._on_down, self._on_message = on_up, on_down, on_message
        self._client: aiomqtt.Client | None = None
        self._leaving = asyncio.Event()

    async def run(self) -> None:
        """Until `leave`."""
        pause = PAUSE_S[0]
        while not self._leaving.is_set():
            try:
                account = self._accounts(self._hello.station)
                await self._one_connection(account)
                pause = PAUSE_S[0]
            except StoreProblem as problem:
                self._on_down(str(problem))
            except (aiomqtt.MqttError, OSError) as error:
                if not self._leaving.is_set():
                    self._on_down(in_words(error, account.shown))
            except Exception as error:
                log.exception("%s: connects again", self._hello.station)
                self._on_down(f"an error that nobody expected; please report it: {error!r}")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause * random.uniform(0.5, 1.0)):
                    await self._leaving.wait()
            pause = min(pause * 2, PAUSE_S[1])

    def leave(self) -> None:
        """The board is gone: say so at once, and end."""
        self._leaving.set()

    async def publish(self, message: Message) -> bool:
        """Whether the broker has acknowledged it."""
        client = self._client
        if client is None:
            return False
        if message.topic not in SAYS:
            return True  # of a newer firmware: not ours to judge, and not to be sent for ever
        topic = topics.of_station(self._hello.station, message.topic)
        try:
            await client.publish(topic, message.payload, qos=1, retain=message.topic in RETAINED)
        except aiomqtt.MqttError:
            return False  # the connection ends for the same reason, and the board sends it again
        return True

    async def _one_connection(self, account: Account) -> None:
        station = self._hello.station
        offline = json.dumps({"online": False, "uid": self._hello.uid})
        online = topics.of_station(station, "online")
        client = aiomqtt.Client(
            account.host,
            account.port,
            username=account.user,
            password=account.password,
            tls_context=account.tls,
            identifier=station,
            clean_session=True,
            keepalive=KEEPALIVE_S,
            timeout=CALL_S,
            will=aiomqtt.Will(online, offline, qos=1, retain=True),
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        client.pending_calls_threshold = 1_000
        async with client:
            self._on_up()
            own = [(topics.of_station(station, kind), 1) for kind in (*HEARS, f"receipt/{self._hello.journal}")]
            await client.subscribe([*own, (topics.of_time(topics.site_of(station)), 0)])
            self._client = client
            listening = asyncio.create_task(self._listen(client))
            leaving = asyncio.create_task(self._leaving.wait())
            try:
                await asyncio.wait({listening, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if listening.done():
                    listening.result()
                # a connection that is closed in order has no Last Will
                await client.publish(online, offline, qos=1, retain=True, timeout=LEAVE_S)
            finally:
                self._client = None
                for task in (listening, leaving):
                    task.cancel()
                await asyncio.gather(listening, leaving, return_exceptions=True)

    async def _listen(self, client: aiomqtt.Client) -> None:
        time_topic = topics.of_time(topics.site_of(self._hello.station))
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            topic = str(message.topic)
            found = topics.read(topic)
            if topic == time_topic:
                self._on_message("time", payload)
            elif found:
                self._on_message(found.kind, payload)


def in_words(error: Exception, broker: str) -> str:
    """Why there is no connection, for people."""
    said = str(error)
    if any(word in said.lower() for word in ("not authorized", "bad user", "not authorised")):
        return f"the broker at {broker} refused this station's account: `pullcord provision`, then `pullcord broker`"
    if "refused" in said.lower():
        return f"nothing listens at {broker}: is the broker running, and the address right?"
    return f"the broker at {broker} cannot be reached: {said or type(error).__name__}"
