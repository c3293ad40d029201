"""A station's config.json: every problem at once, each with what would be right."""

from a_station import config

from station.core.config import problems


def changed(path: str, value) -> list:
    """Problems of the good config with one value set, or taken away with `...`."""
    made = config()
    place = made
    keys = [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in keys[:-1]:
        place = place[key]
    if value is ...:
        del place[keys[-1]]
    else:
        place[keys[-1]] = value
    return problems(made)


def only(found: list, start: str) -> bool:
    return len(found) == 1 and found[0].startswith(start)


def test_the_good_config_has_no_problem():
    assert problems(config()) == []


def test_what_may_be_missing_or_null():
    for path in ("buzzer", "permit"):
        assert changed(path, None) == []
        assert changed(path, ...) == []
    assert changed("readers", []) == []
    assert changed("uid", "e6614103e7452b2f") == []


def test_what_must_be_there():
    for path in ("format", "station", "light", "inputs", "readers", "andon", "kanban", "link", "journal"):
        assert only(changed(path, ...), path + ": None: is missing: "), path


def test_an_unknown_key_gets_the_one_that_was_meant():
    found = changed("andon.reapeat_ms", 1)
    assert found == ["andon.reapeat_ms: 1: nobody knows this key: did you mean repeat_ms?"]


def test_all_problems_are_reported_at_once():
    made = config()
    made["format"] = 2
    made["inputs"][0]["does"] = "cal"
    made["journal"]["limit_kb"] = 1
    found = problems(made)
    assert len(found) == 3
    assert "inputs[0].does: 'cal': does not fit: did you mean call?" in found[1]


def test_another_format_is_refused():
    assert only(changed("format", 2), "format: 2: does not fit")


def test_the_station_is_a_path_of_four():
    for name in ("st-04", "a/b/c", "a/b/c/d/e", "a//c/d", "Acme/b/c/d", "a/b/c/st 4", "a/b/c/+"):
        assert only(changed("station", name), "station: %r: is not the path of a station" % name), name


def test_names_are_given_once():
    assert only(changed("inputs.1.name", "cord-1"), "inputs[1].name: 'cord-1': is there twice")
    assert only(changed("readers.1.name", "reader-1"), "readers[1].name: 'reader-1': is there twice")
    found = changed("andon.categories.3.name", "material")
    assert "andon.categories[3].name: 'material': is there twice: a name of its own" in found


def test_each_kind_of_input_has_keys_of_its_own():
    loop = {"name": "cord-1", "kind": "loop", "pin": 46, "rest": 32768, "pulled": 21845, "does": "mute"}
    assert changed("inputs.0", loop) == []
    assert changed("inputs.0", dict(loop, active="low", pull="up")) == [
        "inputs[0].active: 'low': a loop has none: take it away",
        "inputs[0].pull: 'up': a loop has none: take it away",
    ]
    del loop["pulled"]
    assert changed("inputs.0", loop) == ["inputs[0].pulled: None: is missing: a loop needs it"]
    assert changed("inputs.0.active", ...) == ["inputs[0].active: None: is missing: a contact needs it"]
    assert only(changed("inputs.0.kind", "lop"), "inputs[0].kind: 'lop': does not fit: did you mean loop?")


def test_a_counter_counts_cycles_and_marks_that_are_short():
    pulse = {"name": "cord-1", "kind": "pulse", "pin": 46, "active": "low", "does": "mark", "stable_ms": 30}
    assert changed("inputs.0", pulse) == []
    assert only(changed("inputs.0", dict(pulse, does="mute")), "inputs[0].does: 'mute': is nothing to count")
    assert only(changed("inputs.0", dict(pulse, stable_ms=31)), "inputs[0].stable_ms: 31: is too long")
    many = [dict(pulse, name=str(pin), pin=pin) for pin in range(40, 45)]
    found = [line for line in changed("inputs", many) if "counter left" in line]
    assert only(found, "inputs[4].kind: 'pulse': the chip has no counter left: at most 4")


def test_an_expander_has_a_name_an_address_and_pins():
    made = config()
    bus = {"i2c": 0, "scl": 46, "sda": 47}
    made["expanders"] = [{"name": "exp-1", "kind": "pcf8574", "address": 32, "bus": bus}]
    made["inputs"][0] = dict(made["inputs"][0], kind="expander", expander="exp-1", pin=7)
    assert problems(made) == []
    made["inputs"][0]["pin"] = 8
    assert only(problems(made), "inputs[0].pin: 8: a pcf8574 has no such pin: 0 to 7")
    made["inputs"][0].update(pin=7, expander="exp-2")
    assert only(problems(made), "inputs[0].expander: 'exp-2': there is no such expander: one of exp-1")
    made["inputs"][0]["expander"] = "exp-1"
    made["light"].update(expander="exp-1", pins={"red": 0, "yellow": 1, "green": 7})
    assert only(problems(made), "inputs[0].pin: 7: this pin is used by light.pins.green")


def test_the_tiers_of_a_chain_have_places_from_the_near_end():
    chain = {"pin": 46, "each": 8, "brightness": 80}
    made = config()
    made["light"] = {"kind": "tower", "active": "high", "pins": {"red": 0, "green": 1}, "pixels": chain}
    assert problems(made) == []
    made["light"]["pins"] = {"red": 0, "green": 2}
    assert "light.pins: {'red': 0, 'green': 2}: are not the places" in problems(made)[0]
    made["light"]["pins"] = {"red": 0, "green": 1}
    made["light"]["sense"] = {"pins": {"red": 44}, "active": "low"}
    assert only(problems(made), "light.sense: ")


def test_a_volume_has_rising_minutes_and_a_zone():
    buzzer = {"kind": "pwm", "pin": 24, "volume": [[360, 100], [1320, 30]], "zone": [[0, 60]]}
    assert changed("buzzer", buzzer) == []
    for volume in ([], [[1320, 30], [360, 100]], [[360]], [[1440, 10]], [[0, 101]]):
        assert only(changed("buzzer", dict(buzzer, volume=volume)), "buzzer.volume: "), volume
    assert only(changed("buzzer", dict(buzzer, zone=[])), "buzzer.zone: ")


def test_a_loop_whose_states_look_alike_is_refused():
    for rest, pulled in ((32768, 32000), (1000, 30000), (32768, 64000)):
        loop = {"name": "cord-1", "kind": "loop", "pin": 46, "rest": rest, "pulled": pulled, "does": "mute"}
        assert only(changed("inputs.0", loop), "inputs[0].pulled: %d: rest %d and this cannot be told" % (pulled, rest))


def test_what_reads_back_an_output_needs_a_pin_of_its_own_and_its_name():
    readback = {"pin": 40, "active": "low", "pull": "up"}
    assert changed("permit.readback", readback) == []
    found = changed("permit.readback", dict(readback, pin=25))
    assert only(found, "permit.readback.pin: 25: this pin is used by permit")
    sense = {"pins": {"red": 41}, "active": "low"}
    assert changed("light.sense", sense) == []
    found = changed("light.sense", {"pins": {"white": 41}, "active": "low"})
    assert only(found, "light.sense.pins.white: 41: there is no such light")
    for name in ("permit", "light-red"):
        assert "is how faults of outputs are called" in changed("inputs.0.name", name)[0]


def test_a_call_needs_a_category_of_this_station():
    assert only(changed("inputs.0.category", "qality"), "inputs[0].category: 'qality': is not a category")
    assert only(changed("inputs.0.category", ...), "inputs[0].category: None: is not a category")
    assert only(changed("takt.calls", "nobody"), "takt.calls: 'nobody': is not a category")
    assert changed("takt.calls", "") == []


def test_a_cycle_needs_a_takt():
    found = changed("takt", None)
    assert found == ["inputs[11].does: 'cycle': there is no takt to count for: add takt"]


def test_a_fixed_position_needs_a_mark_that_can_come():
    at = "andon.categories[0].stop: "
    assert only(changed("andon.mark", ...), at + "'fixed_position': no mark is given")
    assert only(changed("andon.mark", {"from": "delay"}), "andon.mark.delay_s: None: is missing")
    assert changed("andon.mark", {"from": "input"}) == []
    assert changed("andon.mark", {"from": "takt"}) == []
    assert "andon.mark.from: 'input': no input does mark: an input that does mark" in without("pitch")
    made = config()
    made["takt"] = None
    made["andon"]["mark"] = {"from": "takt"}
    assert "andon.mark.from: 'takt': there is no takt: add takt, or take delay or input" in problems(made)


def without(name: str) -> list:
    made = config()
    made["andon"]["mark"] = {"from": "input"}
    made["inputs"] = [item for item in made["inputs"] if item["name"] != name]
    return problems(made)


def test_escalation_levels_rise():
    found = changed("andon.categories.0.escalate_s", [180, 60])
    assert found == ["andon.categories[0].escalate_s: [180, 60]: the levels are out of order: rising seconds"]


def test_a_tower_needs_red_and_green_and_an_rgb_light_its_three_channels():
    assert only(changed("light.pins", {"red": 20, "yellow": 21}), "light.pins.green: None: is missing")
    found = changed("light", {"kind": "rgb", "active": "high", "pins": {"red": 20, "yellow": 21}})
    assert found == [
        "light.pins.yellow: 21: is no light: one of red, green, blue",
        "light.pins.green: None: is missing: its pin",
        "light.pins.blue: None: is missing: its pin",
    ]
    assert only(changed("light.pins.purple", 30), "light.pins.purple: 30: is no light")


def test_a_network_needs_the_address_of_the_broker():
    assert only(changed("link.host", ...), "link.host: None: is missing")
    assert changed("link", {"kind": "usb"}) == [] and changed("link", {"kind": "none"}) == []


def test_a_pin_is_used_once():
    found = changed("buzzer.pin", 25)
    assert found == ["permit.pin: 25: this pin is used by buzzer.pin: a pin of its own"]
    assert only(changed("inputs.0.pin", 20), "inputs[0].pin: 20: this pin is used by light.pins.red")
    assert only(
        changed("readers.0.pins.bad", 26), "readers[0].pins.ok: 26: this pin is used by readers[0].pins.bad"
    )


def test_what_is_no_object_is_said_plainly():
    assert problems([]) == ["config: []: does not fit: must be an object"]


BUS = {"spi": 0, "sck": 40, "mosi": 41, "miso": 42, "cs": 43}


def test_a_reader_has_the_wires_of_its_chip_and_no_others():
    chip = {"name": "reader-1", "kind": "mfrc522", "role": "signal", "bus": BUS}
    assert changed("readers.0", chip) == []
    assert changed("readers.0", dict(chip, bus=dict(BUS, reset=44))) == []
    assert changed("readers.0", dict(chip, kind="pn532-spi")) == []
    assert changed("readers.0", dict(chip, kind="pn532-uart", bus={"uart": 1, "tx": 40, "rx": 41})) == []
    bare = dict(BUS)
    del bare["cs"]
    assert changed("readers.0", dict(chip, bus=bare)) == ["readers[0].bus.cs: None: is missing: a mfrc522 needs it"]
    assert changed("readers.0", dict(chip, bus=dict(BUS, tx=44))) == [
        "readers[0].bus.tx: 44: a mfrc522 has none: take it away"
    ]
    assert changed("readers.0.bus", {"reset": 44}) == ["readers[0].bus.reset: 44: a stand_in has none: take it away"]


def test_an_unknown_reader_is_named():
    found = changed("readers.0.kind", "mfrc552")
    assert only(found, "readers[0].kind: 'mfrc552': there is no such reader: did you mean mfrc522?")


def test_readers_share_the_spi_and_not_the_select_pin():
    first = {"name": "one", "kind": "mfrc522", "role": "signal", "bus": BUS}
    second = {"name": "two", "kind": "pn532-spi", "role": "signal", "bus": dict(BUS, cs=44)}
    assert changed("readers", [first, second]) == []
    found = changed("readers", [first, dict(second, bus=BUS)])
    assert found == ["readers[1].bus.cs: 43: this pin is used by readers[0].bus.cs: a pin of its own"]
    found = changed("readers", [first, dict(second, bus=dict(BUS, spi=1, cs=44))])
    assert len(found) == 3
