"""The model of the MFRC522 at its registers, by the sections of the data sheet."""

from pullcord.sim import virtual_time  # isort: skip  (first, it replaces the clock)

import asyncio
import time

from pullcord.sim.chips import mfrc522
from pullcord.sim.chips.cards import Field

UID = b"\x11\x22\x33\x44"
ALIKE = b"\x11\x22\x33\x45"
RECEIVED, TIMED_OUT = 0x20, 0x01


class Registers:
    """A chip, with the bytes of 8.1.2 for reading and writing."""

    def __init__(self, *uids):
        self.field = Field()
        self.field.lay(*uids)
        self.chip = mfrc522.Mfrc522(self.field)

    def read(self, address, count=1):
        self.chip.select(0)
        return self.chip.exchange(bytes((0x80 | address << 1,)) * count + b"\x00")[1:]

    def write(self, address, *values):
        self.chip.select(0)
        self.chip.exchange(bytes((address << 1, *values)))

    def one(self, address):
        return self.read(address)[0]

    def set_up(self):
        for address, value in ((0x15, 0x40), (0x2A, 0x80), (0x2B, 169), (0x2D, 39), (0x0E, 0), (0x14, 0x83)):
            self.write(address, value)

    async def transceive(self, data, last=0, align=0, ms=5):
        """What came within `ms`: (interrupts, errors, FIFO)."""
        self.write(mfrc522._COMMAND, 0)
        self.write(mfrc522._COM_IRQ, 0x7F)
        self.write(mfrc522._FIFO_LEVEL, 0x80)
        self.write(mfrc522._FIFO_DATA, *data)
        self.write(mfrc522._COMMAND, 0x0C)
        self.write(mfrc522._BIT_FRAMING, 0x80 | align << 4 | last)
        await asyncio.sleep_ms(ms)
        return self.one(mfrc522._COM_IRQ), self.one(mfrc522._ERROR), self.read(mfrc522._FIFO_DATA, self.one(0x0A))


def run(script):
    return virtual_time.run(script, 60000)


def test_registers_after_a_reset():
    chip = Registers()
    expected = {0x04: 0x14, 0x06: 0, 0x0A: 0, 0x0E: 0xA0, 0x11: 0x3F, 0x14: 0x80, 0x15: 0, 0x19: 0x4D, 0x37: 0x92}
    assert {address: chip.one(address) for address in expected} == expected


def test_a_soft_reset_takes_its_time_and_switches_the_field_off():
    async def script():
        chip = Registers(UID)
        chip.set_up()
        assert chip.field.on
        chip.write(mfrc522._COMMAND, 0x0F)
        busy = chip.one(mfrc522._COMMAND) & 0x10
        await asyncio.sleep_ms(2)
        return busy, chip.one(mfrc522._COMMAND) & 0x10, chip.field.on, chip.one(0x15)

    assert run(script()) == (0x10, 0, False, 0)


def test_the_fifo_holds_64_bytes():
    chip = Registers()
    chip.write(mfrc522._FIFO_DATA, *range(70))
    assert chip.one(mfrc522._FIFO_LEVEL) == 64
    assert chip.one(mfrc522._ERROR) == 0x10
    assert chip.read(mfrc522._FIFO_DATA, 3) == bytes((0, 1, 2))
    chip.write(mfrc522._FIFO_LEVEL, 0x80)
    assert chip.one(mfrc522._FIFO_LEVEL) == 0 and chip.one(mfrc522._ERROR) == 0


def test_interrupts_are_cleared_by_writing_and_set_with_the_highest_bit():
    chip = Registers()
    chip.write(mfrc522._COM_IRQ, 0x7F)
    assert chip.one(mfrc522._COM_IRQ) == 0
    chip.write(mfrc522._COM_IRQ, 0x80 | 0x21)
    assert chip.one(mfrc522._COM_IRQ) == 0x21
    chip.write(mfrc522._COM_IRQ, 0x01)
    assert chip.one(mfrc522._COM_IRQ) == 0x20


def test_the_crc_unit():
    chip = Registers()
    chip.write(mfrc522._FIFO_DATA, 0x12, 0x34)
    chip.write(mfrc522._COMMAND, 0x03)
    assert (chip.one(mfrc522._CRC_LOW), chip.one(mfrc522._CRC_HIGH)) == (0x26, 0xCF)


