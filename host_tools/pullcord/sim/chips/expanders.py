"""Models of I2C expanders, and of a bus that hangs. Registers as in the datasheets; runs on MicroPython and CPython.

`write(bytes)` and `read(count)` are one transfer each, as the stand-in `machine.I2C` makes them.
"""


class Pcf8574:
    """TI SCPS068J: a latch of eight bits; a pin reads low when the latch or the world pulls it low."""

    pins = 8

    def __init__(self):
        self.outside = 0xFF  # what the contacts leave: a bit is 0 where one closes to ground
        self.plugged = True
        self.brown_out()

    def brown_out(self):
        """Power-on reset: all pins high (8.4.1)."""
        self.latch = 0xFF

    def write(self, data):
        for byte in data:
            self.latch = byte  # each byte is output at once, the last one stays

    def read(self, count):
        return bytes([self.latch & self.outside] * count)

    def levels(self):
        return self.latch & self.outside


class Mcp23017:
    """Microchip DS20001952C, IOCON.BANK = 0, SEQOP = 0: the register address goes on by itself (3.2.1)."""

    pins = 16
    IODIR, IPOL, GPPU, GPIO, OLAT, LAST = 0x00, 0x02, 0x0C, 0x12, 0x14, 0x15

    def __init__(self):
        self.outside = 0xFFFF
        self.plugged = True
        self.brown_out()

    def brown_out(self):
        """Power-on reset: IODIR all ones, the rest zero (table 1-3)."""
        self.registers = bytearray([0xFF, 0xFF] + [0] * 20)
        self._at = 0

    def write(self, data):
        self._at = data[0]
        for byte in data[1:]:
            # writing to GPIO modifies the output latch (3.5.10)
            place = self._at + 2 if self._at in (self.GPIO, self.GPIO + 1) else self._at
            self.registers[place] = byte
            self._next()

    def read(self, count):
        found = bytearray()
        for _ in range(count):
            port = self._at - self.GPIO
            found.append(self.levels() >> 8 * port & 0xFF if port in (0, 1) else self.registers[self._at])
            self._next()
        return bytes(found)

    def levels(self):
        """Of all pins; an input without pull-up floats, and is shown low where no contact drives it high."""
        inputs, latch = self._pair(self.IODIR), self._pair(self.OLAT)
        return (latch & ~inputs) | (self.outside & inputs & self._pair(self.GPPU))

    def _pair(self, register):
        return self.registers[register] | self.registers[register + 1] << 8

    def _next(self):
        self._at = 0 if self._at == self.LAST else self._at + 1


class HeldBus:
    """A chip was cut off in the middle of a byte: it holds SDA low until SCL has given it `clocks` more."""

    def __init__(self, world, scl, sda, clocks):
        self._world, self._scl, self._sda = world, scl, sda
        self.clocks = clocks
        self._level = 1
        world.held = self
        world.wired[scl] = self._clock
        world.wired[sda] = self._data
        world.levels[sda] = 0

    def _clock(self, level):
        if level and not self._level and self.clocks:
            self.clocks -= 1
            if not self.clocks:
                self.let_go()
        self._level = level

    def _data(self, level):
        """Open drain: nobody can pull it up against the chip."""
        self._world.levels[self._sda] = 0

    def let_go(self):
        self._world.held = None
        del self._world.wired[self._scl], self._world.wired[self._sda]
        self._world.levels[self._sda] = 1


def attach(world, address, kind):
    """Put a chip of that kind to the bus."""
    world.i2c[address] = Pcf8574() if kind == "pcf8574" else Mcp23017()
    return world.i2c[address]


def move(world, address, pin, level):
    """A contact drives a pin of the expander."""
    chip = world.i2c[address]
    chip.outside = chip.outside | 1 << pin if level else chip.outside & ~(1 << pin)


def outputs(address, chip, told):
    """[(pin as `address.bit`, level)] of what the chip drives and `told` (levels before, or None) did not say."""
    levels = chip.levels()
    changed = [bit for bit in range(chip.pins) if told is None or (levels ^ told) >> bit & 1]
    return [("%d.%d" % (address, bit), levels >> bit & 1) for bit in changed]
