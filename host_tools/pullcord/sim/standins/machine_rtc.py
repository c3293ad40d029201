"""The board's clock of the stand-in `machine`, which loads it on demand."""

import machine


class RTC:
    """Begins where the boards' begins without a battery, and stands still."""

    def datetime(self, moment=None):
        if moment is None:
            return machine.world.clock or (2021, 1, 1, 4, 0, 0, 0, 0)
        machine.world.clock = tuple(moment)
