"""The clock of virtual time. Runs on MicroPython and CPython."""

TICKS_PERIOD = 2**30
CLEAN_UP_US = 60000000


class TimeIsUp(BaseException):
    """The run reached its end time."""


class WatchdogBite(BaseException):
    """The app did not feed the watchdog in time. Not an Exception: nothing on a board survives the bite."""


class Stuck(RuntimeError):
    """Every task waits for something that nobody can bring about."""


class VirtualClock:
    """Microseconds that go on only when somebody sleeps. Ticks start at `start_ticks` and wrap."""

    def __init__(self, until_ms, start_ticks=0, world=None):
        self.now_us = 0
        self._until_us = until_ms * 1000
        self._start_us = start_ticks * 1000
        self._world = world

    def ticks_us(self):
        return (self._start_us + self.now_us) % TICKS_PERIOD

    def ticks_ms(self):
        return (self._start_us + self.now_us) // 1000 % TICKS_PERIOD

    def sleep_us(self, us):
        """Go on by so much; raises TimeIsUp or WatchdogBite at their exact time when one lies before."""
        target = self.now_us + us
        bite = self._bite_us()
        if bite is not None and bite <= min(target, self._until_us):
            self.now_us = max(self.now_us, bite)
            raise WatchdogBite(
                "the watchdog bit at %d ms: it was not fed for %d ms"
                % (self.now_us // 1000, self._world.watchdog_ms)
            )
        if target > self._until_us:
            self.now_us = self._until_us
            raise TimeIsUp("virtual time ended at %d ms" % (self._until_us // 1000))
        self.now_us = target

    def _bite_us(self):
        if not self._world or not self._world.watchdog_ms:
            return None
        return self.now_us + (self._world.watchdog_ms + self._world.fed_ms - self._world.uptime_ms()) * 1000

    def clean_up(self):
        """The run is over: cancelled tasks get a virtual minute, without the watchdog, to end."""
        self._world = None
        self._until_us = self.now_us + CLEAN_UP_US
