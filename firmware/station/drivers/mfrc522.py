"""MFRC522 over SPI. Sections and tables are those of NXP's data sheet MFRC522, rev. 3.9."""

import asyncio

from .iso14443a import look
from .rfid import Reader
from .spi import Device

# 9.2, table 20
_COMMAND = 0x01
_COM_IRQ = 0x04
_ERROR = 0x06
_FIFO_DATA = 0x09
_FIFO_LEVEL = 0x0A
_BIT_FRAMING = 0x0D
_COLL = 0x0E
_TX_MODE = 0x12
_RX_MODE = 0x13
_TX_CONTROL = 0x14
_VERSION = 0x37
# 10.3
_IDLE = 0x00
_TRANSCEIVE = 0x0C
_SOFT_RESET = 0x0F
# RxIRq, TimerIRq: 9.3.1.5
_ANSWERED = 0x20
_TIMED_OUT = 0x01
_SETTINGS = (
    b"\x2a\x80\x2b\xa9\x2c\x00\x2d\x27"  # the timer starts when a frame is out, and ends after 40 x 25 us: 8.5
    b"\x15\x40"  # 100 % modulation: 9.3.2.6
    b"\x0e\x00"  # bits behind a collision read 0: 9.3.1.15
    b"\x14\x83"  # both drivers of the antenna on: 9.3.2.5
)
_START_MS = 50
_ANSWER_MS = 25  # the timer ends it after 1 ms
_EXCHANGES = 40  # a look; three cards need about 30


class Mfrc522(Reader):
    """`item`: the reader of the config. A step between two waits takes about 12 transfers of 2 bytes: below 1 ms."""

    def __init__(self, item: dict, machine):
        super().__init__()
        bus = item["bus"]
        self._name = item["name"]
        self._device = Device(machine, bus)
        self._reset = machine.Pin(bus["reset"], machine.Pin.OUT, value=1) if "reset" in bus else None
        self._crc = False
        self._left = 0

    async def _start(self) -> None:
        if self._reset is not None:
            self._reset.value(0)
            await asyncio.sleep_ms(1)
            self._reset.value(1)
        self._write(_COMMAND, _SOFT_RESET)
        self._crc = False
        for _ in range(_START_MS):
            await asyncio.sleep_ms(1)
            if not self._read(_COMMAND) & 0x10:  # PowerDown until it is ready: 9.3.1.2
                break
        for index in range(0, len(_SETTINGS), 2):
            self._write(_SETTINGS[index], _SETTINGS[index + 1])
        self._check()
        await asyncio.sleep_ms(5)  # a card that has just got power need not hear sooner: ISO/IEC 14443-3, 6.1

    async def _look(self):
        self._check()
        self._left = _EXCHANGES
        return await look(self._exchange)

    def _check(self) -> None:
        """A chip that lost its power for a moment has a version, but the field of its antenna is off."""
        version = self._read(_VERSION)
        if version in (0, 0xFF) or self._read(_TX_CONTROL) & 3 != 3:
            what = "%s: no MFRC522 answers (version %d): check cable, supply, and the pins of its bus"
            raise OSError(what % (self._name, version))

    async def _exchange(self, data: bytes, last: int, align: int, crc: bool):
        """See `iso14443a`. The chip itself makes and checks the CRC."""
        self._left -= 1
        if self._left < 0:
            return None
        write, read = self._write, self._read
        write(_COMMAND, _IDLE)
        if crc != self._crc:
            self._crc = crc
            write(_TX_MODE, 0x80 if crc else 0)
            write(_RX_MODE, 0x80 if crc else 0)
        write(_COM_IRQ, 0x7F)
        write(_FIFO_LEVEL, 0x80)
        self._device.exchange(bytearray((_FIFO_DATA << 1,)) + data)
        write(_COMMAND, _TRANSCEIVE)
        write(_BIT_FRAMING, 0x80 | align << 4 | last)
        if not await self._answered():
            return None
        place = read(_COLL)
        place = 0 if place & 0x20 else place & 31 or 32
        count = read(_FIFO_LEVEL) & 0x7F
        answer = self._device.exchange(bytearray(bytes((0x80 | _FIFO_DATA << 1,)) * count + b"\x00"))
        return answer[1:], read(_ERROR) & 0x1F, place

    async def _answered(self) -> bool:
        """False: the chip's timer ran out, which is a clean miss."""
        # looks are counted, not time: while flash is erased, the board stands still and the chip does not
        for _ in range(_ANSWER_MS):
            events = self._read(_COM_IRQ)
            if events & 0x80:  # never reads 1 (9.3.1.5): the line hangs free
                break
            if events & _ANSWERED:
                return True
            if events & _TIMED_OUT:
                return False
            await asyncio.sleep_ms(1)
        raise OSError("%s: the MFRC522 does not end a frame: check its cable" % self._name)

    def _write(self, register: int, value: int) -> None:
        self._device.exchange(bytearray((register << 1, value)))

    def _read(self, register: int) -> int:
        return self._device.exchange(bytearray((0x80 | register << 1, 0)))[1]
