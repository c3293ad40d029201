"""`pullcord broker`: what it writes, for whose eyes, and what it keeps. That the broker works: tests/end_to_end."""

import json
import stat
from pathlib import Path

import pytest

from pullcord.cli import main
from pullcord.plant import broker_files
from pullcord.plant.secret_store import SecretStore
from tests import certificates

EXAMPLE = Path(__file__).parents[3] / "docs/examples/plant.yaml"
STATION = "acme/assembly/line-1/st-04"


@pytest.fixture
def plant_file(tmp_path):
    file = tmp_path / "plant.yaml"
    file.write_text(EXAMPLE.read_text())
    return file


@pytest.fixture
def broker(tmp_path, plant_file):
    """`broker(options)`: its exit code."""

    def run(*options) -> int:
        return main.run(["broker", str(plant_file), "--out", str(tmp_path / "out"), *map(str, options)])

    return run


def accounts(tmp_path) -> dict[str, str]:
    return SecretStore(tmp_path / "plant.secrets").read().accounts


def test_every_station_gets_a_password_of_its_own_and_nobody_sees_one(broker, tmp_path, capfd):
    assert broker() == 0
    said = "".join(capfd.readouterr())
    made = accounts(tmp_path)
    assert len(made) == 6
    assert len(set(made.values())) == 6
    assert all(len(password) >= 32 and password not in said for password in made.values())
    passwd = (tmp_path / "out/broker/passwd").read_text()
    assert [line.split(":")[0] for line in passwd.splitlines()] == list(made)
    assert not any(password in passwd for password in made.values())


def test_what_holds_a_secret_is_for_its_owner_only(broker, tmp_path):
    assert broker() == 0
    assert broker() == 0
    private = [tmp_path / "out/broker" / name for name in ("passwd", "acl", "plant.url")]
    private.append(tmp_path / "plant.secrets")
    assert {stat.S_IMODE(file.stat().st_mode) for file in private} == {0o600}


def test_passwords_stay_and_one_can_be_renewed(broker, tmp_path, capfd):
    assert broker() == 0
    before = accounts(tmp_path)
    capfd.readouterr()
    assert broker("--renew", STATION, "--json") == 0
    assert json.loads(capfd.readouterr().out)["new"] == [STATION]
    after = accounts(tmp_path)
    assert {user for user in before if before[user] != after[user]} == {STATION}


def test_a_station_that_is_gone_has_no_account_any_more(broker, tmp_path, plant_file):
    assert broker() == 0
    plant_file.write_text(plant_file.read_text().replace("          st-01:", "          st-99:"))
    assert broker() == 0
    assert "acme/assembly/line-1/st-01" not in accounts(tmp_path)
    assert "st-01" not in (tmp_path / "out/broker/acl").read_text()


def test_renewing_a_stranger_is_refused_and_names_who_there_is(broker, capfd):
    assert broker("--renew", "st-04") == 1
    assert STATION in capfd.readouterr().err


def test_tls_needs_its_files_and_files_need_tls(broker, plant_file, tmp_path, capfd):
    assert broker("--certfile", "x.pem") == 1
    assert "say `tls: {}` there" in capfd.readouterr().err
    plant_file.write_text(plant_file.read_text().replace("broker:\n", "broker:\n  tls: {}\n"))
    assert broker() == 1
    assert "--certfile is missing" in capfd.readouterr().err
    ca = certificates.authority()
    ca_file, key = ca.write(tmp_path, "ca")
    assert broker("--certfile", ca_file, "--keyfile", key, "--cafile", ca_file) == 0
    settings = (tmp_path / "out/broker/mosquitto.conf").read_text()
    assert f"certfile {ca_file}" in settings
    assert "require_certificate" not in settings
    assert SecretStore(tmp_path / "plant.secrets").read().broker_ca == ca.der


def test_two_listeners_at_one_port_are_refused(broker, capfd):
    assert broker("--plant-port", "1883") == 1
    assert "--plant-port" in capfd.readouterr().err


def test_a_hash_is_what_mosquitto_takes_it_for():
    """Its format 7, PBKDF2 with SHA-512; that it lets the right ones in is tested with a real one."""
    made = broker_files.hashed("secret", b"0123456789ab")
    assert made.startswith("$7$101$MDEyMzQ1Njc4OWFi$")
    assert len(made.split("$")[4]) == 88
