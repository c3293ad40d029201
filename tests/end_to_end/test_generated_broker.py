"""The broker that `pullcord broker` describes: TLS, accounts, and nobody reads or writes a neighbour's topics."""

import asyncio
import contextlib
import copy
import json
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from pullcord.cli import main
from pullcord.line.broker import SBIN, free_port
from pullcord.line.service import LineService
from pullcord.plant import boards, pem, station_secrets
from pullcord.plant.compile import compile_plant, content_hash
from pullcord.plant.load import load
from pullcord.plant.secret_store import Certificate, SecretStore, Wifi
from pullcord.sim import report, runtime, wires
from pullcord.sim.bench import StationBench
from pullcord.sim.process import VirtualStation
from tests import certificates

EXAMPLE = Path(__file__).parents[2] / "docs/examples/plant.yaml"
LINE = "acme/assembly/line-1"
OWN, NEIGHBOUR = f"{LINE}/st-03", f"{LINE}/st-04"
ROOT = "pullcord/v1"
DEADLINE_S = 30.0

pytestmark = pytest.mark.mosquitto


@dataclass(frozen=True)
class Plant:
    """A plant's files, and its broker at work."""

    file: Path
    out: Path
    port: int
    ca: certificates.Certificate

    @property
    def url(self) -> str:
        return (self.out / "broker" / "plant.url").read_text().strip()

    def password(self, user: str) -> str:
        return SecretStore.beside(self.file).read().accounts[user]

    def client(self, user: str, identifier: str = "", password: str = "") -> aiomqtt.Client:
        """One that comes in where stations do, with a certificate of the plant's CA."""
        certificate, key = certificates.issued(self.ca, "a station").write(self.out, "client")
        context = ssl.create_default_context(cafile=str(self.out / "ca.pem"))
        context.load_cert_chain(certificate, key)
        account = {"username": user, "password": password or self.password(user)} if user else {}
        return aiomqtt.Client("127.0.0.1", self.port, identifier=identifier, tls_context=context, timeout=10, **account)


@pytest.fixture(scope="module")
def plant(tmp_path_factory) -> Iterator[Plant]:
    out = tmp_path_factory.mktemp("plant")
    ca = certificates.authority()
    ca_file, _ = ca.write(out, "ca")
    certificate, key = certificates.issued(ca, "127.0.0.1").write(out, "broker")
    port, plant_port = free_port(), free_port()
    text = EXAMPLE.read_text().replace("host: 192.168.10.5\n  port: 1883", f"host: 127.0.0.1\n  port: {port}")
    file = out / "plant.yaml"
    file.write_text(text.replace("broker:\n", "broker:\n  tls: {certificates: true}\n"))
    where = ["--out", out, "--listen", "127.0.0.1", "--plant-port", plant_port]
    tls = ["--certfile", certificate, "--keyfile", key, "--cafile", ca_file]
    assert main.run([str(word) for word in ("broker", file, *where, *tls)]) == 0
    with mosquitto(out / "broker" / "mosquitto.conf", plant_port):
        yield Plant(file, out, port, ca)


@contextlib.contextmanager
def mosquitto(config: Path, port: int) -> Iterator[None]:
    """The generated settings as they are; who starts it as root keeps his rights, so that it can read his files."""
    program = shutil.which("mosquitto", path=SBIN + ":/usr/bin:/opt/homebrew/sbin")
    assert program
    mine = config.with_name("test.conf")
    mine.write_text(config.read_text() + "user root\n")
    with (config.parent / "log").open("wb") as log:
        process = subprocess.Popen([program, "-c", str(mine)], stdout=log, stderr=log)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise RuntimeError(f"mosquitto ended with {process.wait(0.05)}: {(config.parent / 'log').read_text()}")
        yield
    finally:
        process.kill()
        process.wait()


@contextlib.asynccontextmanager
async def plant_side(plant: Plant, topic: str) -> AsyncIterator[tuple[aiomqtt.Client, "asyncio.Queue[str]"]]:
    """The plant's own client, and the topics of what it hears."""
    where = plant.url.split("@")[1].split(":")
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with aiomqtt.Client(
        where[0], int(where[1]), username="pullcord", password=plant.password("pullcord"), timeout=10
    ) as client:
        await client.subscribe(topic, qos=1)

        async def listen() -> None:
            async for message in client.messages:
                heard.put_nowait(str(message.topic))

        listening = asyncio.create_task(listen())
        try:
            yield client, heard
        finally:
            listening.cancel()


async def test_a_station_cannot_publish_under_its_neighbours_name(plant):
    async with plant_side(plant, f"{ROOT}/acme/#") as (_, heard), plant.client(OWN) as station:
        for kind in ("event", "state", "online", "command", "receipt/0123456789abcdef"):
            await station.publish(f"{ROOT}/{NEIGHBOUR}/{kind}", b"{}", qos=1)
        for forbidden in (f"{ROOT}/{OWN}/command", f"{ROOT}/{OWN}/config", f"{ROOT}/acme/time"):
            await station.publish(forbidden, b"{}", qos=1)
        await station.publish(f"{ROOT}/{OWN}/event", b"{}", qos=1)
        assert await asyncio.wait_for(heard.get(), DEADLINE_S) == f"{ROOT}/{OWN}/event"
        assert heard.empty()


