"""The broker of a small line, or of a demonstration: an existing one, Mosquitto, or one inside this program.

Correctness never rests on the broker's memory: the receipts do it.
"""

import asyncio
import contextlib
import getpass
import logging
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pullcord.line import address

START_S = 10.0
STOP_S = 5.0
LOG_TAIL = 15
# Debian keeps it out of an ordinary user's PATH.
SBIN = "/usr/sbin:/usr/local/sbin"

MOSQUITTO_CONF = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
log_dest stderr
log_type error
log_type warning
log_type notice
max_queued_messages 10000
message_size_limit 262144
set_tcp_nodelay true
"""


class BrokerFailed(Exception):
    """No broker; the message says why and what to do."""


@dataclass(frozen=True)
class Broker:
    """`url` for clients (it may hold a password: never show it), `name` for people."""

    url: str
    name: str


@contextlib.asynccontextmanager
async def open_broker(url: str = "", port: int = 0, embedded: bool = False) -> AsyncIterator[Broker]:
    """The broker at `url` when given, else Mosquitto when installed, else the embedded one, on loopback until
    the block ends.

    `port` 0 takes a free one; `embedded` asks for the embedded one. BrokerFailed when it does not start;
    ValueError when the url is wrong.
    """
    if url:
        yield Broker(url, f"existing broker at {address.read(url).shown}")
        return
    program = None if embedded else find_mosquitto()
    opened = mosquitto(program, port or free_port()) if program else embedded_broker(port or free_port())
    async with opened as broker:
        yield broker


def find_mosquitto() -> str | None:
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:{SBIN}")


def free_port() -> int:
    """A port of 127.0.0.1 that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Unmoved(dict[str, Any]):
    """A dictionary that may change while somebody goes through it.

    amqtt 0.12 waits in the middle of going through its subscriptions, and a client that comes or goes meanwhile
    ends the connection of another without a word.
    """

    def __iter__(self) -> Iterator[str]:
        return iter(list(self.keys()))

    def items(self) -> Any:
        return list(super().items())


@contextlib.asynccontextmanager
async def mosquitto(program: str, port: int) -> AsyncIterator[Broker]:
    """A Mosquitto of our own, with a config of our own."""
    with tempfile.TemporaryDirectory(prefix="pullcord-mosquitto-") as folder:
        log = Path(folder, "mosquitto.log")
        process = _start_mosquitto(program, port, Path(folder, "mosquitto.conf"), log)
        try:
            await _wait_until_open(port, process, log)
            yield Broker(f"mqtt://127.0.0.1:{port}", f"Mosquitto on 127.0.0.1:{port}")
        finally:
            await asyncio.to_thread(_stop, process)


@contextlib.asynccontextmanager
async def embedded_broker(port: int) -> AsyncIterator[Broker]:
    """A broker inside this program: QoS 1, retained and will, no sessions. For demonstrations."""
    # Imported late: most lines never need it, and it takes a while.
    from amqtt.broker import Broker as Amqtt

    for name in ("amqtt", "transitions"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    broker = Amqtt(config)
    broker._subscriptions = _Unmoved()
    try:
        await asyncio.wait_for(broker.start(), START_S)
    except Exception as error:
        raise BrokerFailed(f"the embedded broker did not start on 127.0.0.1:{port}: {error}") from error
    try:
        yield Broker(
            f"mqtt://127.0.0.1:{port}", f"embedded broker on 127.0.0.1:{port} (for demonstrations only)"
        )
    finally:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(broker.shutdown(), STOP_S)


def _start_mosquitto(program: str, port: int, config: Path, log: Path) -> subprocess.Popen[bytes]:
    # another user's process would no longer be tied to us
    config.write_text(MOSQUITTO_CONF.format(port=port) + (f"user {getpass.getuser()}\n" if os.name == "posix" else ""))
    with log.open("wb") as output:
        # it ends with us even when nothing is left of us that could end it
        tied = shutil.which("setpriv")
        command = [*([tied, "--pdeathsig", "TERM"] if tied else []), program, "-c", str(config)]
        # a session of its own: a Ctrl-C at the terminal is for us, and we end the broker last
        return subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)


async def _wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    try:
        async with asyncio.timeout(START_S):
            while not await _is_open(port):
                if process.poll() is not None:
                    raise BrokerFailed(
                        f"Mosquitto ended with {process.returncode}; its last words:\n{_tail(log)}"
                    )
                await asyncio.sleep(0.02)
    except TimeoutError as error:
        what = f"Mosquitto did not listen on 127.0.0.1:{port} within {START_S:g} s"
        raise BrokerFailed(f"{what}; its last words:\n{_tail(log)}") from error


async def _is_open(port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines()
    return "\n".join(lines[-LOG_TAIL:]) or "(none)"
