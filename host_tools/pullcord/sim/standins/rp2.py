"""Stand-in for MicroPython's `rp2`: the assembler of PIO programs and a state machine that runs them, cycle by cycle.

What the programs of the firmware use of the PIO, as in the RP2040 datasheet, 3.4. A machine runs on while interrupts
are masked: it sees the pins themselves.
"""

import time

import machine

_WORDS = {}


_SLOWEST = 200000000 // 65536 + 1  # RP2040 datasheet, 3.5.5: the divider goes to 65536; 200 MHz is the fastest clock


class Assembler:
    """Collects what a program calls; each instruction is a tuple, and has its delay in `delays`."""

    def __init__(self):
        self.code, self.delays, self.labels = [], [], {}

    def __getitem__(self, delay):
        """`jmp("a")[2]`: two cycles more."""
        self.delays[-1] = delay
        return self

    def _add(self, word):
        self.code.append(word)
        self.delays.append(0)
        return self

    def names(self):
        given = {"pin": "pin", "y_dec": "y_dec", "x_dec": "x_dec", "x": "x", "y": "y", }
        for name in ("wait", "set", "in_"):
            given[name] = self._word(name)
        given["label"] = self._label
        given["jmp"] = self._jmp
        return given

    def _word(self, name):
        def take(*operands):
            return self._add((name,) + operands)

        return take

    def _label(self, name):
        self.labels[name] = len(self.code)

    def _jmp(self, *operands):
        condition, target = operands if len(operands) == 2 else ("", operands[0])
        return self._add(("jmp", condition, target))


def asm_pio(autopush=False, push_thresh=32):
    if not (autopush and push_thresh == 32):
        raise ValueError("the stand-in pushes each 32 bits that come in")

    assembler = Assembler()

    def assemble(program):
        if assembler.code:
            raise ValueError("duplicate label")  # an assembler is for one program
        names = program.__globals__
        before = dict(names)
        names.update(assembler.names())
        try:
            program()
        finally:
            names.clear()
            names.update(before)
        return assembler

    return assemble


def asm_pio_encode(text, sideset_count, sideset_opt=False):
    """A number for one instruction, as for `exec`."""
    assembler = Assembler()
    eval(text, assembler.names())
    _WORDS[len(_WORDS)] = assembler.code[0]
    return len(_WORDS) - 1


def _load(program):
    """Into the first block of PIO, once: it holds 32 instructions."""
    loaded = machine.world.pio
    if program in loaded:
        return
    if sum(len(other.code) for other in loaded) + len(program.code) > 32:
        raise OSError(12)
    loaded.append(program)


class StateMachine:
    def __init__(self, id, program, freq, in_base=None, jmp_pin=None):
        if not _SLOWEST <= freq <= 125000000:
            raise ValueError("freq out of range: %d Hz" % freq)
        if id > 3:
            raise ValueError("StateMachine claimed by external resource")  # by the radio of a Pico W
        _load(program)
        self._code, self._delays, self._labels = program.code, program.delays, program.labels
        self._freq, self._pin = freq, in_base.id
        self._at = self._x = self._y = 0
        self._fifo = []
        self._now = time.ticks_us()
        self._rest = 0  # parts of a cycle, in us * Hz
        self._runs = False
        machine.world.before_edge.setdefault(self._pin, []).append(self._run)

    def active(self, on=None):
        if on is not None:
            self._run()
            self._runs = bool(on)
        return self._runs

    def exec(self, word):
        self._run()
        self._do(_WORDS[word])

    def rx_fifo(self):
        return len(self._fifo)

    def get(self, buffer=None, shift=0):
        if not self.rx_fifo():
            raise RuntimeError("get() of an empty FIFO waits for ever")
        value = self._fifo.pop(0) >> shift
        if buffer is None:
            return value
        buffer[0] = value & 0xFFFF
        return buffer

    def _run(self):
        """Up to now, with the pin as it has been since the last edge."""
        now = time.ticks_us()
        self._rest += time.ticks_diff(now, self._now) * self._freq
        self._now = now
        cycles, self._rest = self._rest // 1000000, self._rest % 1000000
        level = machine.world.levels.get(self._pin, 0)
        while self._runs and cycles > 0:
            word = self._code[self._at]
            if word[0] == "wait" and word[1] != level:
                return  # stalled until the next edge
            cycles -= 1 + self._delays[self._at]
            self._at = (self._at + 1) % len(self._code)
            self._do(word, level)
        if cycles < 0:
            self._rest += cycles * 1000000  # a delay that has just begun

    def _do(self, word, level=0):
        name = word[0]
        if name == "jmp" and self._jumps(word[1], level):
            self._at = self._labels[word[2]]
        elif name == "set" and word[1] == "y":
            self._y = word[2]
        elif name == "set":
            self._x = word[2]
        elif name == "in_":
            if len(self._fifo) == 4:
                raise RuntimeError("an IN with autopush stalls when the FIFO is full")
            self._fifo.append(self._x)

    def _jumps(self, condition, level):
        if condition == "pin":
            return level == 1
        if condition == "x_dec":
            before, self._x = self._x, (self._x - 1) & 0xFFFFFFFF
            return before != 0
        if condition == "y_dec":
            before, self._y = self._y, (self._y - 1) & 0xFFFFFFFF
            return before != 0
        return True
