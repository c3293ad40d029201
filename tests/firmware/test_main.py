"""What happens at boot: the station, the last good config, or safe mode that says why. Never a bare traceback."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio
import json
import os
import time

import machine

import main
from pullcord.sim import virtual_time
from pullcord.sim.harness import CORD, GREEN, PERMIT, RED, RESTART, Harness
from station.health import safe
from station.running import Running
from station.store import settings

SECOND = 1000


class Boots:
    """Boots a flash with what a test has put on it; the station's own work is left out."""

    def __init__(self, **changes):
        self.bench = Harness(harness.config(**changes))
        self.config = self.bench.config
        self.root = self.bench.root
        self.station = self.safe = None
        self.put(self.config)

    def put(self, text, name="config.json"):
        with open(self.root + name, "w") as file:
            file.write(text if isinstance(text, str) else json.dumps(text))

    def boot(self, work=None):
        """`station`: what runs, `safe`: (pins, reasons) of safe mode; one of them is None."""
        self.station = self.safe = None
        run, stay = Running.run, safe.stay

        async def running(station, extra_tasks=()):
            self.extra_tasks = extra_tasks
            if work:
                work()
            self.station = station

        def tell(machine, pins, reasons, path):
            if self.station is None:
                self.safe = pins, reasons
                safe._keep(path, "\n".join(reasons))

        Running.run, safe.stay = running, tell
        machine.world = self.bench.world
        try:
            main.main(self.root)
        finally:
            Running.run, safe.stay = run, stay
        return self

    def told(self):
        return [draft.data["error"] for draft in self.station.station.drafts if draft.type == "station.faulted"]


class NoSuchPin:
    """Inside `with`, the board refuses a buzzer at pin 40."""

    def __enter__(self):
        self.kept = kept = machine.PWM

        def refuse(pin, *more, **settings):
            if pin.id == 40:
                raise ValueError("invalid pin")
            return kept(pin, *more, **settings)

        machine.PWM = refuse

    def __exit__(self, *error):
        machine.PWM = self.kept


def elsewhere(config, **changes):
    return dict(config, buzzer={"kind": "pwm", "pin": 40}, **changes)


def test_a_good_config_runs_and_is_kept():
    boots = Boots().boot()
    assert boots.station is not None and boots.told() == []
    assert settings.last_good(boots.root, "")["station"] == boots.config["station"]


def test_without_any_config_safe_mode_says_so():
    boots = Boots()
    boots.put("")
    boots.boot()
    assert boots.safe[1][0].startswith("config.json: ")


def test_a_bad_config_gives_the_last_good_one_and_is_told():
    boots = Boots().boot()
    for bad in ("{", "[" * 5000, json.dumps(dict(boots.config, version=-1)), "[]", "null"):
        boots.put(bad)
        assert boots.boot().station is not None, bad[:20]
        assert boots.told(), bad[:20]


def test_a_config_that_cannot_be_built_gives_the_last_good_one_and_is_told():
    boots = Boots().boot()
    boots.put(elsewhere(boots.config, version=2))
    with NoSuchPin():
        boots.boot()
    assert boots.station.version["version"] == 1 and "invalid pin" in boots.told()[0]
    assert settings.last_good(boots.root, "")["version"] == 1


def test_when_nothing_can_be_built_safe_mode_knows_the_pins_and_the_reason():
    boots = Boots()
    boots.put(elsewhere(boots.config))
    with NoSuchPin():
        boots.boot()
    pins, reasons = boots.safe
    assert pins["permit"]["pin"] == PERMIT and pins["light"]["pins"]["red"] == RED
    assert reasons == ["ValueError: invalid pin"]


def test_a_station_that_breaks_down_ends_in_safe_mode():
    boots = Boots()

    def breaks():
        raise MemoryError("no memory")

    boots.boot(breaks)
    assert "MemoryError" in boots.safe[1][0] and boots.safe[0]["permit"]["pin"] == PERMIT


def test_a_full_flash_does_not_stop_a_station_that_ran():
    boots = Boots().boot()
    boots.put(dict(boots.config, version=2))
    from station.store import atomic

    save, copy = atomic.save, atomic.copy

    def full(path, data):
        raise OSError(28)

    atomic.save = atomic.copy = full
    try:
        boots.boot()
    finally:
        atomic.save, atomic.copy = save, copy
    assert boots.station.version["version"] == 2 and boots.told() != []


