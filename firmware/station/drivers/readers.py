"""What a card reader sees, made steady.

A driver (`opening` finds it) has `async scan()`, which ends within 300 ms: a uid, None (nothing answered), SEVERAL or
UNCLEAR.
It raises OSError when the reader is gone.
"""

from ..core.kanban import SEVERAL

UNCLEAR = b"?"  # something answered and could not be made out: neither a card nor a clean miss
MISSES = 3  # so many clean misses in a row mean that the card is gone


class Presence:
    """A card that is missed once is still there; only several clean misses in a row mean removed.

    Several cards count when two looks in a row say so: one may be noise.
    """

    def __init__(self):
        self.uid = None
        self._missed = 0
        self._several = False

    def look(self, uid):
        """Take one look, return what counts: the uid, None or SEVERAL."""
        several, self._several = self._several, uid == SEVERAL
        if several and self._several:
            self._missed = 0
            return SEVERAL
        if self._several or uid == UNCLEAR:
            self._missed = 0
        elif uid is not None:
            self.uid = uid
            self._missed = 0
        elif self.uid is not None:
            self._missed += 1
            if self._missed >= MISSES:
                self.uid = None
        return self.uid
