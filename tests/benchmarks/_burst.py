"""A burst of 200 stations, as a process of its own: each sends no more than 32 events beyond its receipt.

A station may send 64, but 200 times as many are more than the Mosquitto of the bench keeps for a subscriber: it would
drop some, and the 10 s until a station sends again are not what is measured here.

usage: python -m tests.benchmarks._burst HOST PORT STATIONS EVENTS     prints one line of JSON when all is receipted
"""

import json
import sys
import threading
import time
from typing import Any

import paho.mqtt.client as mqtt

AHEAD = 32
DEADLINE_S = 100.0
START = 1_795_197_363_412
CARDS = 20


class Station:
    """Its events are made before the burst begins. `through`: the receipt."""

    def __init__(self, number: int, events: int) -> None:
        self.journal = f"{number + 1:016x}"
        self.path = f"acme/hall-{number // 50}/line-{number // 10}/st-{number:03d}"
        self.topic = f"pullcord/v1/{self.path}/event"
        self.events = [self._event(n) for n in range(1, events + 1)]
        self.sent = 0
        self.through = 0

    def _event(self, n: int) -> bytes:
        kind, data = self._what(n)
        moment = START + n * 1_000
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1_000))
        event = {
            "specversion": "1.0", "id": f"{self.journal}-{n}", "source": f"/{self.path}",
            "type": f"pullcord.{kind}.v1", "sequence": f"{n:010d}", "time": f"{text}.{moment % 1000:03d}Z",
            "clock": "synced", "boot": 1, "uptime": n * 1_000, "data": data,
        }  # fmt: skip
        return json.dumps(event, separators=(",", ":")).encode()

    def _what(self, n: int) -> tuple[str, dict[str, Any]]:
        """Of ten events one is a call that is cancelled by the next, two are taps, seven are cycles."""
        step = n % 10
        if step == 1:
            return "andon.called", {"call": "quality", "input": "cord-1", "via": "cord"}
        if step == 2:
            return "andon.cancelled", {
                "call": f"{self.journal}-{n - 1}",
                "category": "quality",
                "by": "",
                "via": "cord",
            }
        if step in (3, 4):
            role = "signal" if step == 3 else "receive"
            card = f"04{int(self.journal, 16):08x}{n // 10 % CARDS:04x}"
            return "kanban.tapped", {
                "reader": "r", "role": role, "card": card, "loop": f"loop-{self.journal[-3:]}", "table": 1,
                "certain": True,
            }  # fmt: skip
        return "cycle.completed", {"cycle_ms": 58_000, "takt_ms": 60_000, "count": n, "ahead_ms": 0}


def main(host: str, port: int, stations: int, events: int) -> None:
    all_of_them = [Station(number, events) for number in range(stations)]
    by_journal = {station.journal: station for station in all_of_them}
    news = threading.Event()

    def on_receipt(_client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        station = by_journal[message.topic.rpartition("/")[2]]
        station.through = max(station.through, json.loads(message.payload)["through"])
        news.set()

    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "burst")
    client.max_inflight_messages_set(0)
    client.on_message = on_receipt
    client.connect(host, port)
    client.subscribe([(f"pullcord/v1/{station.path}/receipt/+", 1) for station in all_of_them])
    client.loop_start()
    began = time.monotonic()
    while any(station.through < events for station in all_of_them):
        if time.monotonic() > began + DEADLINE_S:
            sys.exit("burst: no receipts any more")
        news.clear()
        for station in all_of_them:
            send(client, station, events)
        news.wait(0.05)
    print(json.dumps({"began": began, "ended": time.monotonic()}), flush=True)
    client.disconnect()
    client.loop_stop()


def send(client: mqtt.Client, station: Station, events: int) -> None:
    while station.sent < min(events, station.through + AHEAD):
        client.publish(station.topic, station.events[station.sent], qos=1)
        station.sent += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
