"""What the station knows about the time of day."""

HOLDOVER_AFTER_MS = 60000
DRIFT_PPM = 50  # crystals of the boards' data sheets: 20 to 30 ppm, and the temperature of a hall on top


class Clock:
    """Offset between uptime and UTC, with an honest error bound."""

    def __init__(self):
        self._offset = None
        self._error_ms = 0
        self._synced_at = 0

    def sync(self, now: int, unix_ms: int, error_ms: int):
        """Take a time. Returns how far the clock stepped in ms, None at the first."""
        step = None if self._offset is None else unix_ms - now - self._offset
        self._offset = unix_ms - now
        self._error_ms = error_ms
        self._synced_at = now
        return step

    def unix_ms(self, uptime: int):
        """UTC ms at that uptime, or None while the clock is unset."""
        return None if self._offset is None else uptime + self._offset

    def state(self, now: int) -> str:
        if self._offset is None:
            return "unset"
        return "synced" if now - self._synced_at < HOLDOVER_AFTER_MS else "holdover"

    def error_ms(self, now: int):
        if self._offset is None:
            return None
        return self._error_ms + (now - self._synced_at) * DRIFT_PPM // 1000000
