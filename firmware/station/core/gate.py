"""How many commands may come, and which have come already."""

EVERY_MS = 1000
BURST_MS = 30000
REMEMBERED = 32
KEPT = 4


class Gate:
    """Remembers the last commands in `seen`, as [id, expires]: a second delivery is answered and not run."""

    def __init__(self):
        self.seen = []
        self._busy_until = 0
        self.ignored = 0

    def room(self, now: int) -> bool:
        """One command a second, thirty at once: each is answered by an event, and a flood would wear out the flash."""
        busy_until = max(self._busy_until, now) + EVERY_MS
        if busy_until - now > BURST_MS:
            self.ignored += 1
            return False
        self._busy_until = busy_until
        return True

    def repeated(self, command: dict) -> bool:
        """True when its id came before."""
        for seen in self.seen:
            if seen[0] == command["id"]:
                return True
        self.seen.append([command["id"], command["expires"]])
        if len(self.seen) > REMEMBERED:
            self.seen.pop(0)
        return False

    def unexpired(self, unix_ms) -> list:
        """Of the commands seen: the last few that would run if they came again after a reset."""
        return [seen for seen in self.seen if unix_ms and seen[1] >= unix_ms][-KEPT:]
