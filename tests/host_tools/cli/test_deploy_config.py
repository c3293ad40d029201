"""`pullcord deploy --config`: what a station holds comes onto it, and nothing that it had is lost by that."""

import json
import shlex
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pullcord.cli import main
from pullcord.firmware.compiled import FIRMWARE
from pullcord.plant import boards as board_profiles
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.plant.secret_store import Certificate, SecretStore, Wifi
from pullcord.rescue.reading import events_of
from pullcord.sim import runtime, wires
from pullcord.sim.usb_place import VARIABLE, VirtualUsb
from pullcord.usb.board import look
from pullcord.usb.ports import port_named
from pullcord.usb.trouble import Trouble

pytestmark = pytest.mark.micropython
DEADLINE_S = 60
STATION = "acme/hall/line-1/st-01"
UID = "e661385283610001"
PLANT = f"""
format: 1
site: {{name: acme}}
broker: {{host: 192.168.10.5, tls: {{certificates: true}}}}
andon:
  categories:
    help: {{stop: never}}
areas:
  hall:
    lines:
      line-1:
        stations:
          st-01:
            board: raspberry-pi-pico-w
            uid: "{UID}"
            light: {{kind: tower, pins: {{red: GP10, yellow: GP11, green: GP12}}}}
            permit: {{pin: GP16}}
            inputs:
              cord: {{pin: GP2, does: call, category: help}}
              restart: {{pin: GP3, does: restart}}
            readers:
              badge:
                kind: mfrc522
                role: badge
                bus: {{sck: GP18, mosi: GP19, miso: GP0, cs: GP17, reset: GP22}}
people:
  maria: {{badge: "04b0b1b2b30001"}}
"""


class Bench:
    """A station at USB with its firmware and config, and the plant file that it came from."""

    def __init__(self, desk, folder, capsys):
        self.folder, self.plant, self.store = folder, folder / "plant.yaml", SecretStore(folder / "plant.secrets")
        self.plant.write_text(PLANT)
        with self.store.changing() as secrets:
            secrets.wifi[""] = Wifi(ssid="HALL", password="a password")
            secrets.accounts[STATION] = "its password"
            secrets.broker_ca = b"the broker's CA"
            secrets.certificates[STATION] = Certificate(certificate=b"its own", key=b"and the key")
        self.board = desk.add("board", uid=UID, on=False)
        for message in wires.at_rest(self.config):
            self.board.say(message)
        self.board.power_on()
        self._capsys = capsys

    def deploy(self, *words):
        """(exit code, what was changed, what it complained of)"""
        self._capsys.readouterr()
        code = main.run(["deploy", self.board.path, "--plant", str(self.plant), "--json", *map(str, words)])
        out, err = self._capsys.readouterr()
        return code, json.loads(out)["boards"][0]["changed"] if out else [], err

    def change(self, old, new):
        assert old in self.plant.read_text()
        self.plant.write_text(self.plant.read_text().replace(old, new))

    @property
    def config(self):
        profiles = board_profiles.load()
        return compile_plant(load(self.plant, profiles), profiles)[0].config

    def station(self):
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            try:
                found = look(port_named(self.board.path), board_profiles.load())
            except Trouble:
                continue
            if found.state == "station":
                return found
        raise AssertionError(f"it did not start: {self.board.boots} {self.board.log_tail()}")

    def move(self, name):
        """An input is made, and let go."""
        item = next(item for item in self.config["inputs"] if item["name"] == name)
        for active in (True, False):
            self.board.say(wires.moved(item, active))
            time.sleep(0.3)

    def let_the_line_run(self):
        self.move("restart")
        until(lambda: self.station().permit)

    def files(self):
        self.board.cut_power()
        return self.board.files()

    def undelivered(self):
        """The events in its journal, read while it is off."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            for name, content in self.files().items():
                if name.startswith("journal/"):
                    file = Path(folder, name.removeprefix("journal/"))
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(content)
            found = events_of(Path(folder), UID, [])
        assert found.unread == []
        return found.journal, [json.loads(event) for event in found.events]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """The firmware is compiled once for all of these tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def desk(tmp_path, cache, monkeypatch):
    found = runtime.micropython()
    monkeypatch.setenv("PULLCORD_MICROPYTHON", shlex.join(found.command))  # not looked for in the cache of this test
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    with VirtualUsb(tmp_path / "usb") as usb:
        monkeypatch.setenv(VARIABLE, str(usb.listing))
        yield usb


@pytest.fixture
def bench(desk, tmp_path, capsys):
    made = Bench(desk, tmp_path, capsys)
    code, _, err = made.deploy()
    assert code == 0, err
    made.station()
    return made


