"""`pullcord flash` at virtual boards: bare, half done, done, and what a person reads when it does not work."""

import json

import pytest

from pullcord.plant.secret_store import SecretStore
from pullcord.sim.usb_place import VirtualUsb
from tests.host_tools.images import an_image
from tests.host_tools.usb import a_crate
from tests.host_tools.usb.a_desk import pullcord, until

pytestmark = pytest.mark.micropython


class Bench:
    """A desk with boards, a plant and images; `flash(...)` runs the command: (exit code, outcomes, what it said)."""

    def __init__(self, desk, folder):
        self.desk = desk
        self.plant = a_crate.plant_file(folder, 3, 2)
        self.images = a_crate.images(folder)

    def add(self, number, **how):
        return self.desk.add(f"board-{number}", uid=a_crate.uid(number), **how)

    def flash(self, *words, **how):
        where = ["--plant", self.plant, "--images", self.images, "--json"]
        done = pullcord(self.desk, "flash", *map(str, [*words, *where]), **how)
        assert "Traceback" not in done.stderr
        boards = json.loads(done.stdout)["boards"] if done.stdout else []
        return done.returncode, boards, done.stderr


@pytest.fixture
def bench(tmp_path):
    with VirtualUsb(tmp_path / "usb") as desk:
        yield Bench(desk, tmp_path)


def test_bare_boards_become_stations_and_the_second_time_nothing_is_sent(bench):
    boards = [bench.add(1, blank=True), bench.add(2)]
    code, outcomes, said = bench.flash("--all")
    assert code == 0, said
    assert [one["station"] for one in outcomes] == ["hall/line-1/st-01", "hall/line-1/st-02"]
    assert outcomes[0]["did"][0] == "MicroPython 1.25.0"
    assert {"config.json", "secrets.json", "firmware"} <= set(outcomes[1]["did"])
    boots = [len(board.boots) for board in boards]
    code, outcomes, said = bench.flash("--all")
    assert code == 0, said
    assert [(one["did"], one["sent"], one["image"]) for one in outcomes] == [([], 0, 0)] * 2
    assert [len(board.boots) for board in boards] == boots


def test_a_person_says_what_a_new_board_is_and_the_plant_file_knows_it_from_then_on(bench):
    board = bench.add(9)
    code, outcomes, said = bench.flash("--all")
    assert code == 1
    assert "say which: `pullcord flash PORT --station NAME`" in said
    code, outcomes, said = bench.flash(board.path, "--station", "st-04")
    assert code == 0, said
    assert bench.plant.read_text().startswith("# A crate.\n")
    assert bench.plant.read_text().count(board.uid) == 1
    code, outcomes, said = bench.flash("--all")
    assert (code, outcomes[0]["station"], outcomes[0]["did"]) == (0, "hall/line-1/st-04", [])


def test_what_the_board_is_to_get_must_be_known_before_it_is_touched(bench):
    with SecretStore.beside(bench.plant).changing() as secrets:
        secrets.wifi.clear()
    board = bench.add(1)
    code, _, said = bench.flash("--all")
    assert code == 1
    assert "`pullcord provision acme/hall/line-1/st-01 --wifi`" in said
    board.cut_power()
    assert board.files() == {}


def test_a_wifi_that_was_corrected_comes_onto_the_board_and_nothing_else_does(bench):
    board = bench.add(1)
    assert bench.flash("--all")[0] == 0
    with SecretStore.beside(bench.plant).changing() as secrets:
        secrets.wifi[""].password = "the right one"
    code, outcomes, said = bench.flash("--all")
    assert (code, outcomes[0]["did"]) == (0, ["secrets.json"]), said
    board.cut_power()
    assert json.loads(board.files()["secrets.json"])["wifi_password"] == "the right one"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"board": "raspberry-pi-pico"}, "is to be a Raspberry Pi Pico W, and this is a Raspberry Pi Pico"),
        ({"board": "raspberry-pi-pico-2-w", "blank": True}, "the plant file has no station with such a board"),
        ({"board": "esp32-devkitc", "blank": True}, "--blank"),
    ],
)
def test_what_is_not_the_right_board_is_told(bench, how, words):
    bench.add(1, **how)
    code, _, said = bench.flash("--all")
    assert code == 1
    assert words in said


def test_without_an_image_it_says_which_one_to_get(bench, tmp_path):
    bench.images = a_crate.images(tmp_path / "other", an_image.uf2("Raspberry Pi Pico with RP2040"))
    bench.add(1, blank=True)
    code, _, said = bench.flash("--all")
    assert code == 1
    assert "`pullcord image fetch raspberry-pi-pico-w`" in said
    assert "it needs the image RPI_PICO_W" in said


