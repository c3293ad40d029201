"""How many commands may come, and which have come already."""

EVERY_MS = 1000
BURST_MS = 30000
REMEMBERED = 32


class Gate:
    """Remembers the ids of the last commands: a second delivery is answered and not run."""

    def __init__(self):
        self._seen = []
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

    def repeated(self, id: str) -> bool:
        """True when this id came before."""
        if id in self._seen:
            return True
        self._seen.append(id)
        if len(self._seen) > REMEMBERED:
            self._seen.pop(0)
        return False