def test_safe_mode_takes_the_permit_off_and_shows_its_light():
    class End(Exception):
        pass

    bench = Harness(harness.config())
    machine.world = bench.world
    machine.Pin(PERMIT, machine.Pin.OUT, value=1)
    lit, permits, sleep_ms = [], [], time.sleep_ms

    def look(ms):
        lit.append((bench.world.levels[RED], bench.world.levels[GREEN]))
        permits.append(bench.world.levels[PERMIT])
        if len(lit) == 20:
            raise End

    time.sleep_ms = look
    try:
        pins = {"light": bench.config["light"], "permit": bench.config["permit"]}
        safe.stay(machine, pins, ["why"], bench.root + "safe.txt")
    except End:
        pass
    finally:
        time.sleep_ms = sleep_ms
    assert set(permits) == {0} and (0, 0) not in lit
    with open(bench.root + "safe.txt") as file:
        assert file.read() == "why"


def test_a_hand_at_the_usb_line_ends_safe_mode_and_the_permit_stays_off():
    bench = Harness(harness.config())
    machine.world = bench.world
    sleep_ms = time.sleep_ms
    time.sleep_ms = interrupt
    try:
        safe.stay(machine, {"light": bench.config["light"], "permit": bench.config["permit"]}, [], bench.root + "s")
    finally:
        time.sleep_ms = sleep_ms
    assert bench.world.levels[PERMIT] == 0


def test_three_resets_by_the_watchdog_without_a_good_minute_are_safe_mode_with_light_and_reason():
    boots = Boots().boot()
    boots.bench.world.cause = "watchdog"
    for _ in range(2):
        assert boots.boot().station is not None
    boots.boot()
    pins, reasons = boots.safe
    assert pins["permit"]["pin"] == PERMIT and pins["light"]["pins"]["red"] == RED
    assert "the watchdog reset the station 3 times" in reasons[0]
    assert boots.boot().safe is not None, "and it stays there until somebody comes"
    boots.bench.world.cause = "power_on"
    assert boots.boot().station is not None
    assert "the watchdog reset the station 4 times" in boots.told()[0]
    assert boots.boot().told() == [], "told once"


def test_a_crash_of_a_port_that_has_no_word_for_it_counts_too():
    for cause in ("panic", "hard"):
        boots = Boots().boot()
        boots.bench.world.cause = cause
        assert [boots.boot().station is not None for _ in range(3)] == [True, True, False]


def test_power_hands_and_tools_never_count_towards_safe_mode():
    boots = Boots().boot()
    for cause in ("power_on", "soft", "watchdog", "watchdog") * 3 + ("power_on",) * 10:
        boots.bench.world.cause = cause
        assert boots.boot().station is not None, cause


def interrupt(*ignored):
    raise KeyboardInterrupt


def test_a_hand_at_the_usb_line_ends_the_count_whatever_the_board_calls_its_resets():
    """An RP2040 says `watchdog` after `machine.reset()`, an ESP32 says `hard` after that and after a crash."""
    for cause in ("watchdog", "hard"):
        boots = Boots().boot()
        boots.bench.world.cause = cause
        for _ in range(6):
            try:
                boots.boot(work=interrupt)
                raise AssertionError("whoever is at the line gets it")
            except KeyboardInterrupt:
                pass
        assert boots.boot().station is not None, cause


def test_a_hand_at_the_usb_line_in_safe_mode_gives_the_next_reset_a_chance():
    boots = Boots().boot()
    boots.bench.world.cause = "watchdog"
    assert [boots.boot().station is not None for _ in range(4)] == [True, True, False, False]
    stay, sleep_ms = safe.stay, time.sleep_ms
    time.sleep_ms = interrupt
    try:
        main.main(boots.root)
    finally:
        time.sleep_ms = sleep_ms
    assert safe.stay is stay and boots.boot().station is not None


def test_a_good_minute_ends_the_count_and_a_bad_one_does_not():
    for failing, safe_at_last in (([], False), (["inputs"], True)):
        boots = Boots().boot()
        boots.bench.world.cause = "watchdog"
        for _ in range(2):
            boots.boot()
        boots.station.supervisor.failing = lambda failing=failing: failing
        virtual_time.run(boots.extra_tasks[-1](), 61 * SECOND)
        assert (boots.boot().safe is not None) is safe_at_last


def test_a_station_that_crashes_again_and_again_after_minutes_is_safe_mode_in_the_end():
    """Each reset takes the permit off: a lamp that says what is wrong serves the line better."""
    boots = Boots().boot()
    boots.bench.world.cause = "watchdog"
    for _ in range(5):
        assert boots.boot().station is not None
        virtual_time.run(boots.extra_tasks[-1](), 9 * 60 * SECOND)
    reason = boots.boot().safe[1][0]
    assert reason == "the watchdog reset the station 6 times, each time before it had run for ten minutes"


