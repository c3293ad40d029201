"""Stand-in for MicroPython's `machine`. Set `machine.world = World()` before anything touches hardware:
every class here reads and drives that one World (see world.py) and keeps nothing itself."""

world = None

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
_CAUSES = {"power_on": PWRON_RESET, "hard": HARD_RESET, "watchdog": WDT_RESET, "soft": SOFT_RESET}
_ENODEV, _ETIMEDOUT = 19, 110
_WDT_MAX_MS = 8388  # RP2040: 2**23 us
_UART_FIFO = 128  # ESP-IDF, uart_driver_install: the ring buffer is to be larger than the hardware's FIFO
_UART_MOST = 32766  # ports/rp2/machine_uart.c


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


class ADC:
    """As on the RP2: it measures against the supply."""

    def __init__(self, pin):
        self._pin = pin.id if isinstance(pin, Pin) else pin

    def read_u16(self):
        return _world().adc.get(self._pin, 0)


class I2C:
    """Finds what `world.i2c[address]` holds; ENODEV when nothing is attached there."""

    def __init__(self, id=0, scl=None, sda=None, freq=400000, timeout=50000):
        pass

    def _device(self, address):
        if _world().held:
            raise OSError(_ETIMEDOUT, "the bus is held")
        device = _world().i2c.get(address)
        if device is None or not getattr(device, "plugged", True):
            raise OSError(_ENODEV, "nothing is attached")
        return device

    def _write(self, address, data):
        self._device(address).write(data)
        _world().i2c_written(address)

    def scan(self):
        return sorted(_world().i2c)

    def writeto(self, address, data, stop=True):
        self._write(address, bytes(data))
        return len(data)

    def readfrom(self, address, count, stop=True):
        return self._device(address).read(count)

    def readfrom_into(self, address, buffer, stop=True):
        buffer[:] = self._device(address).read(len(buffer))

    def writeto_mem(self, address, register, data, addrsize=8):
        self._write(address, bytes([register]) + bytes(data))

    def readfrom_mem(self, address, register, count, addrsize=8):
        self._device(address).write(bytes([register]))
        return self._device(address).read(count)


SoftI2C = I2C


class SPI:
    """Talks to what `world.spi[bus]` holds; ENODEV when nothing is attached there."""

    MSB, LSB = 0, 1

    def __init__(
        self, id=0, baudrate=1000000, polarity=0, phase=0, bits=8, firstbit=0, sck=None, mosi=None, miso=None
    ):
        self._bus = id

    def _exchange(self, data):
        if self._bus not in _world().spi:
            raise OSError(_ENODEV, "nothing is attached")
        return _world().spi[self._bus].exchange(bytes(data))

    def init(self, **settings):
        pass

    def deinit(self):
        pass

    def write(self, data):
        self._exchange(data)

    def read(self, count, write=0):
        return self._exchange(bytes([write] * count))

    def readinto(self, buffer, write=0):
        buffer[:] = self.read(len(buffer), write)

    def write_readinto(self, data, buffer):
        buffer[:] = self._exchange(data)


SoftSPI = SPI


class RTC:
    """Begins where the boards' begins without a battery, and stands still."""

    def datetime(self, moment=None):
        if moment is None:
            return _world().clock or (2021, 1, 1, 4, 0, 0, 0, 0)
        _world().clock = tuple(moment)


class UART:
    """Talks to what `world.uart[id]` holds; what is written to nothing is gone, and nothing comes."""

    def __init__(self, id, baudrate=9600, tx=None, rx=None, timeout=0, rxbuf=256):
        if not _UART_FIFO < rxbuf <= _UART_MOST:
            raise OSError("rxbuf %d: an ESP32 takes more than %d, an RP2 up to %d" % (rxbuf, _UART_FIFO, _UART_MOST))
        self._id = id

    def _device(self):
        return _world().uart.get(self._id)

    def write(self, data):
        if self._device():
            self._device().write(bytes(data))
        return len(data)

    def read(self, count=-1):
        """What has come, or None."""
        return (self._device().read() or None) if self._device() else None

    def deinit(self):
        pass


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
