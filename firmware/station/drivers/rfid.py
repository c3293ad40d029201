"""What the drivers of all card reader chips have in common."""

from .readers import UNCLEAR

_FRESH = 1024  # looks; chips go deaf after hours or weeks and do not always say so


class Reader:
    """One reader. What a chip's driver adds raises OSError when the chip does not answer."""

    def __init__(self):
        self._looks = 0

    async def scan(self):
        """One look: the uid, None (a clean miss), SEVERAL or UNCLEAR.

        It takes 300 ms at most, beside those in which the board stands still to erase flash.
        OSError: the chip does not answer, not even after a fresh start. The next call tries again.
        """
        fresh = not self._looks
        try:
            if fresh:
                await self._start()
            found = await self._look()
        except OSError:
            self._looks = 0
            if fresh:
                raise
            return UNCLEAR
        self._looks = (self._looks + 1) % _FRESH
        return found

    async def _start(self):
        """Reset the chip and set it up; at most 130 ms."""
        raise NotImplementedError

    async def _look(self):
        """One look as in `scan`; at most 170 ms."""
        raise NotImplementedError
