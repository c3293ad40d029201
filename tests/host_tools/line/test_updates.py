"""What a station gets, as pure as the sender is: its states in, messages out."""

import asyncio
import json

from pullcord.line.updates import STUCK_MS, WINDOW, Updates, digest

PATH = "acme/assembly/line-1/st-04"
CARDS = [(f"04a1b2c3{number:06x}", "bolt", "s", "full") for number in range(400)]
LINES = "".join(",".join(card) + "\n" for card in CARDS)
CONFIG = {"version": 2, "hash": "ba9876543210", "station": PATH}
OLD = {"config": {"version": 1, "hash": "old"}, "cards": {"version": 1, "hash": "old", "count": 3}}


async def nowhere(topic: str, payload: bytes) -> None:
    raise AssertionError(topic)


class Station:
    """A station that takes parts as the firmware does, in the few ways that the sender can see."""

    def __init__(self, **state):
        self.state = {**OLD, **state}
        self.text = ""

    def take(self, message):
        what = message.topic.rsplit("/", 1)[1]
        part = json.loads(message.payload)
        assert len(message.payload) < 4000
        said = self.state.setdefault("update", {"what": what, "hash": part["hash"], "next": 0, "result": "receiving"})
        if (said["what"], said["hash"], said["next"]) == (what, part["hash"], part["part"]):
            self.text += part["data"]
            said["next"] += 1
        if said["next"] == part["parts"]:
            assert digest(self.text) == part["digest"]
            said["result"] = "done"
            self.state[what] = {"version": part["version"], "hash": part["hash"]}


def updates(**wanted) -> Updates:
    made = Updates(nowhere)
    made.want(PATH, **wanted)
    return made


def test_a_table_arrives_a_few_parts_at_a_time():
    sender, station = updates(cards=CARDS), Station()
    rounds = 0
    while messages := sender.due(rounds, PATH, station.state):
        assert len(messages) <= WINDOW
        assert {message.topic for message in messages} == {f"pullcord/v1/{PATH}/cards"}
        for message in messages:
            station.take(message)
        rounds += 1
    assert station.text == LINES
    assert rounds >= 3
    assert station.state["cards"]["hash"] == digest(LINES)


def test_what_the_station_has_is_not_sent_and_neither_is_another_stations():
    sender = updates(config=CONFIG, cards=CARDS)
    state = {"config": {"version": 1, "hash": CONFIG["hash"]}, "cards": {"version": 9, "hash": digest(LINES)}}
    assert sender.due(0, PATH, state) == []
    assert sender.due(0, PATH[:-1] + "5", OLD) == []
    assert sender.due(0, PATH, {"config": {"version": 1, "hash": CONFIG["hash"]}}) == []  # no reader, no cards


def test_parts_on_their_way_are_not_sent_twice_until_nothing_moves():
    sender, station = updates(cards=CARDS), Station()
    assert len(sender.due(0, PATH, station.state)) == WINDOW
    assert sender.due(STUCK_MS - 1, PATH, station.state) == []
    again = sender.due(STUCK_MS, PATH, station.state)
    assert [json.loads(message.payload)["part"] for message in again] == list(range(WINDOW))


def test_a_station_that_started_anew_gets_it_from_the_beginning():
    sender, station = updates(cards=CARDS), Station()
    for now in range(2):
        for message in sender.due(now, PATH, station.state):
            station.take(message)
    anew = sender.due(STUCK_MS + 2, PATH, OLD)
    assert json.loads(anew[0].payload)["part"] == 0


def test_what_was_refused_is_told_and_not_sent_again():
    sender = updates(config=CONFIG)
    refused = {"what": "config", "hash": CONFIG["hash"], "result": "refused", "why": "link.host: is missing"}
    assert sender.due(0, PATH, {**OLD, "update": refused}) == []
    assert sender.problems == {PATH: f"config {CONFIG['hash']} was refused: link.host: is missing"}
    assert sender.due(10 * STUCK_MS, PATH, OLD) == []
    sender.want(PATH, config={**CONFIG, "hash": "0123456789ab"})
    assert len(sender.due(20 * STUCK_MS, PATH, {**OLD, "update": refused})) == 1
    assert sender.due(21 * STUCK_MS, PATH, {**OLD, "config": {"version": 3, "hash": "0123456789ab"}}) == []
    assert sender.problems == {}


def test_a_config_that_waits_for_the_restart_holds_up_no_cards_and_is_sent_once():
    """Also when the station comes back with its last good one: it would store and restart for ever."""
    sender = updates(config=CONFIG, cards=CARDS)
    assert [message.topic.rsplit("/", 1)[1] for message in sender.due(0, PATH, OLD)] == ["config"]
    stored = {"what": "config", "hash": CONFIG["hash"], "result": "stored", "why": ""}
    assert {message.topic.rsplit("/", 1)[1] for message in sender.due(1, PATH, {**OLD, "update": stored})} == {"cards"}
    back = {**OLD, "cards": {"version": 2, "hash": digest(LINES)}}
    assert sender.due(10 * STUCK_MS, PATH, back) == []


async def test_without_a_broker_it_waits_for_the_next_state():
    sent = []

    async def publish(topic: str, payload: bytes) -> None:
        sent.append(payload)
        if len(sent) == 1:
            raise ConnectionError("no broker")

    sender = Updates(publish)
    sender.want(PATH, cards=CARDS)
    running = asyncio.create_task(sender.run())
    sender.take_state(0, PATH, OLD)
    await asyncio.sleep(0.01)
    assert len(sent) == 1
    sender.take_state(STUCK_MS, PATH, OLD)
    await asyncio.sleep(0.01)
    running.cancel()
    assert [json.loads(payload)["part"] for payload in sent] == [0, 0, 1, 2, 3]
