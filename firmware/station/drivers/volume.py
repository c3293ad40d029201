"""A buzzer that is quieter at night. Only for a station whose config says so."""

from ..core.loudness import percent
from .buzzer import HALF, Buzzer


class QuietBuzzer(Buzzer):
    """`unix_ms()`: the time, None while it is not known."""

    def __init__(self, item: dict, machine, unix_ms):
        super().__init__(item, machine)
        self._volume = item["volume"]
        self._zone = item["zone"]
        self._unix_ms = unix_ms

    def play(self, hertz: int) -> None:
        """A piezo is about half as loud at a quarter of the duty. One that knows only on and off is silent at 0."""
        if hertz:
            loud = percent(self._volume, self._zone, self._unix_ms())
            self.duty = HALF * loud * loud // 10000
            hertz = hertz if loud else 0
        super().play(hertz)
