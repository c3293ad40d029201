"""The envelope of an event: CloudEvents 1.0 in JSON, one event a message."""

import json

from .wall import iso

PREFIX = "pullcord."


class Draft:
    """Something that happened and is not recorded yet: it has no sequence, hence no id."""

    def __init__(self, type: str, data: dict, call=None, test: bool = False):
        self.type = type
        self.data = data
        self.call = call
        self.test = test
        self.boot = 0
        self.uptime = 0
        self.unix_ms = None
        self.clock = "unset"

    def stamp(self, boot: int, uptime: int, unix_ms, clock: str) -> "Draft":
        self.boot = boot
        self.uptime = uptime
        self.unix_ms = unix_ms
        self.clock = clock
        return self


def event_id(journal: str, sequence: int) -> str:
    return "%s-%d" % (journal, sequence)


def encode(draft: Draft, journal: str, sequence: int, source: str) -> bytes:
    """The bytes that are recorded and sent, and never change again."""
    data = draft.data
    if draft.call is not None and "call" not in data:
        data["call"] = draft.call.id
    event = {
        "specversion": "1.0",
        "id": event_id(journal, sequence),
        "source": "/" + source,
        "type": PREFIX + draft.type + ".v1",
        "sequence": "%010d" % sequence,
        "clock": draft.clock,
        "boot": draft.boot,
        "uptime": draft.uptime,
        "data": data,
    }
    if draft.unix_ms is not None:
        event["time"] = iso(draft.unix_ms)
    if draft.test:
        event["test"] = True
    return compact(event)


def compact(value) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
