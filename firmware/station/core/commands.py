"""Which commands may run: in time, once, and for the call that they name."""

import json

from . import wall

WITHOUT_CLOCK = ("lamp_test", "identify")
NEED_CALL = ("acknowledge", "arrive", "resolve", "cancel")
KNOWN = NEED_CALL + ("restart", "mute", "lamp_test", "identify")
REMEMBERED = 32


class Gate:
    """Remembers the ids of the last commands: a second delivery is answered and not run."""

    def __init__(self):
        self._seen = []

    def check(self, command, unix_ms) -> tuple:
        """(result, why) with result "" when it may run; otherwise the result to answer with."""
        if command["id"] in self._seen:
            return "repeated", "this command was answered before"
        self._seen.append(command["id"])
        if len(self._seen) > REMEMBERED:
            self._seen.pop(0)
        if command["do"] not in KNOWN:
            return "unknown", "this firmware does not know it"
        if unix_ms is None:
            if command["do"] in WITHOUT_CLOCK:
                return "", ""
            return "unset_clock", "the station does not know the time yet"
        if unix_ms > command["expires"]:
            return "expired", "it came too late"
        return "", ""


def decode(payload: bytes) -> dict:
    """The command's fields, `expires` in UTC ms. ValueError when it is not a command."""
    command = json.loads(payload)
    if not isinstance(command, dict):
        raise ValueError("not an object")
    for key in ("id", "do", "expires"):
        if not isinstance(command.get(key), str) or len(command[key]) > 64:
            raise ValueError(key)
    for key in ("call", "by", "reason"):
        value = command.get(key) or ""
        if not isinstance(value, str) or len(value) > 64:
            raise ValueError(key)
        command[key] = value
    command["expires"] = wall.parse(command["expires"])
    return command
