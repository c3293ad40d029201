"""What is done beside production: the permit bypassed for maintenance, the check at the start of a shift.

Loaded when a command asks for it. Both end by themselves, and the station keeps one at a time in `station.service`.
"""

CHECK_MS = 300000
LAMPS_MS = 5000
SEEN_MS = 600


class Bypass:
    """The permit is on whatever the calls say, until `until`; the lamp says so all the time."""

    row = "bypassed"
    permit = True

    def __init__(self, station, now: int, by: str, reason: str):
        station.service = self
        self.by = by
        self.until = now + station.bypass_s * 1000
        data = {"on": True, "by": by, "reason": reason, "for_s": station.bypass_s, "why": ""}
        station.note(now, "station.bypassed", data)

    def pull(self, station, now: int, name: str) -> bool:
        return False

    def end(self, station, now: int, by: str, why: str) -> None:
        """`why`: expired, ended."""
        station.service = None
        ended(station, now, by, why)


class Check:
    """Somebody walks along lamps and cords. The first pull of each cord is the check, a second one is a call."""

    row = ""
    permit = False

    def __init__(self, station, now: int, by: str):
        station.service = self
        self.by = by
        self.until = now + CHECK_MS
        self.left = sorted([name for name in station.inputs if station.inputs[name][0] == "call"])
        show(station, now, LAMPS_MS)
        self._tell(station, now, "started", "")
        if not self.left:
            self.end(station, now, by, "passed")

    def pull(self, station, now: int, name: str) -> bool:
        """True when that pull was the check of its cord."""
        if name not in self.left:
            return False
        self.left.remove(name)
        show(station, now, SEEN_MS)
        self._tell(station, now, "seen", name)
        if not self.left:
            self.end(station, now, self.by, "passed")
        return True

    def end(self, station, now: int, by: str, why: str) -> None:
        """`why`: passed, expired, ended."""
        station.service = None
        station.voice.play("restart" if why == "passed" else "fault")
        self._tell(station, now, why, "")

    def _tell(self, station, now: int, what: str, name: str) -> None:
        data = {"what": what, "input": name, "left": list(self.left), "by": self.by}
        station.note(now, "station.checked", data, True)


def begin(station, now: int, does: str, by: str, reason: str) -> str:
    """Begin or end one of them; "" or why it is refused."""
    running = station.service
    if does == "end_service":
        if running is None:
            return "nothing to end"
        running.end(station, now, by, "ended")
        return ""
    if running is not None:
        return "a bypass or a check is on: end it first"
    if does == "check":
        if station.andon.calls:
            return "a call is open, and the lamp shows it"
        Check(station, now, by)
    elif not station.bypass_s:
        return "the config allows no bypass"
    elif not by or not reason:
        return "a bypass needs a name and a reason"
    else:
        Bypass(station, now, by, reason)
    return ""


def ended(station, now: int, by: str, why: str) -> None:
    station.note(now, "station.bypassed", {"on": False, "by": by, "reason": "", "for_s": 0, "why": why})


def show(station, now: int, ms: int) -> None:
    """Every light and the test tone, for so long or until somebody calls."""
    station.mode, station.mode_until = "test", now + ms
    station.voice.play("test" if ms == LAMPS_MS else "accepted")
