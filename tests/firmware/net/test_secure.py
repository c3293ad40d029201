"""TLS to a real Mosquitto, from CPython and from the boards' 32-bit MicroPython."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pullcord.sim import runtime
from tests import certificates
from tests.certificates import Certificate
from tests.firmware.net.tls_broker import broker

HERE = Path(__file__)
REPOSITORY = HERE.parents[3]
DEADLINE_S = 60

pytestmark = pytest.mark.mosquitto


@pytest.fixture(params=[pytest.param("micropython", marks=pytest.mark.micropython), "cpython"])
def command(request) -> list[str]:
    found = runtime.micropython() if request.param == "micropython" else None
    return found.with_heap(512) if found else [sys.executable]


@pytest.fixture(scope="module")
def ca() -> Certificate:
    return certificates.authority()


@pytest.fixture
def flash(tmp_path, ca) -> Path:
    """A station's flash with the plant's CA, and a certificate of its own."""
    folder = tmp_path / "flash"
    folder.mkdir()
    own = certificates.issued(ca, "st-04")
    (folder / "broker-ca.der").write_bytes(ca.der)
    (folder / "station-cert.der").write_bytes(own.der)
    (folder / "station-key.der").write_bytes(own.key_der)
    return folder


def attempt(command, flash: Path, port: int, host="127.0.0.1", name="localhost", wall=None, certificate=False, **more):
    """The lines that the station's side printed."""
    settings = {"name": name, "certificate": certificate}
    given = {"root": f"{flash}/", "host": host, "port": port, "tls": settings, "wall": wall, **more}
    program = [*command, str(HERE.with_name("over_tls.py")), str(REPOSITORY)]
    line = json.dumps(given) + "\n"
    done = subprocess.run(program, input=line, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_a_session_with_a_broker_of_the_plants_ca(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.issued(ca)) as port:
        assert attempt(command, flash, port)[0] == "good"


def test_with_tls_1_2_as_the_boards_speak_it(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.issued(ca), "tls_version tlsv1.2") as port:
        assert attempt(command, flash, port, tries=2)[:2] == ["good", "good"]


def test_a_certificate_for_an_address_is_as_good_as_one_for_a_name(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.issued(ca, "127.0.0.1")) as port:
        assert attempt(command, flash, port, name="127.0.0.1")[0] == "good"


def test_another_ca_is_refused_and_said(command, tmp_path, flash, ca):
    stranger = certificates.authority()  # of the same name
    with broker(tmp_path, stranger, certificates.issued(stranger)) as port:
        said = attempt(command, flash, port)
    assert "not by this plant's CA" in said[0]


def test_a_certificate_signed_by_nobody_is_refused_and_said(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.authority("localhost")) as port:
        said = attempt(command, flash, port)
    assert "not by this plant's CA" in said[0]


def test_an_expired_certificate_is_refused_and_said(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.issued(ca, to_days=-0.1)) as port:
        said = attempt(command, flash, port)
    assert said[0] == "the broker's certificate has expired: renew it"
    assert "clock None" in said


def test_another_name_is_refused_and_said(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.issued(ca, "elsewhere")) as port:
        said = attempt(command, flash, port)
    assert "is for another name" in said[0]


def test_a_broker_that_asks_for_a_certificate_gets_it(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.issued(ca), "require_certificate true") as port:
        assert attempt(command, flash, port, certificate=True)[0] == "good"
        without = attempt(command, flash, port)
    # With TLS 1.3 it refuses behind the handshake: then it depends on what comes first, its alert or our next packet.
    ends = ("broke off the handshake", "closed the connection", "was reset", "Connection lost")
    assert any(words in without[0] for words in ends)


def test_a_broker_without_tls_is_said(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.issued(ca), plain=True) as port:
        said = attempt(command, flash, port)
    assert "does not speak TLS" in said[0] or "closed the connection" in said[0] or "was reset" in said[0]


def test_nobody_at_the_address_is_said(command, flash):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        said = attempt(command, flash, probe.getsockname()[1])
    assert "nothing listens at the broker's address" in said[0]


def test_a_handshake_that_never_comes_to_an_end_holds_up_nothing(command, flash):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        said = attempt(command, flash, silent.getsockname()[1], wait_s=2)
    assert "within 2 s" in said[0] or "only a part of a packet" in said[0]
    assert int(said[-1].split()[1]) >= 50  # of 400: what ran beside had its turns all the time


def test_the_time_of_the_plant_is_put_into_the_clock_that_certificates_are_judged_by(command, tmp_path, flash, ca):
    with broker(tmp_path, ca, certificates.issued(ca)) as port:
        said = attempt(command, flash, port, wall=1795197363412)
    assert said[:2] == ["good", "clock (2026, 11, 20, 0, 17, 56, 3, 0)"]


def test_a_clock_that_is_behind_is_moved_to_the_start_of_a_certificate_of_the_plants_ca(command, tmp_path, flash, ca):
    """OpenSSL does not show the chain: on CPython the refusal is all there is."""
    shown = certificates.issued(ca, from_days=2, to_days=30)
    with broker(tmp_path, ca, shown) as port:
        said = attempt(command, flash, port)
        known = attempt(command, flash, port, wall=1795197363412)
    assert "not valid yet by this board's clock" in said[0]
    if command[0] == sys.executable:
        assert said[1] == "clock None"
    else:
        begins = shown.certificate.not_valid_before_utc
        moment = (begins.year, begins.month, begins.day, 0, begins.hour, begins.minute, begins.second, 0)
        assert "it tries again" in said[0]
        assert said[1] == f"clock {moment}"
    assert known[0] == "the broker's certificate is not valid yet by this board's clock"
    assert known[1] == "clock (2026, 11, 20, 0, 17, 56, 3, 0)"


def test_a_strangers_certificate_does_not_move_the_clock(command, tmp_path, flash, ca):
    stranger = certificates.authority()
    with broker(tmp_path, stranger, certificates.issued(stranger, from_days=1000, to_days=2000)) as port:
        said = attempt(command, flash, port)
    assert "not by this plant's CA" in said[0]
    assert said[1] == "clock None"


@pytest.mark.parametrize("name", ["broker-ca.der", "station-key.der"])
def test_a_damaged_file_is_no_opener(command, flash, name):
    (flash / name).write_bytes(b"\x30\x82rubbish")
    with pytest.raises(AssertionError, match=r"ValueError|OSError|SSLError"):
        attempt(command, flash, 1, certificate=True)
