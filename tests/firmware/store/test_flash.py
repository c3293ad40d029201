"""The simulated flash behaves like NOR flash. Portable: MicroPython runs it too."""

from pullcord.sim.cuts import PowerCut, Ram, torn
from pullcord.sim.flash import BLOCK, ERASE, ERASED, PAGE, PROGRAM, Flash

BLANK = ERASED * (BLOCK // PAGE)


def made(**options):
    return Flash(Ram(4 * BLOCK), 4, **options)


def content(flash, block, offset, length):
    buffer = bytearray(length)
    flash.readblocks(block, buffer, offset)
    return bytes(buffer)


def cut(action, *arguments):
    try:
        action(*arguments)
    except PowerCut:
        return True
    return False


def test_it_has_the_geometry_of_an_rp2():
    flash = made()
    assert (flash.ioctl(4, 0), flash.ioctl(5, 0)) == (4, 4096)


def test_what_is_programmed_is_read_and_counted():
    flash = made()
    flash.writeblocks(1, b"a" * 2 * PAGE, PAGE)
    assert content(flash, 1, PAGE, 2 * PAGE) == b"a" * 2 * PAGE
    assert (flash.operations, flash.erases, flash.programmed_bytes, flash.read_bytes) == (2, 0, 512, 512)


def test_programming_only_clears_bits_and_an_erase_sets_them_all():
    flash = made()
    flash.writeblocks(0, b"\xf0" * PAGE, 0)
    flash.writeblocks(0, b"\x3c" * PAGE, 0)
    assert content(flash, 0, 0, 1) == b"\x30" and flash.overwrites == 1
    flash.ioctl(6, 0)
    assert content(flash, 0, 0, BLOCK) == BLANK and flash.erases == 1


def test_a_write_without_an_offset_erases_first():
    flash = made()
    flash.writeblocks(2, b"a" * BLOCK)
    flash.writeblocks(2, b"b" * BLOCK)
    assert content(flash, 2, 0, BLOCK) == b"b" * BLOCK
    assert (flash.erases, flash.overwrites) == (2, 0)


def test_a_torn_program_leaves_its_first_bytes():
    flash = made(cut_at=2, part=0.5)
    assert cut(flash.writeblocks, 0, b"\x00" * 2 * PAGE, 0)
    after = Flash(flash.cells, 4)
    assert content(after, 0, 0, PAGE + PAGE // 2) == b"\x00" * (PAGE + PAGE // 2)
    assert content(after, 0, PAGE + PAGE // 2 + 1, 100) == ERASED[:100]


def test_a_half_done_erase_leaves_a_mixture():
    result = torn(ERASE, b"\x00" * BLOCK, b"", 0.5)
    assert len(result) == BLOCK
    assert (result[:2048], result[-1024:]) == (BLANK[:2048], b"\x00" * 1024)
    assert result[2048:2304] not in (ERASED[:256], b"\x00" * 256)


def test_a_cut_before_an_operation_changes_next_to_nothing():
    assert torn(PROGRAM, ERASED[:PAGE], b"\x00" * PAGE, 0.0)[1:] == ERASED[1:PAGE]
    assert torn(PROGRAM, ERASED[:PAGE], b"\x00" * PAGE, 1.0) == b"\x00" * PAGE


def test_without_power_nothing_is_read_or_written_any_more():
    flash = made(cut_at=1)
    assert cut(flash.ioctl, 6, 0)
    before = bytes(flash.cells.data)
    assert flash.readblocks(0, bytearray(16), 0) < 0
    assert flash.writeblocks(0, b"\x00" * PAGE, 0) < 0
    assert flash.ioctl(6, 1) < 0
    assert bytes(flash.cells.data) == before
