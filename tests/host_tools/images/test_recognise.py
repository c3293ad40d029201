"""An image says itself what it is for; a damaged one says how."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pullcord.images import fit
from pullcord.images.recognise import NotAnImage, recognise
from pullcord.plant import boards as board_profiles
from tests.host_tools.images import an_image

BOARDS = board_profiles.load()
PICO_W = BOARDS["raspberry-pi-pico-w"]


def refused(data: bytes) -> str:
    with pytest.raises(NotAnImage) as caught:
        recognise(data)
    return str(caught.value)


def test_an_image_for_the_drive_of_a_pico_w_is_recognised():
    image = recognise(an_image.uf2())
    assert (image.chip, image.machine, image.version, image.kind) == ("RP2040", "Raspberry Pi Pico W", "1.25.0", "uf2")
    assert image.numbers == (1, 25, 0)


def test_an_image_for_esptool_says_chip_and_place():
    image = recognise(an_image.esp())
    assert (image.chip, image.machine, image.offset) == ("ESP32", "Generic ESP32 module", 0x1000)
    image = recognise(an_image.esp("Generic ESP32S3 module with Octal-SPIRAM with ESP32S3", chip=an_image.ESP32_S3))
    assert (image.chip, image.machine, image.offset) == ("ESP32-S3", "Generic ESP32S3 module", 0)


def test_the_first_block_of_an_image_for_the_rp2350_is_for_any_chip():
    first = an_image.block(b"", 0, 2, an_image.ANY_CHIP)
    image = recognise(first + an_image.uf2("Raspberry Pi Pico 2 W with RP2350", family=an_image.RP2350))
    assert (image.chip, image.machine) == ("RP2350", "Raspberry Pi Pico 2 W")


def test_an_image_that_was_not_copied_to_its_end_is_told():
    whole = an_image.uf2()
    assert "3 of 4 blocks" in refused(whole[:-512])
    assert "middle of a block" in refused(whole[:-7])
    whole = an_image.esp()
    assert "no program behind" in refused(whole[:-400])
    assert "ends too early" in refused(whole[:-60])


def test_a_flipped_bit_is_told():
    assert "block 1 is damaged" in refused(an_image.uf2()[:513] + b"?" + an_image.uf2()[514:])
    whole = bytearray(an_image.esp())
    whole[0x10000 - 0x1000 + 40] ^= 1
    assert "checksum" in refused(bytes(whole))


def test_what_is_no_image_of_micropython_is_told():
    assert "neither UF2" in refused(b"PK\x03\x04")
    assert "neither UF2" in refused(b"")
    assert "not MicroPython" in refused(an_image.block(b"CircuitPython 9.2 on 2025", 0, 1, an_image.RP2040))
    assert "0x68ed2b88" in refused(an_image.block(b"", 0, 1, 0x68ED2B88))
    assert "number 5" in refused(an_image.esp(chip=5))


@given(st.binary(max_size=2000), st.sampled_from([b"", b"UF2\x0a", b"\xe9"]))
def test_whatever_a_file_holds_the_answer_is_in_words(data, begin):
    assert refused(begin + data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (an_image.uf2("Raspberry Pi Pico with RP2040"), "it needs the image RPI_PICO_W"),
        (an_image.esp(), "has the RP2040"),
        (an_image.uf2(version="1.24.1"), "too old"),
    ],
)
def test_an_image_that_does_not_fit_is_refused_with_the_reason(data, words):
    assert words in fit.refusal(recognise(data), PICO_W)


def test_boards_with_the_same_module_share_an_image():
    assert [board.id for board in fit.boards(recognise(an_image.esp()), BOARDS.values())] == [
        "esp32-devkitc",
        "olimex-esp32-poe-iso",
        "wt32-eth01",
    ]


def test_the_newest_release_is_taken():
    versions = ("1.25.0", "1.26.1", "1.9.4", "1.28.0-preview.12")
    images = {version: recognise(an_image.uf2(version=version)) for version in versions}
    assert fit.best(images, PICO_W) == "1.26.1"
    del images["1.25.0"], images["1.26.1"]
    assert fit.best(images, PICO_W) == "1.28.0-preview.12"
    assert fit.best({}, PICO_W) is None
