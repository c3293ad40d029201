"""The commands of the plant: in time, once, and for the call that they name. Loaded when one comes, then forgotten."""

import json

from . import rfc3339, service

WITHOUT_CLOCK = ("lamp_test", "identify")
NEED_CALL = ("acknowledge", "arrive", "resolve", "cancel")
SERVICE = ("bypass", "check", "end_service")
KNOWN = NEED_CALL + SERVICE + ("restart", "mute", "lamp_test", "identify")
IDENTIFY_MS = 10000


def take(station, now: int, payload: bytes) -> None:
    """Run it, or say why not: the answer is an event. ValueError when it cannot be read, and so not be answered."""
    command = decode(payload)
    result, why = check(station.gate, command, station.clock.unix_ms(now))
    if not result:
        result, why = _run(station, now, command)
    answer = {"command": command["id"], "do": command["do"], "result": result, "why": why}
    station.note(now, "station.command", answer)


def decode(payload: bytes) -> dict:
    """The command's fields, `expires` in UTC ms. ValueError when it is not a command."""
    try:
        command = json.loads(payload)
    except RuntimeError:
        raise ValueError("nested too deep")
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
    command["expires"] = rfc3339.parse(command["expires"])
    return command


def check(gate, command, unix_ms) -> tuple:
    """(result, why) with result "" when it may run; otherwise the result to answer with."""
    if gate.repeated(command):
        return "repeated", "this command was answered before"
    if command["do"] not in KNOWN:
        return "unknown", "this firmware does not know it"
    if unix_ms is None:
        if command["do"] in WITHOUT_CLOCK:
            return "", ""
        return "unset_clock", "the station does not know the time yet"
    if unix_ms > command["expires"]:
        return "expired", "it came too late"
    return "", ""


def _run(station, now: int, command: dict) -> tuple:
    does = command["do"]
    refusal = ""
    if does in NEED_CALL:
        call = station.andon.find(command["call"])
        if call is None:
            return "mismatch", "that call is not open here"
        refusal = station.do(now, does, call, command["by"], "command", command["reason"])
    elif does == "restart":
        refusal = station.andon.restart(now, command["by"], "command")
    elif does == "mute":
        station.andon.mute(now)
    elif does in SERVICE:
        refusal = service.begin(station, now, does, command["by"], command["reason"])
    elif station.andon.calls:
        refusal = "a call is open, and the lamp shows it"
    elif does == "lamp_test":
        service.show(station, now, service.LAMPS_MS)
    else:
        station.mode, station.mode_until = "service", now + IDENTIFY_MS
    return ("refused", refusal) if refusal else ("done", "")
