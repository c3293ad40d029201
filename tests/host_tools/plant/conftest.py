"""A small sound plant, and a way to break one thing in it."""

from textwrap import dedent

import pytest

from pullcord.plant import boards
from pullcord.plant.document import Document
from pullcord.plant.load import check
from pullcord.plant.problems import PlantError

PLANT = dedent("""\
    format: 1
    site: {name: acme, time_zone: Europe/Berlin}
    broker: {host: 192.168.10.5}
    andon:
      mark: {from: delay, delay_s: 20}
      categories:
        quality: {stop: fixed_position, escalate_s: [60, 180]}
        material: {stop: never}
    areas:
      assembly:
        lines:
          line-1:
            takt: {takt_s: 60, calls: material}
            stations:
              st-01:
                board: raspberry-pi-pico-w
                light: {kind: tower, pins: {red: GP10, yellow: GP11, green: GP12}}
                inputs:
                  cord-1: {pin: GP2, does: call, category: quality}
              st-02:
                board: esp32-devkitc
                light: {kind: tower, pins: {red: IO13, green: IO14}}
                readers:
                  empty: {kind: stand_in, role: signal}
                  badge: {kind: stand_in, role: badge}
    loops:
      bolt:
        item: Bolt M8
        consumer: assembly/line-1/st-02
        supplier: assembly/line-1/st-01
        quantity: 20
        cards: ["04a1b2c3d40001", "04a1b2c3"]
    people:
      maria: {badge: "04b0b1b2b30001"}
    """)


@pytest.fixture(scope="session")
def profiles():
    return boards.load()


@pytest.fixture
def plant_text():
    """The small plant as it is written."""
    return PLANT


@pytest.fixture
def sound(profiles):
    """`sound(text)`: the plant of a text in which nothing is wrong."""
    return lambda text: check(Document.parse("plant.yaml", text), profiles)


@pytest.fixture
def refused_text(sound):
    """`refused_text(text)`: the lines that a text is refused with."""

    def lines(text):
        with pytest.raises(PlantError) as error:
            sound(text)
        return error.value.lines()

    return lines


@pytest.fixture
def plant(sound):
    """`plant(old, new)`: the small plant with that change."""

    def load(old="", new=""):
        assert old in PLANT
        return sound(PLANT.replace(old, new, 1))

    return load


@pytest.fixture
def problems(refused_text):
    """`problems(old, new)`: the lines that the small plant with that change is refused with."""

    def lines(old, new):
        assert old in PLANT
        return refused_text(PLANT.replace(old, new, 1))

    return lines