async def test_a_station_reads_what_is_for_it_and_the_time_and_nothing_of_its_neighbour(plant):
    async with plant_side(plant, f"{ROOT}/none") as (client, _), plant.client(OWN) as station:
        await station.subscribe("#", qos=1)
        for path in (NEIGHBOUR, OWN):
            for kind in ("command", "config", "cards", "receipt/0123456789abcdef", "state", "event"):
                await client.publish(f"{ROOT}/{path}/{kind}", b"{}", qos=1)
        await client.publish(f"{ROOT}/acme/time", b"{}", qos=1)
        heard = []
        async for message in station.messages:
            heard.append(str(message.topic).removeprefix(f"{ROOT}/"))
            if heard[-1] == "acme/time":
                break
    own = [f"{OWN}/{kind}" for kind in ("command", "config", "cards", "receipt/0123456789abcdef")]
    assert heard == [*own, "acme/time"]


async def test_nobody_comes_in_without_an_account_or_with_another_password(plant):
    for client in (plant.client(""), plant.client(OWN, password="wrong"), plant.client("nobody", password="x")):
        with pytest.raises(aiomqtt.MqttError, match=r"[Nn]ot authori[sz]ed"):
            async with client:
                pass


async def test_a_station_cannot_push_its_neighbour_off_by_its_client_id(plant):
    async with (
        plant_side(plant, f"{ROOT}/{NEIGHBOUR}/event") as (_, heard),
        plant.client(NEIGHBOUR, NEIGHBOUR) as first,
    ):
        async with plant.client(OWN, NEIGHBOUR) as second:
            await second.publish(f"{ROOT}/{OWN}/event", b"{}", qos=1)
            await first.publish(f"{ROOT}/{NEIGHBOUR}/event", b"{}", qos=1)
            assert await asyncio.wait_for(heard.get(), DEADLINE_S) == f"{ROOT}/{NEIGHBOUR}/event"


async def test_without_a_certificate_of_the_plants_ca_there_is_no_way_in(plant):
    context = ssl.create_default_context(cafile=str(plant.out / "ca.pem"))
    client = aiomqtt.Client(
        "127.0.0.1", plant.port, username=OWN, password=plant.password(OWN), tls_context=context, timeout=10
    )
    with pytest.raises(aiomqtt.MqttError):
        async with client:
            pass


def station(plant: Plant, folder: Path) -> tuple[VirtualStation, dict[str, Any]]:
    """st-03 with all that the tools made for it, and its config."""
    profiles = boards.load()
    made = next(c for c in compile_plant(load(plant.file, profiles), profiles) if c.path == OWN)
    certificate, key = certificates.issued(plant.ca, "st-03").write(folder.parent, "own")
    with SecretStore.beside(plant.file).changing() as secrets:
        secrets.wifi[""] = Wifi(ssid="virtual", password="")
        secrets.certificates[OWN] = Certificate(certificate=pem.certificate(certificate), key=pem.key(key))
    files = station_secrets.files(made.config, secrets)
    account = json.loads(files.pop("secrets.json"))
    return VirtualStation(
        "st-03",
        folder,
        config=made.config,
        secrets=account,
        files=files,
        runtime=runtime.micropython(),
        cards=[tuple(card) for card in made.cards],
        around=wires.at_rest(made.config),
        heap_kib=320,
    ), made.config


@pytest.mark.micropython
async def test_a_station_with_its_account_and_certificate_gets_new_cards_and_a_new_config(plant, tmp_path):
    process, config = station(plant, tmp_path / "st-03")
    service = LineService(plant.url, tmp_path / "line.db", ["acme"])
    running = asyncio.create_task(service.run())
    try:
        async with process:
            await tap_a_new_card(service, StationBench(process, config))
            await change_the_config(service, process, config)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def tap_a_new_card(service: LineService, bench: StationBench) -> None:
    """Without a restart, the new table counts."""
    await until(service, lambda state: state["journal"]["depth"] == 0 and state["clock"]["state"] == "synced")
    boot = seen(service)["boot"]
    rows = [(f"04a1b2c3{number:06x}", "washers", "sr", "full") for number in range(200)]
    service.provide(OWN, cards=rows)
    await until(service, lambda state: state["cards"]["count"] == 200)
    await bench.station.tap("empty", rows[150][0])
    await until(service, lambda state: state["journal"]["depth"] == 0)
    await until_recorded(service, lambda event: event["data"].get("loop") == "washers")
    assert seen(service)["boot"] == boot
    assert seen(service)["update"]["result"] == "done"


async def change_the_config(service: LineService, process: VirtualStation, config: dict[str, Any]) -> None:
    """Stored, and in use after the next start; one that is wrong is refused, in words."""
    wrong = copy.deepcopy(config)
    wrong["kanban"]["same_crad_s"] = 9
    wrong.update(version=2, hash=content_hash(wrong))
    service.provide(OWN, config=wrong)
    await until(service, lambda state: state["update"]["result"] == "refused")
    assert "did you mean same_card_s?" in service.board.station(OWN)["state"]["update"]["why"]
    right = copy.deepcopy(config)
    right["kanban"]["same_card_s"] = 9
    right.update(version=3, hash=content_hash(right))
    service.provide(OWN, config=right)
    await until(service, lambda state: state["update"]["result"] == "stored")
    await process.cut_power()
    await process.restore_power()
    await until(service, lambda state: state["config"] == {"version": 3, "hash": right["hash"]})


def seen(service: LineService) -> dict[str, Any]:
    view = service.board.station(OWN)
    return (view or {}).get("state") or {}


async def until(service: LineService, condition: Callable[[dict[str, Any]], bool]) -> None:
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not (seen(service) and condition(seen(service))):
                await asyncio.sleep(0.05)
    except (TimeoutError, KeyError) as error:
        raise AssertionError(f"{service.status['broker']} {seen(service)}") from error


async def until_recorded(service: LineService, condition: Callable[[dict[str, Any]], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not any(condition(event) for event in recorded(service)):
            await asyncio.sleep(0.05)


def recorded(service: LineService) -> list[dict[str, Any]]:
    return report.recorded(service.store.place.file)
