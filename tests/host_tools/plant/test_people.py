"""People, roles and channels of a plant file, whom an escalation tells, segments, and what lines make."""

import pytest

from pullcord.plant.declare import declaration
from pullcord.pull import declared

PEOPLE = """\
channels: {leaders: {name: Leaders}, maria-phone: {name: Maria}}
roles:
  leader: {name: Team leader, on_call: {early: [maria]}, channels: [leaders]}
  manager: {name: Manager, people: [maria]}
calendar: {shifts: {early: {from: "06:00", to: "14:00"}}}
items: {bolt: {name: Bolt M8, demand: 192, stock: {safety: 20, target: 100}}}
suppliers: {store: {name: Store, items: {bolt: {part_number: B-8, pack: 50}}}}
people:
  maria: {badge: "04b0b1b2b30001", channels: [maria-phone]}
"""

# what is changed in the plant above, and the one problem that it must give
CASES = {
    "a channel that is not there": (
        "channels: [maria-phone]}",
        "channels: [maria-fone]}",
        "41: people.maria.channels[0]: maria-fone: there is no such channel: did you mean maria-phone?",
    ),
    "a person who is not there": (
        "people: [maria]",
        "people: [mario]",
        "36: roles.manager.people[0]: mario: there is no such person: did you mean maria?",
    ),
    "on call in a shift that is not there": (
        "on_call: {early:",
        "on_call: {late:",
        "35: roles.leader.on_call.late: late: there is no such shift: only early",
    ),
    "an empty role": (
        ", people: [maria]}",
        "}",
        "36: roles.manager: manager: nobody is in it: people, on_call or channels",
    ),
    "a role that nobody can reach": (
        '"04b0b1b2b30001", channels: [maria-phone]}',
        '"04b0b1b2b30001"}',
        "36: roles.manager: manager: nobody in it has a channel: channels of the role, or of its people",
    ),
    "a role that is not there": (
        "escalate_s: [60, 180]",
        "escalate_s: [60, 180], tell: {1: [leeder]}",
        "7: andon.categories.quality.tell.1[0]: leeder: there is no such role: did you mean leader?",
    ),
    "a level that is never reached": (
        "stop: never",
        "stop: never, tell: {1: [leader]}",
        "8: andon.categories.material.tell.1: 1: this level is never reached: "
        "0 (the call itself) to 0, or one more time in escalate_s",
    ),
    "a target that is never bought up to": (
        "safety: 20, target: 100",
        "safety: 20, target: 20",
        "38: items.bolt.stock.target: 20: is not above safety: above safety, or nothing is ever bought",
    ),
    "an offer of an item that is not there": (
        "items: {bolt: {part",
        "items: {blot: {part",
        "39: suppliers.store.items.blot: blot: there is no such item: did you mean bolt?",
    ),
    "a segment with a stranger": (
        "stations:\n          st-01:",
        "segments: {all: [st-01, st-3]}\n        stations:\n          st-01:",
        "14: areas.assembly.lines.line-1.segments.all[1]: st-3: there is no such station in this line: "
        "did you mean st-01?",
    ),
    "a segment that nothing stops": (
        "stations:\n          st-01:",
        "segments: {all: [st-01, st-02]}\n        stations:\n          st-01:",
        "14: areas.assembly.lines.line-1.segments.all: all: no station of it has a permit relay: "
        "permit at one of them at least",
    ),
    "a line that works in no shift": (
        "stations:\n          st-01:",
        "shifts: [erly]\n        stations:\n          st-01:",
        "14: areas.assembly.lines.line-1.shifts[0]: erly: there is no such shift: did you mean early?",
    ),
    "a line whose product nobody wants": (
        "demand: 192, ",
        "",
        "14: areas.assembly.lines.line-1.makes[0]: bolt: nobody says how many are needed: "
        "items.bolt.demand, such as 480 (a day)",
    ),
}
MAKES = ("stations:\n          st-01:", "makes: [bolt]\n        stations:\n          st-01:")


@pytest.fixture
def text(plant_text):
    """The small plant with people, roles, items and suppliers."""
    return plant_text[: plant_text.index("people:")].replace("item: Bolt M8", "item: bolt") + PEOPLE


@pytest.mark.parametrize("case", CASES)
def test_one_problem_is_told_in_one_line(text, refused_text, case):
    old, new, line = CASES[case]
    if "makes" in line:
        text = text.replace(*MAKES, 1)
    assert old in text
    assert refused_text(text.replace(old, new, 1)) == [f"plant.yaml:{line}"]


def test_whom_to_tell_is_declared_by_level(text, sound):
    told = text.replace("escalate_s: [60, 180]", "escalate_s: [60, 180], tell: {0: [leader], 2: [leader, manager]}")
    found = declaration(sound(told))["plant"]
    quality = found["stations"]["acme/assembly/line-1/st-01"]["categories"]["quality"]
    assert quality["tell"] == [["leader"], [], ["leader", "manager"]]
    assert found["roles"]["leader"]["on_call"] == {"early": ["maria"]}
    assert found["people"]["maria"]["channels"] == ["maria-phone"]


def test_items_and_offers_are_declared(text, sound):
    found = declaration(sound(text))["plant"]
    assert found["items"]["bolt"]["demand"] == {"pieces": 192, "each": "day"}
    assert found["items"]["bolt"]["stock"] == {"reorder_point": None, "safety": 20, "target": 100}
    assert found["suppliers"]["store"]["items"]["bolt"]["pack"] == 50


def test_a_segment_is_declared_by_the_paths_of_its_stations(text, sound):
    segments = "segments: {front: [st-01]}\n        stations:\n          st-01:\n            permit: GP16"
    found = declaration(sound(text.replace("stations:\n          st-01:", segments, 1)))["plant"]
    assert found["lines"]["acme/assembly/line-1"]["segments"] == {"front": ["acme/assembly/line-1/st-01"]}


def test_what_an_earlier_version_declared_can_be_read():
    old = {"items": {"bolt": "Bolt M8"}, "stations": {"a/b/c/d": {"takt_ms": None}}, "loops": {}}
    found = declared.read(old)
    assert found["items"]["bolt"]["name"] == "Bolt M8"
    assert found["stations"]["a/b/c/d"]["categories"] == {}
    assert declared.read(None)["loops"] == {}
