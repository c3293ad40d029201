"""Tones as data. A tone is hertz and milliseconds in turns; 0 Hz is a rest."""

TONES = {
    "fault": (440, 120, 0, 60, 440, 120, 0, 60, 330, 300),
    "stop": (1000, 250, 700, 250, 1000, 250, 700, 250),
    "call": (880, 150, 0, 80, 880, 150),
    "rising": (600, 160, 800, 160, 1050, 160, 1400, 220),
    "soft": (523, 220),
    "known": (880, 60),
    "cancel": (880, 120, 660, 120, 440, 180),
    "restart": (523, 120, 659, 120, 784, 240),
    "accepted": (1200, 90),
    "already": (1200, 60, 0, 60, 1200, 60),
    "refused": (300, 350),
    "test": (440, 200, 880, 200, 1320, 200),
}
EVERY_MS = {"fault": 10000, "stop": 3000, "call": 5000, "rising": 4000, "soft": 10000}


def length_ms(name: str) -> int:
    steps = TONES[name]
    return sum(steps[i] for i in range(1, len(steps), 2))


def frequency(name: str, elapsed: int) -> int:
    """Hertz at that moment of the tone, 0 for silence before, between and after."""
    if elapsed < 0:
        return 0
    steps = TONES[name]
    for i in range(0, len(steps), 2):
        if elapsed < steps[i + 1]:
            return steps[i]
        elapsed -= steps[i + 1]
    return 0


class Voice:
    """What the buzzer plays: one tone that was asked for, else the one that the state repeats."""

    def __init__(self):
        self._queue = []
        self._began = None
        self._repeating = ""
        self._repeats_from = 0

    def play(self, name: str) -> None:
        """Once, after what is playing. More than three waiting would only be noise."""
        if len(self._queue) < 3:
            self._queue.append(name)

    def repeat(self, now: int, name: str, skip_first: bool = False) -> None:
        """Repeat a tone while the state asks for it; "" ends it."""
        if name != self._repeating:
            self._repeating = name
            self._repeats_from = now + (EVERY_MS[name] if skip_first and name else 0)

    @property
    def repeating(self) -> str:
        return self._repeating

    def hertz(self, now: int) -> int:
        while self._queue:
            if self._began is None:
                self._began = now
            if now - self._began < length_ms(self._queue[0]):
                return frequency(self._queue[0], now - self._began)
            self._queue.pop(0)
            self._began = None
        if not self._repeating or now < self._repeats_from:
            return 0
        return frequency(self._repeating, (now - self._repeats_from) % EVERY_MS[self._repeating])

    def sounding(self) -> bool:
        """True while the buzzer has to be looked at often."""
        return bool(self._queue or self._repeating)
