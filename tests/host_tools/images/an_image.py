"""Small images of MicroPython, as real ones are built, for tests."""

import hashlib
import struct
from functools import reduce
from operator import xor

RP2040, RP2350, ANY_CHIP = 0xE48BFF56, 0xE48BFF59, 0xE48BFF57
ESP32, ESP32_S3 = 0, 9
FLASH = 0x10000000


def banner(machine: str, version: str = "1.25.0") -> bytes:
    return f"MicroPython v{version} on 2025-04-15\0; {machine}\r\n\0{machine}\0".encode()


def uf2(machine: str = "Raspberry Pi Pico W with RP2040", version: str = "1.25.0", family: int = RP2040) -> bytes:
    content = bytes(range(256)) * 3 + banner(machine, version)
    pieces = [content[at : at + 256].ljust(256, b"\0") for at in range(0, len(content), 256)]
    return b"".join(block(piece, number, len(pieces), family) for number, piece in enumerate(pieces))


def block(payload: bytes, number: int, count: int, family: int, flags: int = 0x2000) -> bytes:
    head = (0x0A324655, 0x9E5D5157, flags, FLASH + 256 * number, len(payload), number, count, family)
    return struct.pack("<8I", *head) + payload.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)


def esp(machine: str = "Generic ESP32 module with ESP32", version: str = "1.25.0", chip: int = ESP32) -> bytes:
    """As the .bin for a new board: boot loader, and the program at 64 KiB of the flash."""
    begin = 0x1000 if chip == ESP32 else 0
    return esp_part(chip, b"boot loader").ljust(0x10000 - begin, b"\xff") + esp_part(chip, banner(machine, version))


def esp_part(chip: int, content: bytes) -> bytes:
    content = content.ljust(-(-len(content) // 4) * 4, b"\0")
    head = struct.pack("<BBBBI8xH8xB", 0xE9, 1, 2, 0x20, 0x40080000, chip, 1)
    made = head + struct.pack("<II", 0x3F400020, len(content)) + content
    made = made.ljust(len(made) // 16 * 16 + 15, b"\0") + bytes([reduce(xor, content, 0xEF)])
    return made + hashlib.sha256(made).digest()
