"""`pullcord replace`: a spare becomes the station of a dead board, without any network."""

import json

import pytest

from pullcord.plant.secret_store import SecretStore
from pullcord.sim.usb_place import VirtualUsb
from tests.host_tools.usb import a_crate
from tests.host_tools.usb.a_desk import pullcord

pytestmark = pytest.mark.micropython
ACCOUNT = "acme/hall/line-1/st-01"
SPARE = "e661385283619999"


class Bench:
    def __init__(self, desk, folder):
        self.desk = desk
        self.plant = a_crate.plant_file(folder, 2)
        self.images = a_crate.images(folder)
        self.store = SecretStore.beside(self.plant)

    def run(self, command, *words):
        where = ["--plant", self.plant, "--images", self.images, "--json"]
        done = pullcord(self.desk, command, *map(str, [*words, *where]))
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr

    @property
    def password(self):
        return self.store.read().accounts[ACCOUNT]


@pytest.fixture
def bench(tmp_path):
    with VirtualUsb(tmp_path / "usb") as desk:
        yield Bench(desk, tmp_path)


def test_a_spare_takes_over_name_config_and_place_with_a_password_of_its_own(bench):
    old = bench.desk.add("old", uid=a_crate.uid(1))
    assert bench.run("flash", "--all")[0] == 0
    before, text = bench.password, bench.plant.read_text()
    old.cut_power()
    spare = bench.desk.add("spare", uid=SPARE, blank=True)
    code, said, wrong = bench.run("replace", "st-01", str(spare.drive.folder))
    assert code == 0, wrong
    assert said["boards"][0]["station"] == "hall/line-1/st-01"
    assert any("pullcord broker" in line for line in said["told"])
    assert any(a_crate.uid(1) in line for line in said["told"])
    assert bench.plant.read_text().replace('"', "") == text.replace(a_crate.uid(1), SPARE).replace('"', "")
    spare.cut_power()
    files = spare.files()
    assert json.loads(files["secrets.json"])["mqtt_password"] == bench.password != before
    assert json.loads(files["config.json"])["uid"] == SPARE


def test_cut_off_in_the_middle_it_is_completed_by_the_same_line_with_the_same_password(bench):
    spare = bench.desk.add("spare", uid=SPARE)
    spare.cut_at(40)
    code, _, wrong = bench.run("replace", "st-01", spare.path)
    assert code == 1
    assert "run this once more" in wrong
    password = bench.password
    spare.power_on()
    code, _, wrong = bench.run("replace", "st-01", spare.path)
    assert code == 0, wrong
    assert bench.password == password


def test_the_old_boards_old_password_stays_when_nobody_gets_at_the_broker(bench):
    with bench.store.changing() as secrets:
        secrets.accounts = {ACCOUNT: "the old one"}
    spare = bench.desk.add("spare", uid=SPARE)
    code, said, wrong = bench.run("replace", "st-01", spare.path, "--keep-password")
    assert code == 0, wrong
    assert bench.password == "the old one"
    assert any("--renew" in line for line in said["told"])


def test_a_spare_that_is_another_kind_or_another_station_is_refused_and_nothing_changes(bench):
    before = bench.plant.read_text()
    other = bench.desk.add("other", uid=SPARE, board="raspberry-pi-pico")
    code, _, wrong = bench.run("replace", "st-01", other.path)
    assert code == 1
    assert "is to be a Raspberry Pi Pico W" in wrong
    second = bench.desk.add("second", uid=a_crate.uid(2))
    code, _, wrong = bench.run("replace", "st-01", second.path)
    assert code == 1
    assert "is hall/line-1/st-02's" in wrong
    assert "did you mean st-01" in bench.run("replace", "st-1", second.path)[2]
    assert bench.plant.read_text() == before