def test_ten_good_minutes_end_that_count_and_a_new_firmware_s_trial():
    boots = Boots().boot()
    boots.put("", "firmware.trial")
    boots.bench.world.cause = "watchdog"
    for _ in range(12):
        assert boots.boot().station is not None
        virtual_time.run(boots.extra_tasks[0](), 11 * 60 * SECOND)
    assert "firmware.trial" not in os.listdir(boots.root)


def test_a_new_firmware_is_on_trial_until_it_has_run_well_for_ten_minutes():
    boots = Boots()
    boots.put("", "firmware.trial")
    boots.boot()
    virtual_time.run(boots.extra_tasks[0](), 9 * 60 * SECOND)
    assert "firmware.trial" in os.listdir(boots.root)


def test_a_boot_after_no_crash_has_no_task_for_it():
    assert list(Boots().boot().extra_tasks) == []


def test_a_tool_that_goes_away_leaves_no_station_without_a_watchdog():
    boots = Boots()
    boots.put("", "service")
    boots.boot()
    assert boots.station.supervisor.watchdog is None, "it would bite in the tool's work"
    virtual_time.run(boots.extra_tasks[-1](), 61 * SECOND)
    assert boots.station.supervisor.watchdog is not None
    assert boots.boot().station.supervisor.watchdog is not None and list(boots.extra_tasks) == []


def test_safe_mode_is_shown_at_an_expander_and_in_a_chain_of_leds_too():
    import machine

    bus = {"i2c": 0, "scl": 5, "sda": 4}
    expanders = [{"name": "exp-1", "kind": "pcf8574", "address": 32, "bus": bus}]
    light = {"kind": "tower", "active": "low", "pins": {"red": 0, "yellow": 1, "green": 2}}
    chain = {"pin": 9, "each": 1, "brightness": 80}
    for made in (dict(light, expander="exp-1"), dict(light, pixels=chain)):
        bench = Harness(harness.config(light=made, expanders=expanders))
        looks, sleep_ms = [], time.sleep_ms

        def look(ms, bench=bench, looks=looks):
            looks.append(tuple(bench.lit()))
            if len(looks) == 20:
                raise KeyboardInterrupt

        time.sleep_ms = look
        try:
            safe.stay(machine, {"light": made, "expanders": expanders}, ["why"], bench.root + "safe.txt")
        finally:
            time.sleep_ms = sleep_ms
        assert {len(lit) for lit in looks} == {2}, (made, looks)  # a pair of lights that walks


def test_a_broken_checkpoint_gives_no_permit_back():
    for resume in (True, False):
        boots = Boots(permit={"pin": PERMIT, "active": "high", "resume": resume}).boot()
        line = boots.station
        line.station.andon.held = False
        saved = json.loads(line.journal.checkpoint or _checkpoint(line))
        saved[2][1] = False
        saved[3] = saved[6] = 7
        line.journal.save_checkpoint(json.dumps(saved).encode())
        boots.boot()
        assert boots.station is not None
        assert not boots.station.station.permit() and boots.bench.world.levels[PERMIT] == 0
        assert [error for error in boots.told() if error.startswith("checkpoint: ")]


def _checkpoint(line):
    from station.core import checkpoint

    return checkpoint.pack(line.station, 0)


def test_a_board_with_undelivered_events_refuses_another_identity():
    bench = Harness(harness.config())
    boots = Boots()
    boots.bench, boots.root = bench, bench.root
    boots.put(bench.config)
    boots.boot()
    bench.plant.reachable = False

    async def pull(line):
        await asyncio.sleep_ms(SECOND)
        await line.press(RESTART)
        await line.press(CORD)
        await asyncio.sleep_ms(SECOND)

    bench.run(pull, 60 * SECOND)
    other = dict(bench.config, station="acme/assembly/line-1/st-05", version=2)
    boots.put(other)
    boots.boot()
    assert boots.station.source == "acme/assembly/line-1/st-04"
    assert "st-05" in boots.told()[0] and "st-04" in boots.told()[0] and boots.station.leaving

    bench.plant.reachable = True
    app = []

    async def deliver(line):
        line.app.leaving = True
        await asyncio.sleep_ms(40 * SECOND)  # the call escalates after a minute
        app.append(line.app.journal.depth)

    bench.run(deliver, 120 * SECOND)
    assert app == [0]
    boots.boot()
    assert boots.station.source == "acme/assembly/line-1/st-05" and boots.told() == []
