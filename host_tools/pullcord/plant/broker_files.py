"""What a Mosquitto needs to know of a plant: its settings, who may do what, and the accounts. Pure: texts, no files.

A station publishes and reads below its own topic and reads the site's time, and nothing else. Its account is its path,
and the broker takes the account's name for its client id: no station can push another one off.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from .model import Plant

ROOT = "pullcord/v1"
PLANT_SIDE = "pullcord"  # the account of recorder, pages and tools
PASSWORD_BYTES = 24
# the strength is in the password: 192 random bits need no slow hash, and a hall that comes back needs a quick one
ITERATIONS = 101
SAYS, HEARS = ("event", "state", "online"), ("receipt/+", "command", "config", "cards")


@dataclass(frozen=True)
class Tls:
    """Paths as the broker sees them; `cafile` is that of the stations' own certificates."""

    certfile: str
    keyfile: str
    cafile: str
    certificates: bool


@dataclass(frozen=True)
class Listening:
    """Where stations come in, and where the plant side does: on this computer only."""

    address: str
    port: int
    plant_port: int
    tls: Tls | None


def paths(plant: Plant) -> list[str]:
    """site/area/line/station of each, in the order of the file."""
    return [f"{plant.site.name}/{path}" for path in plant.stations()]


def acl(plant: Plant) -> str:
    lines = ["# Who may do what. Made by `pullcord broker`; what is changed here is lost with the next run.", ""]
    lines += [f"user {PLANT_SIDE}", f"topic readwrite {ROOT}/{plant.site.name}/#"]
    for path in paths(plant):
        lines += ["", f"user {path}"]
        lines += [f"topic write {ROOT}/{path}/{kind}" for kind in SAYS]
        lines += [f"topic read {ROOT}/{path}/{kind}" for kind in HEARS]
        lines += [f"topic read {ROOT}/{plant.site.name}/time"]
    return "\n".join(lines) + "\n"


def mosquitto_conf(folder: str, listening: Listening) -> str:
    """`folder`: where the broker finds `passwd` and `acl`."""
    lines = [
        "# Made by `pullcord broker`; what is changed here is lost with the next run.",
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {folder}/passwd",
        f"acl_file {folder}/acl",
        "# Nothing rests on the broker's memory: journals and receipts see to it.",
        "persistence false",
        "max_packet_size 65536",
        "max_inflight_messages 64",
        "max_queued_messages 10000",
        "set_tcp_nodelay true",
        "",
        "# The stations.",
        f"listener {listening.port} {listening.address}".rstrip(),
        "use_username_as_clientid true",
        *_tls(listening.tls),
        "",
        "# The plant side, on this computer only. A recorder has a client id of its own for each run.",
        f"listener {listening.plant_port} 127.0.0.1",
    ]
    return "\n".join(lines) + "\n"


def credentials(plant: Plant, known: Mapping[str, str], renew: Iterable[str] = ()) -> dict[str, str]:
    """The password of every account: the known one, or a new one for whoever is new or to be renewed."""
    anew = set(renew)
    kept = {user: password for user, password in known.items() if user not in anew}
    return {user: kept.get(user) or secrets.token_urlsafe(PASSWORD_BYTES) for user in (PLANT_SIDE, *paths(plant))}


def passwd(accounts: Mapping[str, str]) -> str:
    """Mosquitto's password file (its format `$7$`: PBKDF2 with SHA-512)."""
    return "".join(f"{user}:{hashed(password, secrets.token_bytes(12))}\n" for user, password in accounts.items())


def hashed(password: str, salt: bytes) -> str:
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def plant_url(accounts: Mapping[str, str], listening: Listening) -> str:
    """For recorder and pages. It holds the password."""
    return f"mqtt://{PLANT_SIDE}:{quote(accounts[PLANT_SIDE], safe='')}@127.0.0.1:{listening.plant_port}"


def _tls(tls: Tls | None) -> list[str]:
    if tls is None:
        return []
    lines = [f"certfile {tls.certfile}", f"keyfile {tls.keyfile}"]
    if tls.certificates:
        lines += [f"cafile {tls.cafile}", "require_certificate true"]
    return lines
