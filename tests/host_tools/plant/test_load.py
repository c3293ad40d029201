"""Every problem of a plant file is told at once, with its line, and with what would be right."""

import re

import pytest

from pullcord.plant.document import Document
from pullcord.plant.load import check
from pullcord.plant.problems import PlantError

LINE = "areas.assembly.lines.line-1"
STATION = f"{LINE}.stations."
PICO = "Raspberry Pi Pico W"

# what is changed in the small plant, and the one problem that it must give
CASES = {
    "an unknown key": (
        "broker: {host: 192.168.10.5}",
        "broker: {hots: x, host: 192.168.10.5}",
        "3: broker.hots: x: nobody knows this key: did you mean host?",
    ),
    "a missing key": (
        "broker: {host: 192.168.10.5}",
        "broker: {port: 1883}",
        "3: broker.host: nothing: is missing: add host",
    ),
    "a broker that is no address": (
        "{host: 192.168.10.5}",
        "{host: mqtts//10.0.0.1}",
        "3: broker.host: mqtts//10.0.0.1: is no address: "
        "a host in numbers or by name, or mqtts://HOST:PORT for the whole section",
    ),
    "a misspelt choice": (
        "stop: never",
        "stop: nevr",
        "8: andon.categories.material.stop: nevr: does not fit: did you mean never?",
    ),
    "a number out of range": (
        "{host: 192.168.10.5}",
        "{host: 192.168.10.5, port: 70000}",
        "3: broker.port: 70000: does not fit: less than or equal to 65535",
    ),
    "a name with a capital": (
        "  maria:",
        "  Maria:",
        "34: people.Maria: Maria: is no name: 1 to 32 of a-z 0-9 - _",
    ),
    "a card that YAML takes for a number": (
        '"04a1b2c3"',
        "04112233",
        "32: loops.bolt.cards[1]: 4112233: is a number here: put it in quotes",
    ),
    "a card of five bytes": (
        '"04a1b2c3"',
        '"04a1b2c3ff"',
        "32: loops.bolt.cards[1]: 04a1b2c3ff: is no card uid: "
        'quoted lower-case hex of 4, 7 or 10 bytes, such as "04a1b2c3d40001"',
    ),
    "one card twice": (
        '"04b0b1b2b30001"',
        '"04a1b2c3"',
        "34: people.maria.badge: 04a1b2c3: this card is at loops.bolt.cards[1] already: another card",
    ),
    "an unknown board": (
        "board: esp32-devkitc",
        "board: esp32-devkit",
        f"21: {STATION}st-02.board: esp32-devkit: no such board: did you mean esp32-devkitc?",
    ),
    "a pin that the board lacks": (
        "yellow: GP11",
        "yellow: GP111",
        f"17: {STATION}st-01.light.pins.yellow: GP111: {PICO} has no such pin: did you mean GP11?",
    ),
    "one pin twice": (
        "pin: GP2,",
        "pin: GP11,",
        f"19: {STATION}st-01.inputs.cord-1.pin: GP11: this pin is used by light.pins.yellow: "
        "a pin of its own",
    ),
    "an input without pull-up": (
        "readers:\n",
        "inputs: {ack: {pin: VP, does: acknowledge}}\n            readers:\n",
        f"23: {STATION}st-02.inputs.ack.pin: VP: has no pull-up on Espressif ESP32-DevKitC V4: "
        "another pin, or pull: none and a resistor outside",
    ),
    "a category that nobody declared": (
        "category: quality",
        "category: qualty",
        f"19: {STATION}st-01.inputs.cord-1.category: qualty: is not a category of this station: "
        "did you mean quality?",
    ),
    "a call without a category": (
        ", category: quality}",
        "}",
        f"19: {STATION}st-01.inputs.cord-1.category: nothing: is missing: "
        "a call needs one of material, quality",
    ),
    "a takt that calls nobody": (
        "calls: material",
        "calls: materials",
        f"13: {LINE}.takt.calls: materials: is not a category here: did you mean material?",
    ),
    "levels out of order": (
        "[60, 180]",
        "[180, 60]",
        "7: andon.categories.quality.escalate_s: 180, 60: the levels are out of order: rising seconds",
    ),
    "a consumer that is not there": (
        "consumer: assembly/line-1/st-02",
        "consumer: assembly/line-1/st-03",
        "29: loops.bolt.consumer: assembly/line-1/st-03: there is no such station: "
        "did you mean assembly/line-1/st-01?",
    ),
    "a time zone": (
        "Europe/Berlin",
        "Europe/Berlyn",
        "2: site.time_zone: Europe/Berlyn: is no time zone: did you mean Europe/Berlin?",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_problem_is_told_in_one_line(problems, case):
    old, new, line = CASES[case]
    assert problems(old, new) == [f"plant.yaml:{line}"]


def test_a_mark_without_its_delay_is_told_for_every_station_that_needs_it(problems):
    lines = problems("{from: delay, delay_s: 20}", "{from: delay}")
    assert [re.findall(r"st-\d\d", line) for line in lines] == [["st-01"], ["st-02"]]
    assert all(line.endswith("seconds from the pull to the mark") for line in lines)


def test_a_reserved_pin_is_refused_with_the_reason(problems):
    (line,) = problems("yellow: GP11", "yellow: GP23")
    assert "is not free on Raspberry Pi Pico W: it switches the wireless chip on: one of GP0, GP1," in line


def test_an_input_only_pin_cannot_drive_a_light(problems):
    (line,) = problems("green: IO14", "green: IO34")
    assert "IO34: is an input only on Espressif ESP32-DevKitC V4: one of IO4," in line


def test_a_strapping_pin_cannot_be_an_input(problems):
    (line,) = problems("readers:\n", "inputs: {ack: {pin: IO12, does: acknowledge}}\n            readers:\n")
    assert "decides how Espressif ESP32-DevKitC V4 starts (high at reset sets the flash to 1.8 V" in line


def test_all_problems_are_told_at_once(problems):
    """Shape and meaning together: what is unsound in one place hides nothing in another."""
    lines = problems("stop: never}", "stop: nevr}\n    help: {stop: never, escalate_s: [9, 3]}\n    x: {}")
    assert [line.split(": ")[1] for line in lines] == [
        "andon.categories.material.stop",
        "andon.categories.help.escalate_s",
        "andon.categories.x.stop",
    ]


@pytest.mark.parametrize("key", ["password", "mqtt_password", "wifi-psk", "api_token", "Secret"])
def test_a_secret_is_refused_and_never_shown(problems, key):
    (line,) = problems("broker: {", f"broker: {{{key}: hunter2, ")
    assert f"broker.{key}: (not shown): a secret has no place in the plant file" in line
    assert "secrets.json" in line
    assert "hunter2" not in line


def test_a_password_in_an_address_is_refused_and_never_shown(problems):
    (line,) = problems("broker: {host: 192.168.10.5}", "broker: mqtts://maria:hunter2@192.168.10.5")
    assert "3: broker: (not shown): a secret has no place in the plant file" in line
    assert "hunter2" not in line


def test_a_key_said_twice_is_refused_with_its_line(profiles):
    with pytest.raises(PlantError, match=r"x\.yaml:2: .*this key is there twice"):
        check(Document.parse("x.yaml", "a: 1\na: 2\n"), profiles)


@pytest.mark.parametrize(
    ("pins", "wrong"),
    [
        ("kind: tower, pins: {green: IO14}", "light.pins: nothing: red is missing: add red and its pin"),
        ("kind: rgb, pins: {red: IO13, green: IO14}", "light.pins: nothing: blue is missing: add blue and its pin"),
        (
            "kind: rgb, pins: {red: IO13, green: IO14, blue: IO25, white: IO26}",
            "light.pins.white: IO26: is no light of an RGB one: one of red, green, blue",
        ),
    ],
)
def test_a_light_has_what_its_kind_needs(problems, pins, wrong):
    (line,) = problems("kind: tower, pins: {red: IO13, green: IO14}", pins)
    assert line.endswith(f"{STATION}st-02.{wrong}")


@pytest.mark.parametrize("text", ["? {a: 1}\n: 2\n", "", "- 1\n", "word\n", "a: [1\nb: 2\n", "\t\tx: 1\n"])
def test_what_is_no_plant_at_all_is_refused_in_words(profiles, text):
    with pytest.raises(PlantError) as refused:
        check(Document.parse("x.yaml", text), profiles)
    assert refused.value.lines()


def test_a_reader_without_a_wire_of_its_chip_is_refused(problems):
    bus = "bus: {sck: IO18, mosi: IO23, miso: IO19, tx: IO4}"
    lines = problems("empty: {kind: stand_in, role: signal}", f"empty: {{kind: mfrc522, role: signal, {bus}}}")
    assert [line.partition("readers.empty.")[2] for line in lines] == [
        "bus.cs: nothing: is missing: the pin: a mfrc522 needs it",
        "bus.tx: IO4: a mfrc522 has none: take it away",
    ]


def test_readers_on_one_bus_share_its_wires(plant, problems):
    def readers(cs):
        wires = "sck: IO18, mosi: IO23, miso: IO19"
        one = f"empty: {{kind: mfrc522, role: signal, bus: {{{wires}, cs: IO4}}}}"
        return f"{one}\n              other: {{kind: pn532-spi, role: ship, bus: {{{wires}, cs: {cs}}}}}"

    assert plant("empty: {kind: stand_in, role: signal}", readers("IO16"))
    (line,) = problems("empty: {kind: stand_in, role: signal}", readers("IO4"))
    assert "this pin is used by readers.empty.bus.cs" in line
