"""Good messages of each kind, to begin from."""

import json
from pathlib import Path

from pullcord.sim import harness
from station.core import lines
from station.net import greeting, names, packets
from tests.certificates import authority
from tests.host_tools.line.events import called, encode

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "plant.yaml"


def _serial() -> bytes:
    message = b"".join(lines.frame(lines.TO_BOARD, "k3f9", 12, 4, "time", b'{"unix_ms":1795197363412}'))
    return b"Traceback (most recent call last):\n" + message


def _mqtt() -> bytes:
    heads = b"\x20\x02\x00\x00" + b"\x90\x03\x00\x01\x01" + packets.puback(7)
    return heads + packets.publish("pullcord/v1/acme/time", '{"unix_ms":1}', 1, False, 9)


def _answer() -> bytes:
    asked = names.question("broker.plant")
    return b"\x81\x80\0\1\0\1\0\0\0\0" + asked[12:] + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\0\0\1"


def _command() -> bytes:
    message = {"id": "c-1", "expires": "2026-11-20T17:57:03.000Z", "do": "acknowledge", "call": "", "by": "maria"}
    return json.dumps(message).encode()


def _part() -> bytes:
    head = {"version": 2, "hash": "0123456789ab", "digest": "0123456789ab", "part": 0, "parts": 1}
    return json.dumps(head | {"data": "04a1b2c3d4e5f6,bolts,s,full\n"}).encode()


def seeds() -> dict[str, list[bytes]]:
    """By target."""
    return {
        "mqtt": [_mqtt(), greeting.connect_packet("acme/a/b/c", 15)],
        "name_server": [_answer()],
        "certificate": [authority().der],
        "serial_lines": [_serial()],
        "card_reader": [b"\x00\xff\x0c\xf4\xd5\x4b\x01\x01\x00\x44\x00\x07\x04\xa1\xb2\xc3\xd4\xe5\x07\x00"],
        "command": [_command()],
        "part": [_part()],
        "config": [json.dumps(harness.config()).encode()],
        "event": [encode(called(1))],
        "plant_file": [EXAMPLE.read_bytes()],
    }
