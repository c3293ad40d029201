"""Parts of configs and card tables in any order, damaged and mixed: what is in use is always whole."""

import json
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pullcord.sim import harness
from station import update
from station.core.station import Station
from station.store import card_build
from station.store.cards import CardTable
from tests import json_values

CONFIG = harness.config()


def parts(text: str, version: int, its_hash: str = "", size: int = 60) -> list[dict]:
    digest = sha256(text.encode()).hexdigest()[:12]
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    head = {"version": version, "hash": its_hash or digest, "digest": digest, "parts": len(pieces)}
    return [{**head, "part": number, "data": piece} for number, piece in enumerate(pieces)]


def table(version: int) -> tuple[list, list[dict]]:
    """Its entries and the parts that bring it."""
    entries = [(bytes((4, version, 0, number)), f"loop-{version}", "s", "full") for number in range(8 * version)]
    text = "".join(f"{uid.hex()},{loop},{here},{state}\n" for uid, loop, here, state in entries)
    return entries, parts(text, version)


TABLES = {version: table(version) for version in (1, 2, 3)}
NEW = harness.config(version=2, hash="ba9876543210")
PARTS = {"cards": TABLES[2][1] + TABLES[3][1], "config": parts(json.dumps(NEW), 2, "ba9876543210", 400)}
messages = st.sampled_from(("cards", "config")).flatmap(
    lambda what: st.tuples(
        st.just(what),
        st.one_of(
            st.sampled_from(PARTS[what]),
            st.sampled_from(PARTS[what]),
            st.sampled_from(PARTS[what]).flatmap(json_values.damaged),
            json_values.values,
        ),
    )
)


class App:
    """As much of a station at work as an update touches."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.uid, self.source = "0102030405060708", CONFIG["station"]
        self.version = {"version": 1, "hash": CONFIG["hash"]}
        self.permit = self.transfer = self.update = None
        self.restarts = self.touched = 0
        self.station = Station(CONFIG, "6f1c9a2e41d07b35", 1)
        self.cards = CardTable.open(root + "cards")

    def touch(self) -> None:
        self.touched += 1


@given(st.lists(messages, max_size=40), st.binary(max_size=100))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_a_whole_table_is_in_use_and_the_right_parts_still_bring_the_next(stream, noise):
    folder = Path(tempfile.mkdtemp())
    try:
        card_build.build(TABLES[1][0], f"{folder}/cards", 1)
        app = App(f"{folder}/")
        update.take(app, 0, "cards", noise)
        for now, (what, part) in enumerate(stream):
            update.take(app, now, what, json.dumps(part).encode())
            assert app.update is None or len(app.update["why"]) <= 200
            in_use_is_whole(app)
        for part in TABLES[3][1]:
            update.take(app, 100, "cards", json.dumps(part).encode())
        in_use_is_whole(app)
        assert app.cards.version == 3
        assert len(app.station.drafts) <= 31  # answers cost flash: their number has a limit
        app.cards.close()
    finally:
        shutil.rmtree(folder)


def in_use_is_whole(app: App) -> None:
    entries = TABLES[app.cards.version][0]
    assert app.cards.count == len(entries)
    assert app.cards.findings == []
    for uid, loop, here, state in (entries[0], entries[-1]):
        assert app.cards.find(uid) == (loop, here, state)
    config = Path(app.root, "config.json")
    if config.exists():
        assert json.loads(config.read_text()) == NEW
        assert app.restarts or app.update is None or app.update["result"] != "stored"
