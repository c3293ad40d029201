"""A buzzer that takes a frequency by PWM, or one that only knows on and off."""

from .outputs import Output

HALF = 32768


class Buzzer:
    def __init__(self, item, machine):
        self._hertz = 0
        self.duty = HALF
        self._pwm = self._output = None
        if not item:
            return
        if item["kind"] == "pwm":
            self._pwm = machine.PWM(machine.Pin(item["pin"]), freq=1000, duty_u16=0)
        else:
            self._output = Output(item["pin"], "high", machine)

    def play(self, hertz: int) -> None:
        """0 is silence."""
        if hertz == self._hertz:
            return
        self._hertz = hertz
        if self._pwm is not None:
            if hertz:
                self._pwm.freq(hertz)
            self._pwm.duty_u16(self.duty if hertz else 0)
        elif self._output is not None:
            self._output.set(hertz > 0)
