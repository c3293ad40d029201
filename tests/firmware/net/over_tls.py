"""Run by MicroPython and by CPython: one session with a broker over TLS; prints how that went.

usage: over_tls.py REPOSITORY and one line of JSON at the standard input: {"root", "host", "port", "tls", "wall",
"tries", and perhaps "user", "password"}
"""

import asyncio
import json
import sys

REPOSITORY = sys.argv[1]
sys.path[:0] = [REPOSITORY + "/host_tools/pullcord/sim/standins", REPOSITORY + "/firmware"]
if sys.implementation.name == "cpython":
    sys.path[:0] = [REPOSITORY + "/host_tools"]
    from pullcord.sim import cpython

    cpython.install()

import machine  # noqa: E402
from world import World  # noqa: E402

from station.net.greeting import greet, subscribe  # noqa: E402
from station.net.mqtt import MqttError  # noqa: E402
from station.net.secure import Opener  # noqa: E402

machine.world = World(b"\1\2\3\4", "power_on", lambda message: None)
# wakes up every few milliseconds, as the lamp does: what holds it up is a handshake that does not yield
TURN_MS = 5


async def one(opener, options):
    heard = []
    done = asyncio.Event()

    def on_message(topic, payload):
        heard.append(payload)
        if len(heard) == 20:
            done.set()

    session = await greet(opener, options, on_message, None)
    try:
        await subscribe(session, [("t", 1)])
        for number in range(20):
            await session.publish("t", b"%d " % number + bytes(400), 1)
        await asyncio.wait_for_ms(done.wait(), 10000)
        assert [int(payload.split()[0]) for payload in heard] == list(range(20))
    finally:
        await session.close()


async def main():
    given = json.loads(sys.stdin.readline())
    opener = Opener(given["root"], given["tls"], lambda: given["wall"])
    options = {"client_id": "station", "keepalive_s": 15, "wait_s": given.get("wait_s", 15)}
    for key in ("host", "port", "user", "password"):
        options[key] = given.get(key)
    turns = [0]

    async def turn():
        while True:
            turns[0] += 1
            await asyncio.sleep_ms(TURN_MS)

    turning = asyncio.create_task(turn())
    for _ in range(given.get("tries", 1)):
        try:
            await one(opener, options)
            print("good")
        except MqttError as error:
            print(error)
    turning.cancel()
    print("clock", machine.world.clock)
    print("turns", turns[0])


asyncio.run(main())
