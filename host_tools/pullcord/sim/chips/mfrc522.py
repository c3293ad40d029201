"""MFRC522 at its registers. Sections and tables are those of NXP's data sheet MFRC522, rev. 3.9."""

import time

from micropython import const

from pullcord.sim.chips.cards import crc_a

# 9.2, table 20. (`const`: no names that stay in memory.)
_COMMAND = const(0x01)
_COM_IRQ = const(0x04)
_ERROR = const(0x06)
_FIFO_DATA = const(0x09)
_FIFO_LEVEL = const(0x0A)
_CONTROL = const(0x0C)
_BIT_FRAMING = const(0x0D)
_COLL = const(0x0E)
_TX_MODE = const(0x12)
_RX_MODE = const(0x13)
_TX_CONTROL = const(0x14)
_TX_ASK = const(0x15)
_CRC_HIGH = const(0x21)
_CRC_LOW = const(0x22)
_T_MODE = const(0x2A)
_T_PRESCALER = const(0x2B)
_T_RELOAD = const(0x2C)
_VERSION = const(0x37)
# 9.3: registers 0x00 to 0x3F after a reset
_RESET = (
    b"\x00\x20\x80\x00\x14\x00\x00\x21\x00\x00\x00\x08\x10\x00\xa0\x00"
    b"\x00\x3f\x00\x00\x80\x00\x10\x84\x84\x4d\x00\x00\x62\x00\x00\xeb"
    b"\x00\xff\xff\x00\x26\x00\x48\x88\x20\x20\x00\x00\x00\x00\x00\x00"
    b"\x00\x00\x00\x00\x00\x00\x00\x92\x00\x00\x00\x00\x00\x00\x00\x00"
)
_CALC_CRC = const(0x3)  # 10.3
_TRANSCEIVE = const(0xC)
_SOFT_RESET = const(0xF)
_RX_IRQ = const(0x20)
_TIMER_IRQ = const(0x01)
_COLLISION = const(0x08)
_CRC_ERROR = const(0x04)
_PROTOCOL_ERROR = const(0x01)
_FIFO = const(64)  # 8.3
_BIT_US = 9.44  # 106 kbit/s
_DELAY_US = const(91)  # from the end of a frame to the answer: ISO/IEC 14443-3, 6.2.1.1
_START_US = const(1000)  # the oscillator's, 8.8.2


