"""A plant becomes one config and one card table a station, and the firmware's own rules accept them."""

import hashlib
import json
from pathlib import Path

import pytest

from pullcord.line.updates import digest
from pullcord.plant.compile import Card, compile_plant, content_hash
from pullcord.plant.load import load
from station.core import config as station_config
from station.store import card_build
from station.store.cards import CardTable

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
EXAMPLE = EXAMPLES / "plant.yaml"


@pytest.fixture
def compiled(plant, profiles):
    """`compiled(old, new)`: the stations of the small plant with that change, by name."""

    def build(old="", new="", version=1):
        return {station.path[-5:]: station for station in compile_plant(plant(old, new), profiles, version)}

    return build


@pytest.fixture
def example(profiles):
    return {station.path: station for station in compile_plant(load(EXAMPLE, profiles), profiles)}


def test_the_example_is_good_for_the_firmware(example):
    assert len(example) == 5
    for station in example.values():
        assert station_config.problems(station.config) == []


def test_the_example_has_every_kind_of_light_and_of_stop(example):
    lights = {(c.config["light"]["kind"], len(c.config["light"]["pins"])) for c in example.values()}
    assert {("tower", 3), ("tower", 5), ("rgb", 3)} <= lights
    stops = {item["stop"] for c in example.values() for item in c.config["andon"]["categories"]}
    assert stops == {"fixed_position", "immediate", "never"}


def test_pins_become_gpio_numbers(compiled):
    stations = compiled("green: IO14", "green: IO27")
    assert stations["st-01"].config["light"]["pins"] == {"red": 10, "yellow": 11, "green": 12}
    assert stations["st-02"].config["light"]["pins"] == {"red": 13, "green": 27}


@pytest.mark.parametrize(
    ("broker", "link"),
    [
        ("mqtts://10.0.0.1", {"host": "10.0.0.1", "port": 8883, "tls": {"name": "10.0.0.1", "certificate": False}}),
        ("mqtts://b.acme:884", {"host": "b.acme", "port": 884, "tls": {"name": "b.acme", "certificate": False}}),
        ("mqtt://10.0.0.1", {"host": "10.0.0.1", "port": 1883}),
        (
            "{host: 10.0.0.1, tls: {name: broker.acme, certificates: true}}",
            {"host": "10.0.0.1", "port": 8883, "tls": {"name": "broker.acme", "certificate": True}},
        ),
    ],
)
def test_where_the_broker_is_and_whether_it_speaks_tls(compiled, broker, link):
    config = compiled("{host: 192.168.10.5}", broker)["st-01"].config
    assert station_config.problems(config) == []
    assert config["link"] == {"kind": "wifi", "keepalive_s": 15, "delivery": "receipt", **link}


def test_the_whole_config_of_a_small_station(compiled):
    config = compiled()["st-01"].config
    assert config.pop("hash") == content_hash(config)
    assert config == {
        "format": 1,
        "version": 1,
        "station": "acme/assembly/line-1/st-01",
        "uid": "",
        "board": "raspberry-pi-pico-w",
        "machine": "Raspberry Pi Pico W",
        "light": {"kind": "tower", "active": "high", "pins": {"red": 10, "yellow": 11, "green": 12}},
        "buzzer": None,
        "permit": None,
        "inputs": [
            {
                "name": "cord-1",
                "pin": 2,
                "does": "call",
                "category": "quality",
                "active": "low",
                "pull": "up",
                "stable_ms": 20,
                "stuck_s": 0,
                "via": "cord",
            }
        ],
        "readers": [],
        "andon": {
            "repeat_ms": 2000,
            "mute_s": 120,
            "categories": [
                {"name": "quality", "stop": "fixed_position", "escalate_s": [60, 180]},
                {"name": "material", "stop": "never", "escalate_s": []},
            ],
            "mark": {"from": "delay", "delay_s": 20},
        },
        "kanban": {"same_card_s": 5},
        "link": {
            "kind": "wifi",
            "keepalive_s": 15,
            "delivery": "receipt",
            "host": "192.168.10.5",
            "port": 1883,
        },
        "journal": {"limit_kb": 600, "full": "refuse"},
        "takt": {"takt_s": 60, "overrun_percent": 20, "calls": "material"},
    }


