"""The config that a station starts with: the new one if it is good, else the one that ran last."""

import json
import os

import machine
from world import World

from station.store import settings

ROOT = "settings_under_test/"
GOOD = {"station": "a/b/c/d", "uid": ""}


def fresh():
    try:
        os.mkdir(ROOT[:-1])
    except OSError:
        for name in os.listdir(ROOT[:-1]):
            os.remove(ROOT + name)


def write(text, name="config.json"):
    with open(ROOT + name, "w") as file:
        file.write(text)


def rule(config):
    return ["station: is missing"] if "station" not in config else []


def never(config):
    raise AssertionError("what ran before is not judged again")


def test_a_new_config_is_judged_and_one_that_ran_is_not():
    fresh()
    write(json.dumps(GOOD))
    assert settings.load(ROOT, rule, "01") == (GOOD, [], True)
    settings.keep(ROOT)
    assert settings.load(ROOT, never, "01") == (GOOD, [], False)


def test_a_bad_config_is_named_and_the_last_good_one_runs():
    fresh()
    write(json.dumps(GOOD))
    settings.keep(ROOT)
    write(json.dumps({"uid": ""}))
    assert settings.load(ROOT, rule, "01") == (GOOD, ["station: is missing"], False)


def test_an_unreadable_config_is_named_and_the_last_good_one_runs():
    fresh()
    write(json.dumps(GOOD))
    settings.keep(ROOT)
    for text in ("", "{", "[1,", '{"station":'):
        write(text)
        config, wrong, new = settings.load(ROOT, rule, "01")
        # MicroPython reads a lone { as an empty object: then the rules name what is missing
        assert config == GOOD and not new and wrong, text


def test_without_any_config_there_is_none_and_a_reason():
    fresh()
    config, wrong, new = settings.load(ROOT, rule, "01")
    assert config is None and not new and wrong[0].startswith("config.json: ")


def test_a_config_for_another_board_is_refused_also_as_the_last_good_one():
    fresh()
    write(json.dumps(dict(GOOD, uid="02")))
    config, wrong, _ = settings.load(ROOT, rule, "01")
    assert config is None and "for another board" in wrong[0]
    settings.keep(ROOT)
    assert settings.load(ROOT, rule, "01")[0] is None
    assert settings.load(ROOT, rule, "02")[0]["uid"] == "02"


def test_a_torn_last_good_one_is_not_used():
    fresh()
    write(json.dumps(GOOD))
    settings.keep(ROOT)
    write('{"station":', "config.good")
    write("")
    assert settings.load(ROOT, rule, "01")[0] is None


def test_secrets_are_none_rather_than_a_crash():
    fresh()
    assert settings.secrets(ROOT) == {}
    write("rubbish", "secrets.json")
    assert settings.secrets(ROOT) == {}
    write('["wifi"]', "secrets.json")
    assert settings.secrets(ROOT) == {}
    write('{"wifi_ssid":"hall"}', "secrets.json")
    assert settings.secrets(ROOT) == {"wifi_ssid": "hall"}


def test_a_config_for_another_kind_of_board_is_refused():
    fresh()
    machine.world = World(board="Raspberry Pi Pico W")
    here = os.uname().machine.split(" with ")[0]
    good = dict(GOOD, board="here", machine=here)
    write(json.dumps(good))
    assert settings.load(ROOT, rule, "01") == (good, [], True)
    settings.keep(ROOT)
    write(json.dumps(dict(good, board="esp32-devkitc", machine="Generic ESP32 module")))
    config, wrong, new = settings.load(ROOT, rule, "01")
    assert config == good and not new
    assert wrong == ["board: esp32-devkitc: this config is for a Generic ESP32 module: this is a " + here]
