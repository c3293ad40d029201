"""Stand-in for MicroPython's `machine`. Set `machine.world = World()` before anything touches hardware:
every class here reads and drives that one World (see world.py) and keeps nothing itself."""

world = None

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
_CAUSES = {"power_on": PWRON_RESET, "hard": HARD_RESET, "watchdog": WDT_RESET, "soft": SOFT_RESET}
_WDT_MAX_MS = 8388  # RP2040: 2**23 us

_APART = {
    "ADC": "machine_adc", "I2C": "machine_i2c", "RTC": "machine_rtc", "SPI": "machine_spi", "UART": "machine_uart",
}  # fmt: skip


def __getattr__(name):
    """What only some stations have is loaded for those: a heap is small, and on a board all this is in its image."""
    if name not in _APART:
        raise AttributeError(name)
    return getattr(__import__(_APART[name]), name)


def _world():
    if world is None:
        raise RuntimeError("the stand-in machine has no world: set machine.world = World() at boot")
    return world


class Pin:
    IN, OUT, OPEN_DRAIN = 0, 1, 2
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __init__(self, id, mode=-1, pull=None, value=None):
        self.id = id
        self.init(mode, pull, value)

    def init(self, mode=-1, pull=None, value=None):
        if mode in (Pin.OUT, Pin.OPEN_DRAIN):
            self.value(_world().levels.get(self.id, 0) if value is None else value)
        elif mode == Pin.IN:
            _world().outputs.pop(self.id, None)
            _world().levels.setdefault(self.id, 1 if pull == Pin.PULL_UP else 0)

    def value(self, level=None):
        if level is None:
            return _world().levels.get(self.id, 0)
        _world().drive(self.id, 1 if level else 0)

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def toggle(self):
        self.value(1 - self.value())

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING, hard=False):
        """The handler runs as soon as a change of level arrives from outside, with this Pin."""
        _world().handlers[self.id] = (handler, trigger, self)


class PWM:
    def __init__(self, pin, freq=0, duty_u16=0):
        self._pin = pin.id if isinstance(pin, Pin) else pin
        self._freq, self._duty = freq, duty_u16
        self._show()

    def _show(self):
        _world().pwm(self._pin, self._freq, self._duty)

    def init(self, freq=None, duty_u16=None):
        self._freq = self._freq if freq is None else freq
        self._duty = self._duty if duty_u16 is None else duty_u16
        self._show()

    def freq(self, hertz=None):
        if hertz is None:
            return self._freq
        self.init(freq=hertz)

    def duty_u16(self, duty=None):
        if duty is None:
            return self._duty
        self.init(duty_u16=duty)

    def deinit(self):
        self.init(duty_u16=0)


class WDT:
    """Cannot be stopped once started, as on the RP2040. Who runs the World lets it bite."""

    def __init__(self, id=0, timeout=5000):
        if not 1 <= timeout <= _WDT_MAX_MS:
            raise ValueError("timeout %d ms: the RP2040's watchdog takes 1 to %d" % (timeout, _WDT_MAX_MS))
        _world().start_watchdog(timeout)

    def feed(self):
        _world().feed()


def unique_id():
    return _world().uid


def reset_cause():
    return _CAUSES.get(_world().cause, 0)


def reset():
    _world().reset("hard")


def soft_reset():
    _world().reset("soft")


def bootloader(timeout=0):
    _world().reset("bootloader")


def freq(hertz=None):
    return 125000000
