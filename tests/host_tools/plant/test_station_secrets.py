"""The secrets of one station: what it gets, what is missing, and a digest that both ends find alike."""

from pathlib import Path

from pullcord.plant import station_secrets
from pullcord.plant.secret_store import Certificate, Secrets, Wifi
from station import asked

PATH = "acme/assembly/line-1/st-04"
TLS = {"name": "broker", "certificate": True}
ALL = Secrets(
    accounts={PATH: "password of the account"},
    wifi={"": Wifi(ssid="HALL", password="password of the hall")},
    broker_ca=b"the CA",
    certificates={PATH: Certificate(certificate=b"mine", key=b"its key")},
)


def config(kind: str, tls: object = None) -> dict[str, object]:
    return {"station": PATH, "link": {"kind": kind, "tls": tls}}


def test_a_station_gets_what_its_link_needs_and_no_more():
    made = station_secrets.files(config("wifi", TLS), ALL)
    assert sorted(made) == ["broker-ca.der", "secrets.json", "station-cert.der", "station-key.der"]
    assert b"password of the hall" in made["secrets.json"]
    assert b"hall" not in station_secrets.files(config("ethernet"), ALL)["secrets.json"]
    assert station_secrets.files(config("usb", TLS), ALL) == {"secrets.json": b"{}\n"}


def test_what_is_missing_has_a_remedy_each():
    assert len(station_secrets.missing(config("wifi", TLS), Secrets())) == 4
    assert station_secrets.missing(config("wifi", TLS), ALL) == []
    assert station_secrets.missing(config("usb", TLS), Secrets()) == []


def test_station_and_tool_find_the_same_digest(tmp_path):
    for made in (station_secrets.files(config("wifi", TLS), ALL), {"secrets.json": b"{}\n"}, {}):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        for name, content in made.items():
            Path(folder, name).write_bytes(content)
        assert asked._digest(f"{folder}/") == station_secrets.digest(made)