def until(condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"


def test_a_station_that_has_all_of_it_is_not_stopped(bench):
    boots = len(bench.board.boots)
    assert bench.deploy("--config") == (0, [], "")
    assert bench.deploy() == (0, [], ""), "firmware and config"
    assert len(bench.board.boots) == boots


def test_what_changed_is_brought_and_in_use_when_the_command_is_over(bench):
    bench.change("04b0b1b2b30001", "04b0b1b2b30002")
    bench.change("{stop: never}", "{stop: immediate}")
    with bench.store.changing() as secrets:
        secrets.wifi[""].password = "the right one"
        secrets.broker_ca = b"the new CA"
        secrets.certificates[STATION] = Certificate(certificate=b"the new one", key=b"the new key")
    before = bench.station()
    code, changed, err = bench.deploy("--config")
    assert code == 0, err
    names = ["broker-ca.der", "cards.csv", "config.json", "secrets.json", "station-cert.der", "station-key.der"]
    assert sorted(changed) == [f"/{name}" for name in names]
    after = bench.station()
    assert after.config == bench.config["hash"] != before.config
    assert "" not in (after.cards, after.secrets)
    assert (after.cards != before.cards, after.secrets != before.secrets) == (True, True)
    assert after.firmware_hash == before.firmware_hash
    files = bench.files()
    assert json.loads(files["secrets.json"])["wifi_password"] == "the right one"
    assert (files["broker-ca.der"], files["station-key.der"]) == (b"the new CA", b"the new key")
    assert "cards.csv" not in files


def test_of_a_wifi_password_only_the_secrets_are_brought(bench):
    with bench.store.changing() as secrets:
        secrets.wifi[""].password = "the right one"
    assert bench.deploy("--config") == (0, ["/secrets.json"], "")


def test_the_last_badge_that_was_taken_away_is_gone_from_the_station_too(bench):
    bench.change('people:\n  maria: {badge: "04b0b1b2b30001"}\n', "")
    code, changed, err = bench.deploy("--config")
    assert code == 0 and "/cards.csv" in changed, err
    assert bench.deploy("--config") == (0, [], "")


def test_the_journal_and_what_the_plant_does_not_have_yet_outlive_a_new_config(bench):
    bench.move("cord")
    until(lambda: bench.station().depth)
    journal, before = bench.undelivered()
    assert any("andon.called" in event["type"] for event in before), [event["type"] for event in before]
    bench.board.power_on()
    bench.station()
    bench.change("{stop: never}", "{stop: immediate}")
    assert bench.deploy("--config")[0] == 0
    assert bench.station().depth >= len(before)
    same, after = bench.undelivered()
    assert same == journal and after[: len(before)] == before


def test_a_line_that_runs_by_its_permit_is_not_stopped_for_a_new_config(bench):
    bench.let_the_line_run()
    boots, pin = len(bench.board.boots), bench.config["permit"]["pin"]
    falls = []

    def fell(at, said):
        if said.get("pin") == pin:
            falls.append(len(bench.board.boots))

    bench.board.world.on_output(fell)
    assert bench.deploy("--config") == (0, [], ""), "nothing differs: the line runs on"
    bench.change("{stop: never}", "{stop: immediate}")
    code, _, err = bench.deploy("--config")
    assert code == 1 and f"the line runs by the permit of {STATION}" in err and "--stop-the-line" in err
    assert (falls, len(bench.board.boots)) == ([], boots)
    assert bench.station().config != bench.config["hash"]
    code, _, err = bench.deploy("--config", "--stop-the-line")
    assert code == 0, err
    assert falls[0] == boots, "it fell off only with the reset"
    assert bench.station().config == bench.config["hash"]


def test_a_bad_plant_file_or_a_missing_secret_reaches_no_board(bench):
    boots, before = len(bench.board.boots), bench.station()
    bench.change("GP3, does: restart", "GP2, does: restart")
    code, _, err = bench.deploy("--config")
    assert code == 1 and "GP2" in err
    bench.change("GP2, does: restart", "GP4, does: restart")
    bench.store.file.unlink()
    code, _, err = bench.deploy("--config")
    assert code == 1 and f"{STATION}: it still needs " in err and "`pullcord provision" in err
    assert (bench.station(), len(bench.board.boots)) == (before, boots)


def test_a_config_that_its_firmware_refuses_is_told_and_the_good_one_runs_on(bench):
    """As an older firmware does with what it does not know yet."""
    source = bench.folder / "firmware"
    shutil.copytree(FIRMWARE, source)
    file = source / "station" / "starting.py"
    rule = "found = problems(config)\n"
    assert rule in file.read_text()
    file.write_text(file.read_text().replace(rule, rule + '    found += ["too new"] * ("immediate" in str(config))\n'))
    assert bench.deploy("--source", source)[0] == 0
    before = bench.station()
    bench.change("{stop: never}", "{stop: immediate}")
    for _ in range(2):
        code, _, err = bench.deploy("--config")
        assert code == 1 and f"{STATION} did not start: it runs as {STATION} with what it had before" in err
        assert "refuses the new config" in err
        assert bench.station().config == before.config
    code, _, err = bench.deploy()
    assert code == 0, err
    assert bench.station().config == bench.config["hash"]


@pytest.mark.parametrize("operation", [2, 18])  # at the file, and at its taking effect; later ones fall into the start
def test_a_power_cut_leaves_the_old_or_the_new_config_and_the_next_run_completes(bench, operation):
    before = bench.station().config
    bench.change("{stop: never}", "{stop: immediate}")
    bench.board.cut_at(operation)
    with ThreadPoolExecutor() as pool:  # it would wait a minute for a board that stays off
        deploying = pool.submit(bench.deploy, "--config")
        assert bench.board.wait_off()
        bench.board.power_on()
        deploying.result()
    assert bench.station().config in (before, bench.config["hash"])
    code, _, err = bench.deploy("--config")
    assert code == 0, err
    assert bench.station().config == bench.config["hash"]


def test_a_station_in_safe_mode_is_brought_back_by_its_config(bench):
    names = [name for name in bench.files() if name.startswith("config.")]
    bench.board.put(dict.fromkeys(names, b"{"))
    bench.board.power_on()
    until(lambda: "safe mode" in bench.board.log_tail())
    code, changed, err = bench.deploy("--config")
    assert (code, "/config.json" in changed) == (0, True), err
