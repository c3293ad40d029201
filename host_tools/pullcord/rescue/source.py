"""Which station an event is of, as far as its bytes tell: a board that is damaged may hold anything."""

import json
import re

PATH = re.compile(r"/?([^/+#\0]+(?:/[^/+#\0]+){3})")


def path(event: bytes) -> str:
    """site/area/line/station; empty when it names none, or none that could stand in a topic."""
    try:
        read = json.loads(event)
        found = PATH.fullmatch(read["source"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return found[1] if found else ""
