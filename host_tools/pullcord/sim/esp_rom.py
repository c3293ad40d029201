"""The loader in an ESP32's ROM, and the flasher that esptool puts into its memory: bytes in, bytes out.

Espressif's serial protocol, as documented for esptool ("Serial Protocol"): SLIP packets with a head (direction,
command, length, value). What the chip's registers say is only as much as esptool asks.
"""

import hashlib
import struct
import zlib

_END, _ESCAPE = b"\xc0", b"\xdb"
_HEAD = struct.Struct("<BBHI")
SECTOR = 4096
GREETING = b"OHAI"  # what the flasher says once it runs
_UNSUPPORTED = b"\x01\x05"
# what esptool asks: which chip, its crystal, and the size of its flash (a 4 MB Winbond)
_REGISTERS = {0x40001000: 0x00F01D83, 0x3FF40014: 347, 0x3FF42080: 0x001640EF}


class EspRom:
    """`flash`: its content; `is_written`: something was written to its end.

    `spoil`: an address whose byte the flash does not take, as a worn one.
    """

    def __init__(self, size: int = 4 << 20) -> None:
        self.flash = bytearray(b"\xff" * size)
        self.is_written = False
        self.spoil: int | None = None
        self.packets = 0
        self._in_stub = False
        self._buffer = b""
        self._at = 0
        self._inflate = zlib.decompressobj()

    def feed(self, data: bytes) -> bytes:
        """What it answers. Bytes that are no packet are passed over, as the ROM does."""
        self._buffer += data
        answers = b""
        while (begin := self._buffer.find(_END)) >= 0:
            end = self._buffer.find(_END, begin + 1)
            if end < 0:
                break
            packet = unslip(self._buffer[begin + 1 : end])
            self._buffer = self._buffer[end if not packet else end + 1 :]
            answers += self._answer(packet)
        return answers

    def reset(self) -> None:
        self._in_stub, self._buffer, self.is_written = False, b"", False

    def _answer(self, packet: bytes) -> bytes:
        if len(packet) < _HEAD.size:
            return b""
        direction, command, length, _ = _HEAD.unpack_from(packet)
        body = packet[_HEAD.size :]
        if direction != 0 or len(body) != length:
            return b""
        self.packets += 1
        if command == 0x08:
            return self._reply(command, b"", 0 if self._in_stub else 0x20120707) * 8
        work = {0x06: self._run, 0x10: self._begin, 0x11: self._data, 0x12: self._finish, 0x13: self._md5}.get(command)
        if work:
            return self._reply(command, *work(body))
        if command == 0x0A:
            return self._reply(command, b"", _REGISTERS.get(int.from_bytes(body[:4], "little"), 0))
        known = command in (0x05, 0x07, 0x09, 0x0B, 0x0D, 0x0F)  # memory, registers, flash parameters, baud
        return self._reply(command, b"") if known else self._reply(command, b"", status=_UNSUPPORTED)

    def _reply(self, command: int, data: bytes, value: int = 0, status: bytes = b"\0\0") -> bytes:
        body = data + status + (b"" if self._in_stub and command != 0x06 else b"\0\0")
        answer = slip(_HEAD.pack(1, command, len(body), value) + body)
        return answer + slip(GREETING) if command == 0x06 else answer

    def _run(self, body: bytes) -> tuple[bytes]:
        self._in_stub = True
        return (b"",)

    def _begin(self, body: bytes) -> tuple[bytes]:
        size, _, _, self._at = struct.unpack_from("<4I", body)
        first, last = self._at // SECTOR * SECTOR, -(-(self._at + size) // SECTOR) * SECTOR
        self.flash[first:last] = b"\xff" * (last - first)
        self._inflate = zlib.decompressobj()
        return (b"",)

    def _data(self, body: bytes) -> tuple[bytes]:
        data = self._inflate.decompress(body[16:])
        self.flash[self._at : self._at + len(data)] = data
        self._at += len(data)
        if self.spoil is not None and self.spoil < self._at:
            self.flash[self.spoil] ^= 0x01
        return (b"",)

    def _finish(self, body: bytes) -> tuple[bytes]:
        self.is_written = True
        return (b"",)

    def _md5(self, body: bytes) -> tuple[bytes]:
        at, size = struct.unpack_from("<2I", body)
        return (hashlib.md5(self.flash[at : at + size], usedforsecurity=False).digest(),)


def slip(packet: bytes) -> bytes:
    return _END + packet.replace(_ESCAPE, b"\xdb\xdd").replace(_END, b"\xdb\xdc") + _END


def unslip(packet: bytes) -> bytes:
    return packet.replace(b"\xdb\xdc", _END).replace(b"\xdb\xdd", _ESCAPE)
