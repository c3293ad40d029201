"""An analog input of the stand-in `machine`, which loads it on demand."""

import machine


class ADC:
    """As on the RP2: it measures against the supply."""

    def __init__(self, pin):
        self._pin = pin.id if isinstance(pin, machine.Pin) else pin

    def read_u16(self):
        return machine.world.adc.get(self._pin, 0)
