"""Plant files that were put in force and taken back, in the log; and the stations that get what is made of them."""

import contextlib

import pytest
from sqlalchemy import delete, update

from pullcord.line.board import BoardState
from pullcord.line.log_reader import LogReader
from pullcord.line.plant_change import difference, undone
from pullcord.line.plant_history import Overtaken, Standing, standing
from pullcord.line.plant_in_force import PlantInForce
from pullcord.line.rollout import rollout
from pullcord.line.store import Store
from pullcord.line.tables import meta, plant_events
from pullcord.line.tokens import Tokens, added
from pullcord.line.updates import Updates, digest
from pullcord.plant import boards
from pullcord.plant.version import version
from tests.host_tools.line import events
from tests.host_tools.line.events import NOW
from tests.host_tools.plant.conftest import PLANT

PROFILES = boards.load()
MORE = PLANT.replace("quantity: 20", "quantity: 30")
QUICKER = PLANT.replace("takt_s: 60", "takt_s: 50")
FIRST = "acme/assembly/line-1/st-01"


@pytest.fixture
def store(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        yield store


@pytest.fixture
def log(store):
    with contextlib.closing(LogReader(store.place)) as reader:
        yield reader


def put(store, text, based_on=None, by="maria"):
    made = version("plant.yaml", text, PROFILES)
    return store.declare(made.declared, NOW, by, made.filed, based_on)


def undo(store, log):
    old, declared = undone(log)
    return store.declare(declared, NOW, "maria", old.filed)


def test_a_version_keeps_its_file_and_the_same_one_is_no_new_version(store, log):
    assert put(store, PLANT) == 2  # its file is at 1
    assert put(store, PLANT) is None
    assert put(store, "# a word\n" + PLANT) == 4
    assert [one.number for one in log.plant_versions()] == [1, 2]
    assert log.plant_file(log.plant_versions()[0].file) == ("plant.yaml", PLANT)


def test_undoing_goes_back_step_by_step_and_a_file_is_kept_once(store, log):
    for text in (PLANT, MORE, QUICKER):
        put(store, text)
    for left in (MORE, PLANT):
        undo(store, log)
        assert log.plant_file(log.plant_versions()[-1].file)[1] == left
    with pytest.raises(ValueError, match="nothing to take back: only one"):
        undo(store, log)
    assert len(log.decisions(["plant.filed"])) == 3
    put(store, QUICKER)
    undo(store, log)
    assert log.plant_file(log.plant_versions()[-1].file)[1] == PLANT


def test_what_undoing_goes_back_through():
    def one(position, undoes=None):
        return Standing(position, position, NOW, "maria", str(position), "f", undoes)

    assert [v.position for v in standing([one(1), one(2), one(3), one(4, 3)])] == [1, 4]
    assert [v.position for v in standing([one(1), one(2), one(3, 2), one(4), one(5, 4)])] == [5]
    assert standing([]) == []


def test_two_planners_do_not_overwrite_one_another(store, log):
    based_on = put(store, PLANT)
    put(store, MORE, based_on, "maria")
    with pytest.raises(Overtaken, match="maria put another plant file in force meanwhile"):
        put(store, QUICKER, based_on, "jonas")
    assert len(log.plant_versions()) == 2


def test_the_difference_to_what_is_in_force(store, log):
    new = version("plant.yaml", QUICKER, PROFILES)
    assert difference(log, new)["compared"] is False
    put(store, PLANT)
    told = difference(log, new)
    assert told["differences"] == ["~ areas.assembly.lines.line-1.takt.takt_s: 60 -> 50"]
    assert told["stations"] == {"acme/assembly/line-1/st-01": "config", "acme/assembly/line-1/st-02": "config"}
    assert (told["based_on"], told["unchanged"]) == (2, False)
    put(store, QUICKER)
    assert difference(log, new)["unchanged"] is True


def test_a_version_without_its_file_is_not_gone_back_to(store, log):
    store.declare({"hash": "x", "plant": {}}, NOW)
    put(store, PLANT)
    with pytest.raises(ValueError, match="without its file"):
        undone(log)


async def test_what_is_in_force_is_told_once_and_counted(store, log):
    told = []
    follower = PlantInForce(log, told.append)
    await follower.look()
    assert (told, follower.current) == ([], None)
    put(store, PLANT)
    put(store, QUICKER)
    await follower.look()
    await follower.look()
    (in_force,) = told
    assert in_force.version.stations[0].config["version"] == 2
    store.declare({"hash": "x", "plant": {}}, NOW)
    await follower.look()
    assert "without its file" in follower.trouble
    assert follower.current.version.text == QUICKER


async def test_how_far_the_stations_are(store, log):
    async def nowhere(_topic, _payload):
        raise AssertionError

    board, updates, follower = BoardState("s1"), Updates(nowhere), PlantInForce(log, lambda _told: None)
    put(store, PLANT)
    await follower.look()
    for station in follower.current.version.stations:
        updates.want(station.path, station.config, station.cards)
    assert {one.why for one in rollout(follower.current, board, updates)} == {
        "it is not in touch, and gets it when it comes back"
    }
    wanted = follower.current.version.stations[0]
    has = {"config": {"version": 1, "hash": "old"}, "cards": {"version": 1, "hash": digest(""), "count": 0}}

    def say(**state):
        board.take_state(NOW, FIRST, events.state(path=FIRST, at=NOW, uid="u") | has | state)
        board.take_online(NOW, FIRST, {"online": True, "uid": "u"})
        return rollout(follower.current, board, updates)[0]

    assert say().why == "it is getting its config"
    update = {"what": "config", "version": 1, "hash": wanted.config["hash"], "next": 3, "parts": 3, "why": ""}
    assert say(update=update | {"result": "stored"}).why == "it waits for a quiet moment"
    assert say(config={"version": 1, "hash": wanted.config["hash"]}).has is True


def test_no_version_is_no_rollout():
    assert rollout(None, BoardState("s1"), Updates(lambda *_: None)) == []


async def test_a_restored_log_begins_anew(store, log):
    told = []
    follower, tokens = PlantInForce(log, told.append), Tokens(log)
    put(store, PLANT)
    backed_up = store.newest()
    put(store, QUICKER)
    store.append(added(NOW, "root", "maria", "viewer", "secret"), NOW)
    await follower.look()
    assert tokens.holder("secret")
    with store.transaction() as connection:  # as a restore does it
        connection.execute(delete(plant_events).where(plant_events.c.position > backed_up))
        connection.execute(update(meta).where(meta.c.key == "epoch").values(value="2"))
    await follower.look()
    assert [one.version.text for one in told] == [QUICKER, PLANT]
    assert told[-1].version.stations[0].config["version"] == 1
    assert tokens.holder("secret") is None