def test_nobody_answers_and_the_timer_says_so_after_a_millisecond():
    async def script():
        chip = Registers()
        chip.set_up()
        began = time.ticks_us()
        early = await chip.transceive(b"\x52", 7, ms=1)
        while not chip.one(mfrc522._COM_IRQ) & TIMED_OUT:
            await asyncio.sleep_ms(1)
        return early, time.ticks_diff(time.ticks_us(), began)

    (events, errors, data), took_us = run(script())
    assert not events & RECEIVED and (errors, data) == (0, b"")
    assert 1000 < took_us <= 3000


def test_an_answer_is_in_the_fifo():
    async def script():
        chip = Registers(UID)
        chip.set_up()
        return await chip.transceive(b"\x52", 7), await chip.transceive(b"\x93\x20")

    (events, errors, data), second = run(script())
    assert events & RECEIVED and not events & TIMED_OUT
    assert (errors, data) == (0, b"\x04\x00")
    assert second[1:] == (0, UID + b"\x44")


def test_without_its_modulation_or_its_antenna_no_card_hears_it():
    async def script(address, value):
        chip = Registers(UID)
        chip.set_up()
        chip.write(address, value)
        return await chip.transceive(b"\x52", 7)

    for address, value in ((0x15, 0), (0x14, 0x80), (0x14, 0x81)):
        assert not run(script(address, value))[0] & RECEIVED


def test_bit_framing_puts_an_answer_where_the_question_ended():
    async def script(bits):
        chip = Registers(UID)
        chip.set_up()
        await chip.transceive(b"\x52", 7)
        number = int.from_bytes(UID, "little") & ((1 << bits) - 1)
        known = number.to_bytes((bits + 7) // 8, "little")
        nvb = (bits // 8 + 2) << 4 | bits % 8
        return await chip.transceive(bytes((0x93, nvb)) + known, bits % 8, bits % 8)

    for bits in range(32):
        _, errors, data = run(script(bits))
        whole = (UID + b"\x44")[bits // 8 :]
        assert errors == 0 and data[1:] == whole[1:], bits
        assert data[0] == whole[0] >> bits % 8 << bits % 8, bits


def test_a_collision_is_told_with_its_place_and_what_follows_reads_0():
    async def script():
        chip = Registers(UID, ALIKE)
        chip.set_up()
        await chip.transceive(b"\x52", 7)
        _, errors, data = await chip.transceive(b"\x93\x20")
        return errors, data, chip.one(mfrc522._COLL)

    errors, data, coll = run(script())
    assert errors == 0x08
    assert coll & 0x3F == 25  # the first bit of the fourth byte, counted from 1
    assert data == UID[:3] + b"\x00\x00"


def test_a_collision_in_the_32nd_bit_is_shown_as_0_and_one_behind_it_has_no_place():
    async def script(other):
        chip = Registers(UID, other)
        chip.set_up()
        await chip.transceive(b"\x52", 7)
        await chip.transceive(b"\x93\x20")
        return chip.one(mfrc522._COLL) & 0x3F

    assert run(script(UID[:3] + bytes((UID[3] ^ 0x80,)))) == 0

    async def of_the_check_byte():
        chip = Registers(UID)
        chip.set_up()
        chip.field.disturb = lambda heard: heard and (heard[0], heard[1], 1 << 35 if heard[1] == 40 else 0)
        await chip.transceive(b"\x52", 7)
        await chip.transceive(b"\x93\x20")
        return chip.one(mfrc522._COLL) & 0x3F

    assert run(of_the_check_byte()) == 0x20


def test_the_chip_adds_and_checks_the_crc_itself():
    async def script(spoilt):
        chip = Registers(UID)
        chip.set_up()
        await chip.transceive(b"\x52", 7)
        await chip.transceive(b"\x93\x20")
        chip.write(mfrc522._TX_MODE, 0x80)
        chip.write(mfrc522._RX_MODE, 0x80)
        if spoilt:
            chip.field.disturb = lambda heard: heard and (heard[0] ^ 2, heard[1], 0)
        return await chip.transceive(b"\x93\x70" + UID + b"\x44")

    assert run(script(False))[1:] == (0, b"\x08")
    assert run(script(True))[1] == 0x04


def test_a_brown_out_leaves_it_as_after_power_on():
    chip = Registers(UID)
    chip.set_up()
    chip.chip.brown_out()
    assert (chip.one(0x14), chip.one(0x15), chip.field.on) == (0x80, 0, False)


def test_a_pulled_cable_reads_all_ones():
    chip = Registers()
    chip.chip.plugged = False
    assert chip.read(0x37, 2) == b"\xff\xff"
