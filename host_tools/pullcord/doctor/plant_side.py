"""The plant file, and the broker with the recorder behind it."""

import asyncio
import time
from pathlib import Path

import aiomqtt

from pullcord.line import address, messages, topics
from pullcord.line.address import Address
from pullcord.line.broker_client import broker_client
from pullcord.plant.boards import Board
from pullcord.plant.load import load
from pullcord.plant.model import Plant
from pullcord.plant.problems import PlantError

from .finding import Finding, told, well, wrong

CONNECT_S = 5.0
HEARTBEAT_S = 12.0  # it comes every 5 s
APART_MS = 2_000
PLANT_FILE, BROKER, HEARTBEAT = "plant file", "broker", "heartbeat"


def plant_file(file: Path, boards: dict[str, Board]) -> tuple[Plant | None, Finding]:
    if not file.exists():
        return None, told(PLANT_FILE, f"no {file} here", "name it: --plant FILE")
    try:
        plant = load(file, boards)
    except PlantError as error:
        what = f"{file} has {len(error.problems)} problems; the first: {error.lines()[0]}"
        return None, wrong(PLANT_FILE, what, f"pullcord plant check {file}")
    return plant, well(PLANT_FILE, f"{file}: {len(plant.stations())} stations, {len(plant.loops)} loops")


async def broker(url: str, site: str, heartbeat_s: float = HEARTBEAT_S) -> list[Finding]:
    """Whether it lets us in, and whether a recorder is behind it. `site` "" listens to every one's."""
    try:
        at = address.read(url)
    except ValueError as error:
        return [wrong(BROKER, str(error), "correct $BROKER or plant.url")]
    began = time.monotonic()
    try:
        async with broker_client(at, timeout=CONNECT_S) as client:
            took = round((time.monotonic() - began) * 1000)
            found = well(BROKER, f"{at.shown} lets us in ({took} ms)")
            return [found, await _heartbeat(client, site, heartbeat_s)]
    except (aiomqtt.MqttError, OSError, ValueError) as error:
        return [wrong(BROKER, f"{at.shown}: {_words(error)}", _advice(str(error), at))]


async def _heartbeat(client: aiomqtt.Client, site: str, heartbeat_s: float) -> Finding:
    await client.subscribe(topics.of_time(site or "+"))
    try:
        async with asyncio.timeout(heartbeat_s):
            async for message in client.messages:
                payload = message.payload if isinstance(message.payload, bytes) else b""
                beat, _ = messages.read("time", payload)
                if beat is not None:
                    return _judged(beat["unix_ms"] - time.time_ns() // 1_000_000, beat["session"])
    except TimeoutError:
        pass
    hint = "start the line service, or see its log: without it nothing is recorded, and stations show that"
    return wrong(HEARTBEAT, f"no recorder spoke within {heartbeat_s:g} s", hint)


def _judged(apart_ms: int, session: str) -> Finding:
    if abs(apart_ms) <= APART_MS:
        return well(HEARTBEAT, f"a recorder is there (session {session}), its clock agrees with this computer's")
    what = f"the recorder's clock and this computer's are {abs(apart_ms) / 1000:.1f} s apart"
    return wrong(HEARTBEAT, what, "let both be kept by a time server: sudo timedatectl set-ntp true")


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _advice(error: str, at: Address) -> str:
    hints = {
        "uthorized": "the account or its password is wrong: use plant.url of `pullcord broker`",
        "credentials": "the account or its password is wrong: use plant.url of `pullcord broker`",
        "ertificate": "its certificate is of no CA that this computer knows: mqtts://...?ca=FILE names one",
        "ame or service": f"{at.host} is no name here: give the address in numbers, or mend the name service",
        "resolution": f"{at.host} is no name here: give the address in numbers, or mend the name service",
        "refused": f"nothing listens there: is the broker started, and is {at.port} its port?",
        "imed out": "no answer: is the network there, and no firewall in between?",
    }
    return next((hint for sign, hint in hints.items() if sign in error), "see the broker's log")
