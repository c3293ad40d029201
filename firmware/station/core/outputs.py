"""Lamp output = f(state, now): what each light of one station shows at this moment."""

from . import lamps


class Light:
    """Works the patterns out again only when the state asks for others."""

    def __init__(self, kind: str, fitted):
        self.kind = kind
        self.fitted = fitted
        self.patterns = {}
        self._shown: "tuple | None" = None

    def update(self, station, now: int) -> None:
        key = (station.mode, station.rows(now), station.cut_off(now))
        if key != self._shown:
            self._shown = key
            self.patterns = self._patterns(*key)

    def _patterns(self, mode: str, rows: set, cut_off: bool) -> dict:
        if mode == "test":
            return dict.fromkeys(self.fitted, lamps.RHYTHMS["steady"])
        if mode:
            # each of the two is needed by few stations or seldom: loaded when it is, a board has little memory
            from .walking import patterns

            return patterns(mode, self.fitted)
        if self.kind == "rgb":
            from .rgb import rgb

            return rgb(rows, cut_off)
        return lamps.tower(rows, self.fitted, cut_off)

    def lit(self, slot: int) -> dict:
        return {light: pattern[slot] == 35 for light, pattern in self.patterns.items()}

    def masks(self) -> dict:
        return {light: lamps.mask(pattern) for light, pattern in self.patterns.items()}


def phase_ms(station, now: int) -> int:
    """Where the pattern stands: lights of synced stations flash together."""
    unix_ms = station.clock.unix_ms(now)
    return now if unix_ms is None else unix_ms


def answer_lights(station, now: int, reader: str) -> tuple:
    """(ok, bad) of a reader's two lights. "already" blinks ok; a refusal lights bad."""
    kind, until, since = station.answers.get(reader, ("", 0, 0))
    if now < since:
        return False, False
    if kind == "already":
        return (until - now) // lamps.SLOT_MS % 2 == 0, False
    return kind == "accepted", kind == "refused"