def test_a_supervised_loop_becomes_readings(compiled):
    ohms = "loop: {end_ohm: 4700, contact_ohm: 4700, pull_up_ohm: 4700}"
    item = compiled("pin: GP2,", f"pin: GP26, {ohms},")["st-01"].config["inputs"][0]
    assert item == {
        "name": "cord-1",
        "kind": "loop",
        "pin": 26,
        "rest": 32768,
        "pulled": 21845,
        "does": "call",
        "category": "quality",
        "via": "cord",
        "stable_ms": 20,
        "stuck_s": 0,
    }


@pytest.mark.parametrize(("contact", "active", "level"), [
    ("open", "low", "low"), ("open", "high", "high"), ("closed", "low", "high"), ("closed", "high", "low"),
])
def test_a_contact_that_rests_closed_is_active_when_it_opens(compiled, contact, active, level):
    item = compiled("pin: GP2,", f"pin: GP2, contact: {contact}, active: {active},")["st-01"].config["inputs"][0]
    assert item["active"] == level and "contact" not in item


def test_what_reads_back_outputs_is_compiled(compiled):
    more = "            permit: {pin: GP16, readback: GP17}\n            inputs:\n"
    config = compiled("            inputs:\n", more)["st-01"].config
    assert config["permit"]["readback"] == {"pin": 17, "active": "low", "pull": "up"}
    light = "green: GP12}, sense: {pins: {red: GP18}}}"
    config = compiled("green: GP12}}", light)["st-01"].config
    assert config["light"]["sense"] == {"pins": {"red": 18}, "active": "low", "pull": "up"}


def test_a_volume_by_time_of_day_takes_the_time_zone_of_the_site_with_it(compiled, problems):
    buzzer = 'buzzer: {pin: GP15, volume: {"22:00": 30, "06:00": 100}}\n            inputs:\n'
    made = compiled("inputs:\n", buzzer)["st-01"].config["buzzer"]
    assert made["volume"] == [[360, 100], [1320, 30]]
    assert made["zone"][:3] == [[1767225600, 60], [1774746000, 120], [1792890000, 60]]
    (line,) = problems("inputs:\n", buzzer.replace("22:00", "25:00"))
    assert "is no time of day" in line


def test_the_hash_is_of_the_content_only(compiled):
    first, second = compiled(version=1)["st-01"].config, compiled(version=7)["st-01"].config
    assert (first["version"], second["version"]) == (1, 7)
    assert first["hash"] == second["hash"]
    content = {key: value for key, value in first.items() if key not in ("version", "hash")}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert first["hash"] == hashlib.sha256(canonical.encode()).hexdigest()[:12]


def test_a_change_at_one_station_leaves_the_others_alone(compiled):
    before, after = compiled(), compiled("pin: GP2,", "pin: GP3,")
    assert before["st-01"].config["hash"] != after["st-01"].config["hash"]
    assert before["st-02"].config == after["st-02"].config


def test_the_nearest_level_counts(compiled):
    at_station = "andon: {mute_s: 9, categories: {material: {stop: immediate, escalate_s: [5]}}}"
    changed = compiled("            inputs:\n", f"            {at_station}\n            inputs:\n")
    andon = changed["st-01"].config["andon"]
    assert andon["mute_s"] == 9
    assert andon["categories"][0]["name"] == "quality"
    assert andon["categories"][1] == {"name": "material", "stop": "immediate", "escalate_s": [5]}
    assert changed["st-02"].config["andon"]["mute_s"] == 120


