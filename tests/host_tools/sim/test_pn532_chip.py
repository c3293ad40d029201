"""The model of the PN532 at its host interfaces, by the sections of the user manual."""

from pullcord.sim import virtual_time  # isort: skip  (first, it replaces the clock)

import asyncio

from pullcord.sim.chips.cards import Field
from pullcord.sim.chips.pn532 import SpiPn532, UartPn532

UID, SEVEN = b"\x11\x22\x33\x44", b"\x04\xa1\xb2\xc3\xd4\xe5\xf6"
ACK = b"\x00\x00\xff\x00\xff\x00"
WAKE = b"\x55\x55" + bytes(14)
SAM = b"\x14\x01\x00\x00"
LIST = b"\x4a\x02\x00"


def frame(body):
    return b"\x00\x00\xff" + bytes((len(body), -len(body) & 0xFF)) + body + bytes((-sum(body) & 0xFF, 0))


def uart(*uids):
    field = Field()
    field.lay(*uids)
    return UartPn532(field)


async def asked(chip, command, ms=60):
    chip.write(frame(b"\xd4" + command))
    await asyncio.sleep_ms(ms)
    return chip.read()


def run(script):
    return virtual_time.run(script, 60000)


def test_asleep_it_hears_nothing_and_a_long_preamble_wakes_it():
    async def script():
        chip = uart()
        asleep = await asked(chip, SAM)
        chip.write(WAKE)
        return asleep, await asked(chip, SAM)

    assert run(script()) == (b"", ACK + frame(b"\xd5\x15"))


def test_before_sam_configuration_no_card_is_looked_for():
    async def script():
        chip = uart(UID)
        chip.write(WAKE)
        before = await asked(chip, LIST)
        await asked(chip, SAM)
        return before, await asked(chip, LIST)

    before, after = run(script())
    assert before == b""
    assert after == ACK + frame(b"\xd5\x4b\x01\x01\x00\x04\x08\x04" + UID)


def test_two_cards_are_listed_and_stay_silent_until_the_field_was_off():
    async def script():
        chip = uart(UID, SEVEN)
        chip.write(WAKE)
        await asked(chip, SAM)
        await asked(chip, b"\x32\x05\xff\x01\x00")
        first, second = await asked(chip, LIST), await asked(chip, LIST)
        await asked(chip, b"\x32\x01\x00")
        return first, second, await asked(chip, LIST)

    first, second, third = run(script())
    assert UID in first and SEVEN in first and first[len(ACK) + 7] == 2
    assert second == ACK + frame(b"\xd5\x4b\x00")
    assert third == first


def test_with_endless_retries_it_looks_until_an_ack_ends_it():
    async def script():
        chip = uart()
        chip.write(WAKE)
        await asked(chip, SAM)
        silent = await asked(chip, LIST, 1000)
        chip.write(ACK)
        return silent, await asked(chip, b"\x12\x00")

    assert run(script()) == (ACK, ACK + frame(b"\xd5\x13"))


def test_a_frame_with_a_wrong_checksum_is_not_taken():
    async def script():
        chip = uart()
        chip.write(WAKE)
        for spoilt in (bytes((3, 0xFE)), bytes((5, 0xFC))):
            good = frame(b"\xd4" + SAM)
            chip.write(good[:3] + spoilt + good[5:])
        good = frame(b"\xd4" + SAM)
        chip.write(good[:-2] + bytes((good[-2] ^ 1, 0)))
        await asyncio.sleep_ms(20)
        return chip.read(), chip.configured

    assert run(script()) == (b"", False)


def test_spi_says_when_a_frame_is_ready_and_gives_the_lowest_bit_first():
    def mirrored(data):
        return bytes([sum([(byte >> bit & 1) << (7 - bit) for bit in range(8)]) for byte in data])

    async def script():
        chip = SpiPn532(Field())
        chip.select(0)
        chip.exchange(mirrored(b"\x01" + frame(b"\xd4" + SAM)))
        early = mirrored(chip.exchange(mirrored(b"\x02\x00")))[1]
        await asyncio.sleep_ms(5)
        ready = mirrored(chip.exchange(mirrored(b"\x02\x00")))[1]
        return early, ready, mirrored(chip.exchange(mirrored(b"\x03" + bytes(6))))[1:]

    assert run(script()) == (0, 1, ACK)


def test_a_brown_out_puts_it_to_sleep_and_forgets_what_was_set():
    async def script():
        chip = uart(UID)
        chip.write(WAKE)
        await asked(chip, SAM)
        chip.brown_out()
        return await asked(chip, LIST), chip.awake, chip.configured

    assert run(script()) == (b"", False, False)
