"""Session and uplink against a real Mosquitto, on CPython and on MicroPython."""

import asyncio
import contextlib
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_station import OPTIONS as STATION
from fake_station import ROOT, Line

from pullcord.sim import runtime
from station.net.greeting import greet, subscribe
from station.net.mqtt import MqttError, Session

PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/opt/homebrew/sbin")
REPOSITORY = Path(__file__).parents[3]
DEADLINE_S = 20

pytestmark = pytest.mark.mosquitto


class Mosquitto:
    """A broker that can be stopped and started again at the same port."""

    def __init__(self, folder: Path, users: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        settings = [f"listener {self.port} 127.0.0.1", f"allow_anonymous {'false' if users else 'true'}"]
        if users:
            (folder / "users").write_text("".join(f"{name}:{password}\n" for name, password in users.items()))
            encrypt = [shutil.which("mosquitto_passwd") or "mosquitto_passwd", "-U", str(folder / "users")]
            subprocess.run(encrypt, check=True)
            (folder / "users").chmod(0o644)
            folder.chmod(0o755)
            settings.append(f"password_file {folder}/users")
            settings.append("user root")
        self.config = folder / "mosquitto.conf"
        self.config.write_text("\n".join(settings) + "\n")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(PROGRAM), "-c", str(self.config)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(DEADLINE_S * 20):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            try:
                code = self.process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError(f"mosquitto ended at its start with code {code}")
        raise RuntimeError("mosquitto did not open its port")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def running(folder: Path, **users: str) -> Iterator[Mosquitto]:
    broker = Mosquitto(folder, users)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def options(broker: Mosquitto, name: str, **more: object) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": broker.port, "client_id": name, "keepalive_s": 15, **more}


async def until(condition) -> None:
    """Wait for what must come; the deadline only ends a test that fails."""
    for _ in range(DEADLINE_S * 100):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


async def listener(broker: Mosquitto, topic: str, on_message) -> Session:
    session = await greet(asyncio.open_connection, options(broker, "plant"), on_message, None)
    await subscribe(session, [(topic, 1)])
    return session


async def test_messages_arrive_in_order_and_each_is_acknowledged(tmp_path):
    with running(tmp_path) as broker:
        heard: list[bytes] = []
        acked: list[int] = []
        plant = await listener(broker, "t", lambda topic, payload: heard.append(payload))
        session = await greet(asyncio.open_connection, options(broker, "station"), lambda *_: None, acked.append)
        for number in range(200):
            await session.publish("t", b"%d" % number, 1, tag=number)
        await until(lambda: len(heard) == len(acked) == 200)
        assert heard == [b"%d" % number for number in range(200)]
        assert acked == list(range(200))
        await session.close()
        await plant.close()


async def test_the_last_will_comes_when_the_connection_is_closed(tmp_path):
    with running(tmp_path) as broker:
        heard: list[bytes] = []
        plant = await listener(broker, "online", lambda topic, payload: heard.append(payload))
        settings = options(broker, "station", will=("online", "gone"))
        session = await greet(asyncio.open_connection, settings, lambda *_: None, None)
        await session.close()
        await until(lambda: heard == [b"gone"])
        await plant.close()


async def test_a_wrong_password_is_said_and_the_right_one_works(tmp_path):
    with running(tmp_path, station="right") as broker:
        settings = options(broker, "station", user="station", password="wrong")
        with pytest.raises(MqttError, match=r"user name or password|access rules"):
            await greet(asyncio.open_connection, settings, None, None)
        settings["password"] = "right"
        session = await greet(asyncio.open_connection, settings, None, None)
        await session.close()


async def test_nobody_at_the_address_is_said(tmp_path):
    broker = Mosquitto(tmp_path, {})
    with pytest.raises(MqttError, match="nothing listens at the broker's address"):
        await greet(asyncio.open_connection, options(broker, "station"), None, None)


async def test_a_broker_that_is_killed_and_started_again_loses_nothing(tmp_path):
    """Events during the outage arrive afterwards, in order; what had a receipt does not come again."""
    with running(tmp_path) as broker:
        line = Line(asyncio.open_connection, options={**STATION, "host": "127.0.0.1", "port": broker.port})
        uplink = asyncio.create_task(line.uplink.run())
        first: list[bytes] = []
        plant = await listener(broker, ROOT + "event", lambda topic, payload: first.append(payload))
        await until(lambda: line.uplink.connected)
        line.journal.append(30)
        line.uplink.wake()
        await until(lambda: len(first) == 30)
        receipt = json.dumps({"through": 20, "epoch": 1})
        await plant.publish(ROOT + "receipt/" + line.journal.name, receipt, 1, True)
        await until(lambda: line.journal.through == 20)
        broker.stop()
        await plant.close()
        await until(lambda: not line.uplink.connected)
        line.journal.append(10)
        broker.start()
        second: list[bytes] = []
        plant = await listener(broker, ROOT + "event", lambda topic, payload: second.append(payload))
        await until(lambda: len(second) >= 20)
        assert second[:20] == [b"event-%d" % number for number in range(21, 41)]
        assert line.uplink.reconnects == 1
        uplink.cancel()
        await asyncio.gather(uplink, return_exceptions=True)
        await plant.close()


@pytest.mark.micropython
def test_micropython_gets_500_acknowledgements_in_order_with_never_more_than_16_in_flight(tmp_path):
    found = runtime.micropython()
    assert found is not None
    program = Path(__file__).with_name("publish_500.py")
    with running(tmp_path) as broker:
        command = [*found.with_heap(256), str(program), str(REPOSITORY), str(broker.port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    # how many really are in flight depends on how fast this broker answers; test_uplink holds that 16 may be
    said = done.stdout.split()
    assert said[:5] == ["acked", "500", "in", "order", "True"], done.stdout + done.stderr
    assert 1 <= int(said[6]) <= 16
