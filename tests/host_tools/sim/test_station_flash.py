"""What a virtual station's flash does with pages: as NOR flash does, bits only fall."""

from pullcord.sim.station_flash import BLOCK, PAGE, StationFlash


def read(flash, block, count=PAGE, offset=0):
    found = bytearray(count)
    flash.readblocks(block, found, offset)
    return bytes(found)


def test_it_is_blank_and_keeps_what_is_programmed_when_the_process_is_killed(tmp_path):
    flash = StationFlash(str(tmp_path / "flash.img"), 4 * BLOCK, 0)
    assert flash.ioctl(4, 0) == 4 and flash.ioctl(5, 0) == BLOCK
    assert read(flash, 3, BLOCK) == b"\xff" * BLOCK
    pages = bytes(range(256)) + b"\x55" * PAGE
    flash.writeblocks(1, pages, 2 * PAGE)
    again = StationFlash(str(tmp_path / "flash.img"), 4 * BLOCK, 0)
    assert read(again, 1, 2 * PAGE, 2 * PAGE) == pages
    assert read(again, 1) == read(again, 2) == b"\xff" * PAGE


def test_programming_over_what_is_there_only_clears_bits(tmp_path):
    flash = StationFlash(str(tmp_path / "flash.img"), 4 * BLOCK, 0)
    flash.writeblocks(0, b"\xf0" * PAGE, 0)
    flash.writeblocks(0, b"\x3c" * PAGE, 0)
    assert read(flash, 0) == b"\x30" * PAGE


def test_an_erase_takes_one_block(tmp_path):
    flash = StationFlash(str(tmp_path / "flash.img"), 4 * BLOCK, 0)
    for block in (0, 1, 2):
        flash.writeblocks(block, b"\0" * PAGE, BLOCK - PAGE)
    assert flash.ioctl(6, 1) == 0
    assert [read(flash, block, PAGE, BLOCK - PAGE)[0] for block in (0, 1, 2)] == [0, 0xFF, 0]


def test_what_waited_for_an_erase_comes_when_the_block_is_erased(tmp_path):
    seen = []
    flash = StationFlash(str(tmp_path / "flash.img"), 4 * BLOCK, 0, lambda: seen.append(read(flash, 1)[:1]))
    flash.writeblocks(1, b"\0" * PAGE, 0)
    flash.ioctl(6, 1)
    assert seen == [b"\xff"]
