"""`pullcord provision`: asks without showing, keeps what it made for one person's eyes, and says what is missing."""

import json
import os
import pty
import select
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pullcord.cli import asking, main
from pullcord.plant.secret_store import SecretStore, Wifi
from tests import certificates

EXAMPLE = Path(__file__).parents[3] / "docs/examples/plant.yaml"
STATION = "acme/assembly/line-1/st-04"
PASSWORD = "correct horse battery"
DEADLINE_S = 30.0
PULLCORD = (sys.executable, "-c", "from pullcord.cli.main import main; main()")


@pytest.fixture
def plant_file(tmp_path) -> Path:
    file = tmp_path / "plant.yaml"
    file.write_text(EXAMPLE.read_text())
    return file


@pytest.fixture
def provision(plant_file):
    return lambda *words: main.run(["provision", "--plant", str(plant_file), *map(str, words)])


@pytest.fixture
def store(plant_file) -> SecretStore:
    return SecretStore.beside(plant_file)


def with_wifi(store: SecretStore, place: str = "", ssid: str = "HALL-3") -> None:
    with store.changing() as secrets:
        secrets.wifi[place] = Wifi(ssid=ssid, password=PASSWORD)


def test_broker_and_station_know_the_same_password(provision, store, plant_file, tmp_path, capfd):
    with_wifi(store)
    assert provision("st-04", "--out", tmp_path / "out") == 0
    said = capfd.readouterr().out
    assert f"{STATION}: Wi-Fi HALL-3, account new" in said
    assert "`pullcord broker" in said
    assert main.run(["broker", str(plant_file), "--out", str(tmp_path / "out")]) == 0
    own = json.loads((tmp_path / "out" / STATION / "secrets.json").read_text())
    accounts = store.read().accounts
    assert own == {
        "wifi_ssid": "HALL-3",
        "wifi_password": PASSWORD,
        "mqtt_user": STATION,
        "mqtt_password": accounts[STATION],
    }
    assert len(set(accounts.values())) == 6
    assert not any(word in "".join((said, *capfd.readouterr())) for word in (PASSWORD, *accounts.values()))


def test_every_file_with_a_secret_is_for_its_owner_only(provision, store, tmp_path):
    with_wifi(store)
    assert provision("--out", tmp_path / "out") == 0
    files = [store.file, *(tmp_path / "out").rglob("secrets.json")]
    assert len(files) == 6
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_store_that_others_can_read_is_refused(provision, store, capfd):
    with_wifi(store)
    store.file.chmod(0o640)
    assert provision() == 1
    said = capfd.readouterr().err
    assert "mode 640" in said
    assert f"chmod 600 {store.file}" in said


DAMAGED = ("", "no json", "[]", '{"accounts": {"a": 1}}', '{"accounts": {"a": "secret"}, "x": 1}')


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_store_is_never_written_over_and_never_shown(provision, store, capfd, text):
    store.file.write_text(text)
    store.file.chmod(0o600)
    assert provision() == 1
    said = capfd.readouterr().err
    assert "is damaged" in said
    assert "secret" not in said.replace("plant.secrets", "")
    assert store.file.read_text() == text


def test_passwords_stay_until_they_are_renewed(provision, store):
    assert provision() == 0
    before = store.read().accounts
    assert provision() == 0
    assert store.read().accounts == before
    assert provision("st-04", "--renew") == 0
    after = store.read().accounts
    assert {user for user in before if before[user] != after[user]} == {STATION}


def test_what_is_missing_is_told_with_the_command_that_helps(provision, plant_file, tmp_path, capfd):
    plant_file.write_text(plant_file.read_text().replace("broker:\n", "broker:\n  tls: {certificates: true}\n"))
    assert provision("st-04") == 0
    said = capfd.readouterr().out
    for words in (f"provision {STATION} --wifi", "the broker's CA", "--certificate ITS.pem"):
        assert words in said
    ca = certificates.authority()
    ca_file, _ = ca.write(tmp_path, "ca")
    own = certificates.issued(ca, "st-04")
    certificate, key = own.write(tmp_path, "own")
    tls = ("--cafile", ca_file, "--certificate", certificate, "--key", key)
    assert provision("st-04", *tls, "--out", tmp_path / "out") == 0
    assert "certificate" not in capfd.readouterr().out
    folder = tmp_path / "out" / STATION
    assert (folder / "broker-ca.der").read_bytes() == ca.der
    assert (folder / "station-cert.der").read_bytes() == own.der
    assert (folder / "station-key.der").read_bytes() == own.key_der
    assert provision("st-04", "--cafile", key) == 1
    assert "is no certificate" in capfd.readouterr().err