def test_a_micropython_that_is_too_old_is_renewed_and_the_files_stay(bench):
    board = bench.add(1, on=False, release="1.24.1")
    board.put({"notes.txt": b"kept"})
    board.power_on()
    code, outcomes, said = bench.flash("--all")
    assert code == 0, said
    assert outcomes[0]["did"][0] == "MicroPython 1.25.0"
    board.cut_power()
    assert board.files()["notes.txt"] == b"kept"


def test_a_new_esp32_gets_everything_when_a_person_says_that_it_is_new(bench, tmp_path):
    text = bench.plant.read_text().replace(a_crate.BOARD, "esp32-devkitc").replace("GP10", "IO25")
    bench.plant.write_text(text.replace("GP11", "IO26").replace("GP12", "IO27").replace("GP2,", "IO13,"))
    bench.images = a_crate.images(tmp_path / "esp", an_image.esp())
    board = bench.add(1, board="esp32-devkitc", blank=True)
    code, outcomes, said = bench.flash(board.path, "--blank")
    assert code == 0, said
    assert outcomes[0]["did"][0] == "MicroPython 1.25.0"
    assert outcomes[0]["station"] == "hall/line-1/st-01"


def test_a_port_that_another_program_has_open_is_told_with_the_program(bench):
    board = bench.add(1)
    other = bench.add(2)
    import serial

    with serial.Serial(board.path, exclusive=True):
        code, outcomes, said = bench.flash("--all")
    assert code == 1
    assert "has this port open" in said
    assert [one["good"] for one in outcomes] == [False, True]
    assert other.state == "running"
    assert bench.flash("--all")[0] == 0


def test_a_full_flash_is_told_and_the_board_is_as_it_was(bench):
    board = bench.add(1, on=False)
    board.put({"a": b"x"})
    board.fill(leave=20000)
    board.power_on()
    code, _, said = bench.flash("--all")
    assert code == 1
    assert "its flash is full" in said
    board.cut_power()
    assert board.files()["a"] == b"x"
    assert "config.json" not in board.files()


def test_a_damaged_file_system_is_made_anew_by_the_board_and_filled(bench):
    board = bench.add(1)
    assert bench.flash("--all")[0] == 0
    board.cut_power()
    board.damage()
    board.power_on()
    code, outcomes, said = bench.flash("--all")
    assert code == 0, said
    assert "firmware" in outcomes[0]["did"]


def test_a_station_in_safe_mode_is_brought_back(bench):
    board = bench.add(1)
    assert bench.flash("--all")[0] == 0
    board.cut_power()
    nothing = {name: b"" for name in board.files() if name.startswith("config")}
    board.put(nothing)
    board.power_on()
    until(lambda: "safe mode" in board.log_tail())
    code, outcomes, said = bench.flash("--all")
    assert code == 0, said
    assert outcomes[0]["did"] == ["config.json"]


def test_a_program_that_does_not_answer_is_stopped_only_when_a_person_says_so(bench):
    board = bench.add(1, on=False)
    board.put({"main.py": b"import time\nwhile True:\n    time.sleep_ms(20)\n"})
    board.power_on()
    code, _, said = bench.flash("--all")
    assert code == 1
    assert "--stop-the-line" in said
    assert len(board.boots) == 1
    code, outcomes, said = bench.flash("--all", "--stop-the-line")
    assert code == 0, said
    assert "main.py" in outcomes[0]["did"]


def test_a_store_that_was_not_there_is_told_for_another_computer_may_have_it(bench):
    SecretStore.beside(bench.plant).file.unlink()
    bench.add(1)
    where = ("--plant", str(bench.plant), "--images", str(bench.images))
    done = pullcord(bench.desk, "flash", "--all", *where)
    assert "If another computer has it, bring it here" in done.stdout
    done = pullcord(bench.desk, "flash", "--all", *where)
    assert "another computer" not in done.stdout


def test_a_device_that_is_no_board_is_left_alone(bench):
    stranger = bench.add(1)
    listing = json.loads(bench.desk.listing.read_text())
    listing["ports"][0].update(vid=0x0403, pid=0x6001)
    bench.desk.listing.write_text(json.dumps(listing))
    assert "no board is at USB" in bench.flash("--all")[2]
    assert bench.flash(stranger.path)[0] == 0


def test_nothing_to_do_and_wrong_use_are_told(bench):
    assert "no board is at USB" in bench.flash("--all")[2]
    assert "name the ports, or say --all" in bench.flash()[2]
    assert "there is no such port" in bench.flash("/dev/no-such-port")[2]
    bench.add(1)
    bench.add(2)
    assert "--station is for one board" in bench.flash("--all", "--station", "st-01")[2]
    assert "one of esp32-devkitc" in bench.flash("--all", "--board", "pico")[2]
