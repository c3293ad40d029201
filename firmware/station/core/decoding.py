"""A command of the plant as it is read. Loaded when one comes, and forgotten again."""

import json

from . import rfc3339


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