def test_a_station_can_be_without_the_takt_of_its_line(compiled):
    stations = compiled("            inputs:\n", "            takt: null\n            inputs:\n")
    assert "takt" not in stations["st-01"].config
    assert stations["st-02"].config["takt"]["takt_s"] == 60


def test_cards_may_be_tapped_where_their_loop_says(compiled):
    """The consumer signals and receives; badges are for badge readers; who has no reader needs no cards."""
    stations = compiled()
    assert stations["st-01"].cards == ()
    assert stations["st-02"].cards == (
        Card("04a1b2c3", "bolt", "sr", "full"),
        Card("04a1b2c3d40001", "bolt", "sr", "full"),
        Card("04b0b1b2b30001", "maria", "b", "full"),
    )


def test_a_supplier_ships_and_may_not_signal(compiled):
    reader = "readers: {out: {kind: stand_in, role: ship}}"
    stations = compiled("            inputs:\n", f"            {reader}\n            inputs:\n")
    assert [card.here for card in stations["st-01"].cards] == ["h", "h"]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_hash_that_a_station_finds_is_that_of_the_compiled_cards(file, profiles, tmp_path):
    """Also where one station is both ends of a loop: else it refuses what the plant sends, for ever."""
    for number, station in enumerate(compile_plant(load(file, profiles), profiles)):
        rows = [(uid, loop, here, state) for uid, loop, here, state in station.cards if uid]
        folder = str(tmp_path / str(number))
        card_build.build([(bytes.fromhex(uid), *rest) for uid, *rest in rows], folder, 1)
        table = CardTable.open(folder)
        table.close()
        assert table.hash == digest("".join(",".join(row) + "\n" for row in rows)), station.path


def test_a_card_of_another_place_is_known_and_in_the_wrong_place(compiled):
    stations = compiled("consumer: assembly/line-1/st-02", "consumer: assembly/line-1/st-01")
    assert {card.here for card in stations["st-02"].cards} == {"", "b"}


def test_the_same_file_gives_the_same_bytes(compiled):
    assert json.dumps(compiled()["st-01"].config) == json.dumps(compiled()["st-01"].config)


def test_the_settings_of_the_ethernet_port_come_from_the_profile(compiled):
    stations = compiled(
        "board: esp32-devkitc\n            light: {kind: tower, pins: {red: IO13, green: IO14}}",
        "board: olimex-esp32-poe-iso\n            link: {kind: ethernet}\n"
        "            light: {kind: tower, pins: {red: GPIO13, green: GPIO16}}",
    )
    link = stations["st-02"].config["link"]
    assert link["interface"] == "LAN"
    assert link["pins"] == {"mdc": 23, "mdio": 18, "power": 12, "ref_clk": 17}
    assert link["options"] == {"phy_addr": 0}
    assert link["constants"] == {"phy_type": "PHY_LAN8720", "ref_clk_mode": "OUT"}
    assert "interface" not in stations["st-01"].config["link"]


READERS = """readers:
              empty: {kind: mfrc522, role: signal, bus: {sck: GP6, mosi: GP7, miso: GP4, cs: GP5}}
              filled: {kind: pn532-spi, role: receive, bus: {sck: GP6, mosi: GP7, miso: GP4, cs: GP9, reset: GP22}}
              badge: {kind: pn532-uart, role: badge, bus: {tx: GP16, rx: GP17}}
"""


def test_the_wires_of_readers_get_the_number_of_their_bus(compiled):
    changed = compiled("            inputs:\n", f"            {READERS}            inputs:\n")["st-01"].config
    assert [item["bus"] for item in changed["readers"]] == [
        {"spi": 0, "sck": 6, "mosi": 7, "miso": 4, "cs": 5},
        {"spi": 0, "sck": 6, "mosi": 7, "miso": 4, "cs": 9, "reset": 22},
        {"uart": 0, "tx": 16, "rx": 17},
    ]


def test_the_simulators_reader_has_no_bus(compiled):
    assert all("bus" not in item for item in compiled()["st-02"].config["readers"])
