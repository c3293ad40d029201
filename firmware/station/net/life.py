"""What every session has: it lives until something is wrong, and ends by the exception that says what."""

import asyncio

TICK_MS = 1000


class Life:
    """`answered`: somebody waits for the other end's answer; set at the end, too. `error`: why it is over.

    One task at a time writes: from its `turn()` until it sets `free`.
    """

    def __init__(self):
        self.free = asyncio.Event()  # asyncio's Lock would take half a kilobyte more
        self.free.set()
        self._waiting = 0
        self.answered = asyncio.Event()
        self.error = None
        self._asleep = None  # who waits in `run`: a wait with a deadline would cost a board one more task

    async def run(self, tick=None):
        """Watch over the session until it dies, then raise why. `tick()` is called every second till then."""
        while not self.error:
            self._asleep = asyncio.current_task()
            try:
                await asyncio.sleep_ms(TICK_MS)
            except asyncio.CancelledError:
                if not self.error:
                    raise
                break  # `fail` woke it
            finally:
                self._asleep = None
            await self._watch()
            if tick:
                tick()
        raise self.error

    def fail(self, error):
        """End the session for this reason, unless it has ended already. Returns the error that counts."""
        if not self.error:
            self.error = error
            self.answered.set()
            if self._asleep:
                self._asleep.cancel()
        return self.error

    async def turn(self):
        """Return when nobody else writes. Raises why the session is over, if it is.

        Who has just written lets those go first who have waited: a ping behind a whole window would be late.
        """
        self._waiting += 1
        try:
            if self._waiting > 1:
                await asyncio.sleep_ms(0)
            while not self.free.is_set():
                await self.free.wait()
        finally:
            self._waiting -= 1
        if self.error:
            raise self.error
        self.free.clear()

    async def _watch(self):
        """What is to be done once a second. It may not wait for the other end."""
        raise NotImplementedError
