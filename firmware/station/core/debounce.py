"""A contact counts when its predicate has been stable for N ms."""


class Debounce:
    """Feed it raw samples (truths, or states of any kind); it says when the settled level changed.

    A change restarts the wait, so a chattering contact settles only once it is quiet. `rejected` counts the
    excursions that came back before they were stable. When nobody could look for that long, because the flash was
    erased, an excursion that was seen once counts: rather a pull too many than one that is lost. How it goes on is the
    same pull, until it has settled.
    """

    def __init__(self, stable_ms: int, level=False):
        self.stable_ms = stable_ms
        self.level = level
        self.rejected = 0
        self._raw = level
        self._since = 0
        self._looked = 0
        self._guessed = False

    def sample(self, now: int, raw) -> bool:
        """Take one sample; True when `level` has just changed."""
        blind_ms, self._looked = now - self._looked, now
        if raw != self._raw:
            before, self._raw, self._since = self._raw, raw, now
            if raw == self.level:
                if blind_ms >= self.stable_ms and not self._guessed:
                    self.level, self._guessed = before, True
                    return True
                self.rejected += 1
        if raw == self.level or now - self._since < self.stable_ms:
            return False
        self.level, self._guessed = raw, False
        return True

    def wait_ms(self, now: int):
        """Milliseconds until a sample can settle it, or None while nothing is pending."""
        if self._raw == self.level:
            return None
        return max(0, self.stable_ms - (now - self._since))