class Mfrc522:
    """`exchange(data)` is one SPI transfer while the chip is selected. The times of its answers are the board's."""

    def __init__(self, field):
        self.field = field
        self.plugged = True
        self.deaf = False  # hangs: every register reads 0, until the reset pin is used
        self.transfers = 0
        self._address = None
        self._reset()

    # faults

    def brown_out(self):
        """The supply sagged: registers as after power-on, and no field."""
        self._reset()

    def overheat(self):
        """The chip switches the drivers of its antenna off, and stays set up otherwise (TempErr, 9.3.1.7)."""
        self._registers[_ERROR] |= 0x40
        self._registers[_TX_CONTROL] &= ~3
        self.field.power(False)

    # pins

    def select(self, level):
        self._address = None

    def reset_pin(self, level):
        """NRSTPD (8.8.1)."""
        self.deaf = self.deaf and not level
        self._reset()

    def exchange(self, data):
        """8.1.2: the first byte holds the address; what is read comes one byte later."""
        self.transfers += 1
        if not self.plugged:
            return b"\xff" * len(data)  # nothing drives the line, and it is pulled up
        out = bytearray(len(data))
        for index, byte in enumerate(data):
            if self._address is None or self._address & 0x80:
                answer = self._read(self._address >> 1 & 0x3F) if self._address else 0
                self._address = byte
                out[index] = answer
            else:
                self._write(self._address >> 1 & 0x3F, byte)
        return bytes(out)

    # registers

    def _reset(self):
        self.mute = False  # deaf on the air only: registers are as they should be
        self._registers = bytearray(_RESET)
        self._fifo = []
        self._answer = None  # (when, what happens then)
        self._timer_at = None
        self._started = time.ticks_us()
        self.field.power(False)

    def _read(self, address):
        self._go_on()
        if self.deaf:
            return 0
        if address == _FIFO_DATA:
            return self._fifo.pop(0) if self._fifo else 0
        if address == _FIFO_LEVEL:
            return len(self._fifo)
        if address == _COMMAND and time.ticks_diff(time.ticks_us(), self._started) < _START_US:
            return self._registers[_COMMAND] | 0x10  # PowerDown: not ready yet (9.3.1.2)
        return self._registers[address]

    def _write(self, address, value):
        self._go_on()
        if self.deaf:
            return
        if address == _COM_IRQ:
            # Set1: the marked bits are set, otherwise cleared (9.3.1.5)
            before, marked = self._registers[_COM_IRQ], value & 0x7F
            self._registers[_COM_IRQ] = before | marked if value & 0x80 else before & ~marked
        elif address == _FIFO_DATA:
            self._fifo.append(value)
            if len(self._fifo) > _FIFO:
                self._fifo.pop()
                self._registers[_ERROR] |= 0x10  # BufferOvfl
        elif address == _FIFO_LEVEL:
            if value & 0x80:  # FlushBuffer also clears BufferOvfl (9.3.1.11)
                self._fifo = []
                self._registers[_ERROR] &= ~0x10
        elif address == _COLL:
            self._registers[_COLL] = self._registers[_COLL] & 0x7F | value & 0x80
        elif address not in (_ERROR, _VERSION):
            self._registers[address] = value
            self._acted(address, value)

    def _acted(self, address, value):
        if address == _TX_CONTROL:
            self.field.power(value & 3 == 3)
        elif address == _COMMAND and value & 0x0F == _SOFT_RESET:
            self._reset()
        elif address == _COMMAND and value & 0x0F == _CALC_CRC:
            low, high = crc_a(self._fifo)
            self._registers[_CRC_LOW], self._registers[_CRC_HIGH] = low, high
            self._fifo = []
        elif address == _COMMAND:
            self._answer = self._timer_at = None
        elif address == _BIT_FRAMING and value & 0x80 and self._registers[_COMMAND] & 0x0F == _TRANSCEIVE:
            self._transceive(value & 7)

    # the air

    def _transceive(self, last_bits):
        """StartSend: the FIFO goes out, and what comes back will be there when its time has come (10.3.1.8)."""
        data = bytes(self._fifo)
        self._fifo = []
        self._registers[_ERROR] = 0
        if self._registers[_TX_MODE] & 0x80:
            data += crc_a(data)
        count = len(data) * 8 - (8 - last_bits if last_bits else 0)
        # without Force100ASK a card of type A hears nothing (9.3.2.6)
        audible = self._registers[_TX_ASK] & 0x40 and not self.mute
        value = int.from_bytes(data, "little") & (1 << count) - 1
        heard = self.field.send(value, count) if audible else None
        now, sent_us = time.ticks_us(), int(count * 9 / 8 * _BIT_US)
        if heard is None:
            if self._registers[_T_MODE] & 0x80:  # TAuto: the timer starts when the frame has ended (8.5)
                self._timer_at = time.ticks_add(now, sent_us + self._timer_us())
            return
        back_us = _DELAY_US + int(heard[1] * 9 / 8 * _BIT_US)
        self._answer = (time.ticks_add(now, sent_us + back_us), heard)

    def _timer_us(self):
        prescaler = (self._registers[_T_MODE] & 15) << 8 | self._registers[_T_PRESCALER]
        reload = self._registers[_T_RELOAD] << 8 | self._registers[_T_RELOAD + 1]
        return int((prescaler * 2 + 1) * (reload + 1) / 13.56)

    def _go_on(self):
        """What has happened by now."""
        now = time.ticks_us()
        if self._timer_at is not None and time.ticks_diff(now, self._timer_at) >= 0:
            self._timer_at = None
            self._registers[_COM_IRQ] |= _TIMER_IRQ
        if self._answer is not None and time.ticks_diff(now, self._answer[0]) >= 0:
            heard, self._answer = self._answer[1], None
            self._received(*heard)
            self._registers[_COM_IRQ] |= _RX_IRQ

    def _received(self, value, count, collided):
        align = self._registers[_BIT_FRAMING] >> 4 & 7
        self._registers[_COLL] = self._registers[_COLL] & 0x80 | 0x20  # CollPosNotValid
        if collided:
            self._registers[_ERROR] |= _COLLISION
            at = 0
            while not collided >> at & 1:
                at += 1
            place = at + align + 1  # from 1, RxAlign counts (9.3.1.15); 32 is shown as 0
            if place <= 32:
                self._registers[_COLL] = self._registers[_COLL] & 0x80 | place & 31
            if not self._registers[_COLL] & 0x80:
                value &= (1 << at) - 1
        elif count % 8 and count > 4 and not align:
            self._registers[_ERROR] |= _PROTOCOL_ERROR
        value, count = value << align, count + align
        data = value.to_bytes((count + 7) // 8, "little")
        if self._registers[_RX_MODE] & 0x80:  # RxCRCEn: checked, and kept from the FIFO (9.3.2.4)
            if len(data) < 3 or crc_a(data[:-2]) != data[-2:]:
                self._registers[_ERROR] |= _CRC_ERROR
            data = data[:-2]
        self._registers[_CONTROL] = self._registers[_CONTROL] & 0xF8 | count % 8
        self._fifo.extend(data)
