"""The files with secrets that a station gets beside its config.json."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .secret_store import Secrets

SECRETS, CA, CERTIFICATE, KEY = "secrets.json", "broker-ca.der", "station-cert.der", "station-key.der"


def files(config: Mapping[str, Any], secrets: Secrets) -> dict[str, bytes]:
    """By name, for the station that `config` (its config.json) is of. What is missing is left out: see `missing`."""
    path, link = config["station"], config["link"]
    told: dict[str, str] = {}
    if link["kind"] == "wifi" and (wifi := secrets.wifi_at(_place(path))):
        told["wifi_ssid"] = wifi.ssid
        if wifi.password:
            told["wifi_password"] = wifi.password
    if _has_network(link) and path in secrets.accounts:
        told |= {"mqtt_user": path, "mqtt_password": secrets.accounts[path]}
    made = {SECRETS: (json.dumps(told, indent=1) + "\n").encode()}
    if _has_network(link) and link.get("tls"):
        if secrets.broker_ca:
            made[CA] = secrets.broker_ca
        if link["tls"]["certificate"] and (own := secrets.certificates.get(path)):
            made |= {CERTIFICATE: own.certificate, KEY: own.key}
    return made


def digest(made: Mapping[str, bytes]) -> str:
    """As a station says it of its own (`station.asked`), so that both can be compared without reading one."""
    found = hashlib.sha256()
    for name in (SECRETS, CA, CERTIFICATE, KEY):
        if name in made:
            found.update(name.encode() + b"\0%d\0" % len(made[name]) + made[name])
    return found.hexdigest()[:12]


def missing(config: Mapping[str, Any], secrets: Secrets) -> list[str]:
    """What a station needs for its network and does not have, and how it comes there."""
    path, link = config["station"], config["link"]
    found: list[str] = []
    if not _has_network(link):
        return found
    if link["kind"] == "wifi" and not secrets.wifi_at(_place(path)):
        found.append(f"the Wi-Fi's name and password: `pullcord provision {path} --wifi`")
    if path not in secrets.accounts:
        found.append(f"an account at the broker: `pullcord provision {path}`")
    tls = link.get("tls")
    if tls and not secrets.broker_ca:
        found.append(f"the broker's CA: `pullcord provision {path} --cafile ca.pem`")
    if tls and tls["certificate"] and path not in secrets.certificates:
        found.append(f"a certificate: `pullcord provision {path} --certificate ITS.pem --key ITS.key`")
    return found


def _has_network(link: Mapping[str, Any]) -> bool:
    return link["kind"] in ("wifi", "ethernet")


def _place(path: str) -> str:
    return path.partition("/")[2]
