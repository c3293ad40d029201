"""Which commands may run: in time, once, and for the call that they name."""

WITHOUT_CLOCK = ("lamp_test", "identify")
NEED_CALL = ("acknowledge", "arrive", "resolve", "cancel")
KNOWN = NEED_CALL + ("restart", "mute", "lamp_test", "identify")
REMEMBERED = 32
EVERY_MS = 1000
BURST_MS = 30000


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
