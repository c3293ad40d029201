"""Run by MicroPython: send 500 events, 16 in flight, to the broker at a port, and print what came back."""

import asyncio
import sys
import time

repository, port = sys.argv[1], int(sys.argv[2])
sys.path[:0] = [repository + "/firmware"]

from station.core.delivery import Delivery  # noqa: E402
from station.net.greeting import greet  # noqa: E402

EVENTS = 500
OPTIONS = {"host": "127.0.0.1", "port": port, "client_id": "publish-500", "keepalive_s": 15}


async def main():
    delivery = Delivery(window=16, trust_broker=True)
    delivery.appended(EVENTS)
    delivery.connected(0, 0)
    acked = []
    ready = asyncio.Event()

    def on_ack(sequence):
        acked.append(sequence)
        delivery.acked(0, sequence)
        ready.set()

    session = await greet(asyncio.open_connection, OPTIONS, lambda topic, payload: None, on_ack)
    begun = time.ticks_ms()
    most = 0
    while delivery.through < EVENTS:
        sequence = delivery.due(0)
        if sequence is None:
            ready.clear()
            await asyncio.wait_for_ms(ready.wait(), 5000)
            continue
        delivery.sent(0, sequence)
        await session.publish(b"pullcord/v1/t/event", b"event-%d" % sequence + bytes(230), 1, False, sequence)
        most = max(most, sequence - delivery.through)
    took = time.ticks_diff(time.ticks_ms(), begun)
    await session.close()
    print("acked", len(acked), "in order", acked == sorted(acked), "most", most, "ms", took)


asyncio.run(main())