def test_the_wifi_of_the_nearest_place_counts(provision, store, capfd):
    with_wifi(store)
    with_wifi(store, "assembly/line-1", "LINE-1")
    with_wifi(store, "assembly/line-1/st-04", "OWN")
    assert provision("--json") == 0
    rows = {row["station"][-5:]: row["ssid"] for row in json.loads(capfd.readouterr().out)["stations"]}
    assert (rows["st-01"], rows["st-04"]) == ("LINE-1", "OWN")


def test_a_script_gives_the_password_on_standard_input(provision, store, monkeypatch, capfd):
    read, write = os.pipe()
    os.write(write, f"{PASSWORD}\n".encode())
    os.close(write)
    with os.fdopen(read) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert provision("--ssid", "HALL-3", "--password-stdin", "--wifi-at", "assembly") == 0
        assert provision("--ssid", "HALL-3", "--password-stdin") == 1
    assert "nothing came" in capfd.readouterr().err
    assert store.read().wifi["assembly"] == Wifi(ssid="HALL-3", password=PASSWORD)


def test_a_slip_in_a_name_is_answered_with_who_there_is(provision, capfd):
    assert provision("st-4") == 1
    assert "did you mean st-04" in capfd.readouterr().err


class Answers:
    """What a person types, in turn."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.questions: list[str] = []

    def __call__(self, question: str) -> str:
        self.questions.append(question)
        return self.texts.pop(0)


def test_what_was_typed_wrongly_is_asked_again():
    shown = Answers("HALL-3", "HALL-3", "HALL-3", "n", "HALL-4", "")
    hidden = Answers("short", "short", "no slip 1", "no slop 1", "no slip 1", "no slip 1", "better 1", "better 1")
    assert asking.wifi("acme", None, shown, hidden) == Wifi(ssid="HALL-4", password="better 1")
    assert not shown.texts
    assert not hidden.texts


def test_enter_keeps_what_is_known():
    known = Wifi(ssid="HALL-3", password=PASSWORD)
    shown = Answers("", "")
    assert asking.wifi("acme", known, shown, Answers("")) == known
    assert "HALL-3, a password of 21 characters. Right?" in shown.questions[1]


def test_what_looks_like_a_slip_is_said():
    shown = Answers("HALL-3", "")
    asking.wifi("acme", None, shown, Answers(" trailing ", " trailing "))
    assert "there is a space at the beginning or end" in shown.questions[1]


def test_at_a_terminal_the_password_is_not_shown(plant_file, store):
    """The command itself at a pseudo-terminal, as a person sees it."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [*PULLCORD, "provision", "--plant", str(plant_file)])
    seen = ""
    for question, answer in (
        ("name (SSID): ", "HALL-3"),
        ("password: ", PASSWORD),
        ("once more: ", PASSWORD),
        ("Right? [Y/n]", ""),
        ("Kept in", None),
    ):
        seen += until(terminal, question)
        if answer is not None:
            os.write(terminal, f"{answer}\n".encode())
    os.waitpid(pid, 0)
    os.close(terminal)
    assert "a password of 21 characters" in seen
    assert PASSWORD not in seen
    assert store.read().wifi[""].password == PASSWORD


def until(terminal: int, words: str) -> str:
    seen, deadline = "", time.monotonic() + DEADLINE_S
    while words not in seen:
        assert time.monotonic() < deadline, seen
        if select.select([terminal], [], [], 1.0)[0]:
            seen += os.read(terminal, 1000).decode()
    return seen


def test_two_at_once_keep_what_each_of_them_made(plant_file, store):
    words = [*PULLCORD, "provision", "--plant", str(plant_file), "--json"]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) for _ in range(2)]
    made = [json.loads(process.communicate(timeout=DEADLINE_S)[0])["new_accounts"] for process in both]
    assert sorted(map(len, made)) == [0, 6]
    assert len(store.read().accounts) == 6
