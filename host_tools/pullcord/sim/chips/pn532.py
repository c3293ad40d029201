"""PN532 at its host interface. Sections are those of NXP's PN532 User Manual, UM0701-02."""

import time

from pullcord.sim.chips.cards import CASCADE_TAG, REQA, SELECT, crc_a

_ACK = b"\x00\x00\xff\x00\xff\x00"  # 6.2.1.3
_PARSE_US = 1000
_SEARCH_US, _CARD_US = 6000, 5000
_FOR_EVER = 0xFF


class Pn532:
    """What both interfaces have in common."""

    def __init__(self, field):
        self.field = field
        self.plugged = True
        self.deaf = False  # hangs until the reset pin is used
        self.spoil = None  # function(frame): noise on the way to the board
        self.brown_out()

    def brown_out(self):
        """As after power-on: asleep, and waiting for SAMConfiguration (7.2.10)."""
        self.awake = self.configured = False
        self._retries = _FOR_EVER
        self._replies = []  # (when, frame)
        self.field.power(False)

    def reset_pin(self, level):
        self.deaf = self.deaf and not level
        self.brown_out()

    def take(self, data):
        """A frame of the board, with what may stand before it."""
        start = data.find(b"\x00\xff")
        if self.deaf or not self.awake or start < 0:
            return
        if data[start:].startswith(_ACK[1:5]):
            self._replies = []  # the command that runs is given up: 6.2.1.3
            return
        length = data[start + 2]
        body = data[start + 4 : start + 5 + length]
        if (length + data[start + 3]) & 0xFF or sum(body) & 0xFF or body[0] != 0xD4:
            return
        command = body[1:-1]
        if not self.configured and command[0] != 0x14:
            return
        self._replies = [(time.ticks_add(time.ticks_us(), _PARSE_US), _ACK)]
        answer = self._do(command)
        if answer is not None:
            after_us, content = answer
            self._reply(2 * _PARSE_US + after_us, bytes((0xD5, command[0] + 1)) + content)

    def next(self):
        """The next frame for the board when it is ready, or None."""
        if self.deaf or not self._replies or time.ticks_diff(time.ticks_us(), self._replies[0][0]) < 0:
            return None
        frame = self._replies.pop(0)[1]
        return self.spoil(frame) if self.spoil else frame

    def ready(self):
        return bool(self._replies) and not self.deaf and time.ticks_diff(time.ticks_us(), self._replies[0][0]) >= 0

    def _reply(self, after_us, body):
        head = bytes((len(body), -len(body) & 0xFF))
        frame = b"\x00\x00\xff" + head + body + bytes((-sum(body) & 0xFF, 0))
        self._replies.append((time.ticks_add(time.ticks_us(), after_us), frame))

    def _do(self, command):
        """(microseconds, content) of the answer; None while there is none."""
        code = command[0]
        if code == 0x14:
            self.configured = True
        elif code == 0x32 and command[1] == 5:
            self._retries = command[4]
        elif code == 0x32 and command[1] == 1:
            self.field.power(command[2] & 1 == 1)
        elif code == 0x4A:
            return self._list(command[1])
        elif code != 0x12:  # SetParameters: no RATS is ever sent here
            return 0, b"\x27"  # not acceptable: 7.1
        return 0, b""

    def _list(self, most):
        """InListPassiveTarget at 106 kbit/s, type A (7.3.5)."""
        self.field.power(True)
        found = []
        while len(found) < most and self.field.send(REQA, 7) is not None:
            card = _selected(self.field)
            if card is None:
                break
            found.append(card)
            self._send(b"\x50\x00")
        if not found and self._retries == _FOR_EVER:
            return None
        content = bytes((len(found),))
        for index, (uid, sak) in enumerate(found):
            content += bytes((index + 1, 0, 4, sak, len(uid))) + uid
        return _SEARCH_US * (1 if found else self._retries + 1) + _CARD_US * len(found), content

    def _send(self, data):
        data += crc_a(data)
        self.field.send(int.from_bytes(data, "little"), 8 * len(data))


def _selected(field):
    """(uid, sak) of one card, whichever wins; None when none could be made out."""
    uid = b""
    for command in SELECT:
        part = _part(field, command)
        if part is None:
            return None
        frame = bytes((command, 0x70)) + part
        frame += crc_a(frame)
        heard = field.send(int.from_bytes(frame, "little"), 8 * len(frame))
        if heard is None or heard[1] != 24:
            return None
        if not heard[0] & 4 or part[0] != CASCADE_TAG:
            return uid + part[:4], heard[0] & 0xFF
        uid += part[1:4]
    return None


def _part(field, command):
    """Four bytes of the uid and the check byte, bit by bit where cards collide."""
    value = bits = 0
    while bits < 40:
        frame = command | ((bits // 8 + 2) << 4 | bits % 8) << 8 | value << 16
        heard = field.send(frame, 16 + bits)
        if heard is None or heard[1] != 40 - bits:
            return None
        if not heard[2]:
            part = (value | heard[0] << bits).to_bytes(5, "little")
            return part if part[0] ^ part[1] ^ part[2] ^ part[3] == part[4] else None
        at = 0
        while not heard[2] >> at & 1:
            at += 1
        value |= (heard[0] & (1 << at) - 1 | 1 << at) << bits
        bits += at + 1
    return None


class SpiPn532(Pn532):
    """6.2.5: the lowest bit first; DataWrite 1, StatusRead 2, DataRead 3."""

    def select(self, level):
        if not level and self.plugged:
            self.awake = True

    def exchange(self, data):
        if not self.plugged:
            return b"\xff" * len(data)
        data = _mirrored(data)
        if data[0] == 1:
            self.take(data[1:])
        answer = b""
        if data[0] == 2 and self.ready():
            answer = b"\x00\x01"
        elif data[0] == 3:
            answer = b"\x00" + (self.next() or b"")
        return _mirrored((answer + bytes(len(data)))[: len(data)])


class UartPn532(Pn532):
    """6.2.3. A long preamble wakes it."""

    def write(self, data):
        if not self.plugged:
            return
        if data.startswith(b"\x55\x55"):
            self.awake = True
        self.take(data)

    def read(self):
        frames = b""
        while self.plugged and self.ready():
            frames += self.next()
        return frames


def _mirrored(data):
    return bytes([sum([(byte >> bit & 1) << (7 - bit) for bit in range(8)]) for byte in data])
