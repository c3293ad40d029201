"""A board's own connection, at a real Mosquitto."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import aiomqtt
import pytest

from pullcord.line.accounts import Account, Accounts, of_address, of_plant
from pullcord.line.address import read
from pullcord.plant import boards as board_profiles
from pullcord.plant.load import load
from pullcord.plant.secret_store import Certificate, Secrets, StoreProblem
from pullcord.usb.broker_side import BrokerSide, in_words
from pullcord.usb.dialog import Hello, Message
from tests import certificates
from tests.end_to_end.a_broker import Mosquitto

ROOT = Path(__file__).parents[3]
PATH = "acme/assembly/line-1/st-01"
TOPIC = f"pullcord/v1/{PATH}/"
HELLO = Hello(PATH, "e661", "6f1c9a2e41d07b35")
DEADLINE_S = 60

mosquitto = pytest.mark.mosquitto


class Side:
    """What it tells: `news` (up, or why it is down) and `heard` (topic, payload)."""

    def __init__(self, accounts: Accounts) -> None:
        self.news: list[str] = []
        self.heard: list[tuple[str, bytes]] = []
        self.side = BrokerSide(
            HELLO, accounts, lambda: self.news.append("up"), self.news.append, lambda *what: self.heard.append(what)
        )

    async def __aenter__(self) -> "Side":
        self._running = asyncio.create_task(self.side.run())
        return self

    async def __aexit__(self, *error: object) -> None:
        self.side.leave()
        await asyncio.wait_for(self._running, DEADLINE_S)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                await asyncio.sleep(0.01)

    async def connected(self) -> None:
        await self.until(lambda: self.side._client)


def at(broker: Mosquitto) -> Accounts:
    return of_address(read(broker.url), Secrets)


async def retained(broker: Mosquitto, topic: str) -> object:
    async with asyncio.timeout(DEADLINE_S), aiomqtt.Client("127.0.0.1", broker.port) as client:
        await client.subscribe(TOPIC + topic, 1)
        async for message in client.messages:
            return json.loads(message.payload)  # type: ignore[arg-type]


@mosquitto
async def test_what_the_board_says_goes_out_and_what_is_for_it_comes_in(tmp_path):
    async with Mosquitto(tmp_path) as broker, aiomqtt.Client("127.0.0.1", broker.port) as plant:
        receipt = TOPIC + "receipt/" + HELLO.journal
        await plant.publish(receipt, b'{"through":1,"epoch":1}', 1, True)
        await plant.subscribe(TOPIC + "event", 1)
        async with Side(at(broker)) as side:
            await side.connected()
            assert side.news == ["up"]
            await side.until(lambda: side.heard)
            await plant.publish("pullcord/v1/acme/time", b'{"unix_ms":1}')
            await plant.publish(TOPIC + "command", b"{}", 1)
            await side.until(lambda: len(side.heard) == 3)
            assert sorted(side.heard) == [
                ("command", b"{}"),
                ("receipt/" + HELLO.journal, b'{"through":1,"epoch":1}'),
                ("time", b'{"unix_ms":1}'),
            ]
            for number in range(50):
                assert await side.side.publish(Message("s", number, "event", b"%d" % number))
            assert await side.side.publish(Message("s", 51, "state", b'{"boot":1}'))
            assert await side.side.publish(Message("s", 52, "../command", b"of a newer firmware"))
            assert await retained(broker, "state") == {"boot": 1}
        got = []
        async with asyncio.timeout(DEADLINE_S):
            async for message in plant.messages:
                got.append(message.payload)
                if len(got) == 50:
                    break
        assert got == [b"%d" % number for number in range(50)], "in order, and once"
        assert await retained(broker, "online") == {"online": False, "uid": "e661"}


@mosquitto
async def test_a_broker_that_goes_and_comes_is_told_and_found(tmp_path):
    broker = Mosquitto(tmp_path)
    async with broker, Side(at(broker)) as side:
        await side.connected()
        broker.kill()
        await side.until(lambda: len(side.news) > 1)
        assert not await side.side.publish(Message("s", 1, "event", b"{}")), "nobody has it"
        await broker.start()
        await side.until(lambda: side.news[-1] == "up")
        await side.connected()
        assert await side.side.publish(Message("s", 1, "event", b"{}"))


@mosquitto
async def test_a_board_without_an_account_is_told_what_to_do(tmp_path):
    async with Mosquitto(tmp_path, users={PATH: "right"}) as broker:
        secrets = Secrets(accounts={PATH: "wrong"})
        async with Side(of_address(read(broker.url), lambda: secrets)) as side:
            await side.until(lambda: side.news)
            assert "pullcord provision" in side.news[0] and "wrong" not in side.news[0]
            secrets.accounts[PATH] = "right"
            await side.connected()


async def test_secrets_that_cannot_be_read_are_told():
    def broken(station: str) -> Account:
        raise StoreProblem("plant.secrets: is damaged")

    async with Side(broken) as side:
        await side.until(lambda: side.news)
        assert side.news[0] == "plant.secrets: is damaged"


@mosquitto
async def test_a_board_shows_its_own_certificate(tmp_path):
    """With the plant file's TLS, and the accounts of the secrets."""
    ca = certificates.authority()
    ca_file, _ = ca.write(tmp_path, "ca")
    certificate, key = certificates.issued(ca, "127.0.0.1").write(tmp_path, "broker")
    settings = (f"certfile {certificate}", f"keyfile {key}", f"cafile {ca_file}", "require_certificate true")
    broker = Mosquitto(tmp_path, *settings, users={PATH: "secret"})
    text = (ROOT / "docs/examples/plant.yaml").read_text()
    text = text.replace("host: 192.168.10.5\n  port: 1883", f"host: 127.0.0.1\n  port: {broker.port}")
    (tmp_path / "plant.yaml").write_text(text.replace("broker:\n", "broker:\n  tls: {certificates: true}\n"))
    plant = load(tmp_path / "plant.yaml", board_profiles.load())
    own = certificates.issued(ca, PATH)
    secrets = Secrets(
        accounts={PATH: "secret"},
        broker_ca=ca.der,
        certificates={PATH: Certificate(certificate=own.der, key=own.key_der)},
    )
    async with broker, Side(of_plant(plant, lambda: secrets)) as side:
        await side.connected()
        assert side.news == ["up"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("[code:5] Not authorized", "refused this station's account"),
        ("[Errno 111] Connection refused", "nothing listens at 10.0.0.1:1883"),
        ("Operation timed out", "cannot be reached: Operation timed out"),
    ],
)
def test_why_there_is_no_connection_is_said_in_words(said, words):
    assert words in in_words(OSError(said), "10.0.0.1:1883")


def test_the_account_of_the_address_serves_who_has_none():
    accounts = of_address(read("mqtt://all:pw@10.0.0.1"), lambda: Secrets(accounts={PATH: "own"}))
    assert (accounts(PATH).user, accounts(PATH).password) == (PATH, "own")
    assert (accounts("a/b/c/d").user, accounts("a/b/c/d").password) == ("all", "pw")
    assert "'own'" not in repr(accounts(PATH)), "it may come into a log"


@mosquitto
async def test_an_error_that_nobody_expected_is_told_and_it_connects_again(tmp_path):
    async with Mosquitto(tmp_path) as broker:
        there, faults = at(broker), [ValueError("a name that is none"), ValueError("and again")]

        def accounts(station):
            if faults:
                raise faults.pop()
            return there(station)

        async with Side(accounts) as side:
            await side.connected()
            assert len(side.news) == 3 and side.news[-1] == "up"
            assert "and again" in side.news[0] and "report" in side.news[0]
