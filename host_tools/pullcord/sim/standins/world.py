"""What stands around one virtual board: levels at its pins, cards at its readers, its network.

Runs on MicroPython and CPython. The stand-ins (`machine`, `network`, `neopixel`, `rfid_stand_in`) all talk to
the one World that was installed with `machine.world = World()`.
"""

import time


class BoardReset(SystemExit):
    """`machine.reset()` (kind "hard") or `machine.soft_reset()` (kind "soft") was called. Not an Exception:
    no supervisor may catch it, nothing on a board runs on after a reset."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class World:
    """One board's surroundings.

    `tell(message)` gets a dict for each change that the board makes; `apply(message)` takes one from outside.
    Both have the shapes of "The simulator's board" in the contracts: the same World serves a wire and a test.
    """

    def __init__(self, uid=b"virtual0", cause="power_on", tell=None, board="virtual board"):
        self.uid = uid
        self.board = board  # what it says of itself, as in a profile's `machine`
        self.cause = cause
        self.tell = tell or (lambda message: None)
        self.levels = {}  # pin -> level, whoever drives it
        self.outputs = {}  # pin -> level, only what the board drives
        self.handlers = {}  # pin -> (handler, trigger mask, Pin)
        self.before_edge = {}  # pin -> functions of what counts at it
        self.pio = []  # programs in the first block of PIO
        self.masked = None  # pin -> level of the interrupts that wait while they are masked
        self.mirrors = {}  # driven pin -> (input that follows it, at the same level?)
        self.pwms = {}  # pin -> (Hz, duty 0..65535)
        self.adc = {}  # pin -> 0..65535
        self.cards = {}  # reader -> uid in its field
        self.broken = set()  # readers that do not answer
        self.i2c = {}  # address -> device with write(bytes) and read(n)
        self.i2c_told = {}  # address -> levels that were told of an expander
        self.held = None  # what holds SDA low, so that nothing on the I2C bus answers
        self.spi = {}  # bus -> device with exchange(bytes) -> bytes
        self.uart = {}  # id -> device with write(bytes) and read() -> bytes
        self.wired = {}  # pin -> function(level) of a chip: nothing that is told
        self.chips = {}  # reader -> model of its chip
        self.network_up = True
        self.links_lost = 0
        self.watchdog_ms = 0  # 0: not started
        self.clock = None  # what the board set its RTC to, as machine.RTC takes it
        self.boot()

    def boot(self):
        """Start the uptime at 0."""
        self._ticks = time.ticks_ms()
        self._uptime = 0
        self.fed_ms = 0

    def uptime_ms(self):
        """Milliseconds since boot(), not wrapping. Needs one call in six days."""
        ticks = time.ticks_ms()
        self._uptime += time.ticks_diff(ticks, self._ticks)
        self._ticks = ticks
        return self._uptime

    # From outside

    def apply(self, message):
        """Take one message from outside; ValueError when it is none of the known ones."""
        if "pin" in message:
            self.set_pin(message["pin"], message["level"])
        elif "mirror" in message:
            self.mirror(message["mirror"], message["of"], message["same"])
        elif "card" in message:
            uids = (message["uid"] or "").split()
            self.card(message["card"], *[bytes.fromhex(uid) for uid in uids])
        elif "adc" in message:
            self.adc[message["adc"]] = message["u16"]
        elif "chip" in message:
            self.chip(message["chip"], message["kind"], message["bus"])
        elif "i2c" in message:
            self.expander(message["i2c"], message["kind"])
        elif "expander" in message:
            self.move_expander(message["expander"], message["level"])
        elif "network" in message:
            self.network(message["network"])
        elif "reader" in message:
            self.reader(message["reader"], message["answers"])
        else:
            raise ValueError("the board's world knows no such message: %s" % message)

    def set_pin(self, pin, level):
        """Drive an input. Its interrupt handler runs before this returns, once for each change of level."""
        if self.levels.get(pin) == level:
            return
        for look in self.before_edge.get(pin, ()):
            look()  # counters in the chip see every edge, whatever the processor does
        self.levels[pin] = level
        if self.masked is not None:
            self.masked[pin] = level
            return
        self._interrupt(pin, level)

    def mask(self, on):
        """Interrupts are off, as while the flash erases; one a pin waits until they are on again."""
        waiting, self.masked = self.masked, {} if on else None
        for pin, level in (waiting or {}).items():
            self._interrupt(pin, level)

    def _interrupt(self, pin, level):
        handler, trigger, its_pin = self.handlers.get(pin, (None, 0, None))
        if handler and trigger & (1 if level else 2):
            handler(its_pin)

    def mirror(self, pin, of, same):
        """An input follows what the board drives at another pin, as a relay's own contact does; `same`: its level."""
        self.mirrors[of] = (pin, same)
        self._follow(of, self.levels.get(of, 0))

    def expander(self, address, kind):
        """Put an expander to the I2C bus (see pullcord.sim.chips.expanders)."""
        from pullcord.sim.chips.expanders import attach

        attach(self, address, kind)
        self.i2c_told[address] = None

    def move_expander(self, name, level):
        """A contact at an expander's pin, such as "32.3"."""
        from pullcord.sim.chips.expanders import move

        address, pin = name.split(".")
        move(self, int(address), int(pin), level)

    def chip(self, reader, kind, bus):
        """Wire the model of a reader's chip to its pins (see pullcord.sim.chips); said again, it is still the same."""
        if reader in self.chips:
            return
        from pullcord.sim.chips.wiring import attach

        self.chips[reader] = attach(self, kind, bus)

    def card(self, reader, *uids):
        """Lay the card with these uid bytes on the reader, or several; None takes them away."""
        uids = [uid for uid in uids if uid]
        if reader in self.chips:
            self.chips[reader].field.lay(*uids)
        else:
            self.cards[reader] = uids[0] if uids else None

    def reader(self, name, answers):
        """A reader that does not answer: its cable is pulled."""
        if name in self.chips:
            self.chips[name].plugged = answers
        elif answers:
            self.broken.discard(name)
        else:
            self.broken.add(name)

    def network(self, up):
        if self.network_up and not up:
            self.links_lost += 1
        self.network_up = bool(up)

    # From the board

    def drive(self, pin, level):
        """The board drives a pin."""
        self.levels[pin] = level
        if pin in self.wired:
            self.wired[pin](level)
            return
        if self.outputs.get(pin) != level:
            self.outputs[pin] = level
            self._follow(pin, level)
            self.tell({"pin": pin, "level": level, "ms": self.uptime_ms()})

    def _follow(self, pin, level):
        if pin in self.mirrors:
            follower, same = self.mirrors[pin]
            self.set_pin(follower, level if same else 1 - level)

    def i2c_written(self, address):
        """The board wrote to a chip: tell what an expander of the config drives now, as pins such as "32.3"."""
        if address not in self.i2c_told:
            return
        from pullcord.sim.chips.expanders import outputs

        chip = self.i2c[address]
        for pin, level in outputs(address, chip, self.i2c_told[address]):
            self.drive(pin, level)
        self.i2c_told[address] = chip.levels()

    def pwm(self, pin, freq, duty):
        if self.pwms.get(pin) != (freq, duty):
            self.pwms[pin] = (freq, duty)
            self.tell({"pwm": pin, "freq": freq, "duty": duty, "ms": self.uptime_ms()})

    def pixels(self, pin, colours):
        self.tell({"pixels": colours, "pin": pin, "ms": self.uptime_ms()})

    def start_watchdog(self, timeout_ms):
        self.watchdog_ms = timeout_ms
        self.fed_ms = self.uptime_ms()
        self.tell({"wdt": timeout_ms})

    def feed(self):
        self.fed_ms = self.uptime_ms()
        self.tell({"feed": 1})

    def reset(self, kind):
        self.tell({"reset": kind})
        raise BoardReset(kind)
