"""The PN532's driver at both interfaces of the chip's model: every kind of card, and every fault."""

import asyncio

from a_reader import FOUR, SEVEN, SPI, TEN, UART, Bench, Every

from station.core.kanban import SEVERAL
from station.drivers import pn532
from station.drivers.pn532 import unwrap
from station.drivers.readers import MISSES, UNCLEAR, Presence

KINDS = "pn532-spi", "pn532-uart"


def benches(**more):
    """One of each interface, each on a board of its own; `more` wires of both."""
    for kind, bus in zip(KINDS, (SPI, UART)):
        yield Bench(kind, dict(bus, **more))


def damaged(frame, at):
    at = at * 7 % len(frame)
    return frame[:at] + bytes((frame[at] ^ 0x10,)) + frame[at + 1 :]


def test_an_empty_field_is_a_clean_miss():
    for bench in benches():
        assert bench.scan(3) == [None] * 3


def test_cascade():
    for bench in benches():
        for uid in (FOUR, SEVEN, TEN):
            bench.field.lay(uid)
            assert bench.scan(3) == [uid] * 3


def test_several_cards():
    for bench in benches():
        for uids in ((FOUR, SEVEN), (SEVEN, TEN), (FOUR, SEVEN, TEN)):
            bench.field.lay(*uids)
            assert bench.scan(3) == [SEVERAL] * 3
        bench.field.lay(SEVEN)
        assert bench.scan(2) == [SEVEN] * 2


def test_collision_at_each_bit_position():
    for bench in benches():
        for bit in range(56):
            other = (int.from_bytes(SEVEN, "little") ^ 1 << bit).to_bytes(7, "little")
            bench.field.lay(SEVEN, other)
            assert bench.scan() == [SEVERAL], bit


def test_stray_misses():
    for bench in benches():
        presence, stray = Presence(), Every(11)
        bench.field.lay(SEVEN)
        bench.field.disturb = lambda heard, stray=stray: None if stray() else heard
        seen = bench.scan(60)
        assert None in seen
        assert {presence.look(uid) for uid in seen[seen.index(SEVEN) :]} == {SEVEN}
        bench.field.disturb = None
        bench.field.lay()
        assert presence.look(SEVEN) == SEVEN
        assert [presence.look(uid) for uid in bench.scan(MISSES)] == [SEVEN] * (MISSES - 1) + [None]


def test_wrong_bcc_and_wrong_crc():
    for bench in benches():
        bench.field.lay(FOUR)
        part = bench.field.cards[0].parts[0]
        bench.field.cards[0].parts[0] = part[:4] + bytes((part[4] ^ 1,))
        assert bench.scan(2) == [None] * 2  # the chip itself keeps such a card to itself
        bench.field.lay(SEVEN)
        bench.field.disturb = lambda heard: (heard[0], 23, 0) if heard and heard[1] == 24 else heard
        assert bench.scan(2) == [None] * 2


def test_noise():
    for bench in benches():
        bench.field.lay(SEVEN)
        bench.scan()
        presence, wrong = Presence(), Every(9)
        bench.chip.spoil = lambda frame, wrong=wrong: damaged(frame, wrong.calls) if wrong() else frame
        seen = bench.scan(60)
        assert set(seen) <= {SEVEN, UNCLEAR, "OSError"} and UNCLEAR in seen and seen.count(SEVEN) > 20
        assert {presence.look(uid) for uid in seen[seen.index(SEVEN) :] if uid != "OSError"} == {SEVEN}


def test_gone_deaf():
    for bench in benches(reset=6):
        bench.field.lay(SEVEN)
        bench.scan()
        bench.chip.deaf = True
        assert bench.scan(3) == [UNCLEAR, SEVEN, SEVEN]


def test_gone_deaf_for_good():
    for bench in benches():
        bench.field.lay(SEVEN)
        bench.scan()
        bench.chip.deaf = True
        assert bench.scan(3) == [UNCLEAR, "OSError", "OSError"]
        bench.chip.deaf = False
        assert bench.scan(2) == [SEVEN] * 2


def test_brown_out():
    for bench in benches():
        bench.field.lay(SEVEN)
        bench.scan()
        bench.chip.brown_out()
        assert bench.scan(3) == [UNCLEAR, SEVEN, SEVEN]


def test_cable_pulled_and_put_back():
    for bench in benches():
        bench.field.lay(SEVEN)
        assert bench.scan(2) == [SEVEN] * 2
        bench.chip.plugged = False
        assert bench.scan(3) == [UNCLEAR, "OSError", "OSError"]
        bench.chip.plugged = True
        assert bench.scan(2) == [SEVEN] * 2


def test_a_board_that_stands_still_to_erase_flash_does_not_take_the_chip_for_dead():
    for bench in benches():
        bench.field.lay(SEVEN)
        assert bench.run(bench.looked_while_flash_is_erased(30)) == [SEVEN] * 30


def test_two_readers_on_one_board():
    one = Bench("pn532-spi")
    two = Bench("mfrc522", dict(SPI, cs=7), "reader-2", one.board)
    three = Bench("pn532-uart", UART, "reader-3", one.board)
    one.field.lay(SEVEN)
    two.field.lay(TEN)
    three.field.lay(FOUR)

    async def all_of_them():
        return await asyncio.gather(one.looked(4), two.looked(4), three.looked(4))

    assert list(one.run(all_of_them())) == [[SEVEN] * 4, [TEN] * 4, [FOUR] * 4]


def test_no_step_is_longer_than_10_ms_and_no_look_than_300():
    for kind in KINDS:
        for uids, plugged in (((), True), ((TEN,), True), ((FOUR, SEVEN), True), ((), False)):
            bench = Bench(kind)
            bench.field.lay(*uids)
            bench.chip.plugged = plugged
            assert 0 < bench.longest_look_ms() <= 300, (kind, uids, plugged)
            assert bench.longest_us < 10000, (kind, uids, plugged)


def test_frames_are_cut_out_of_what_comes():
    ack, frame = b"\x00\x00\xff\x00\xff\x00", b"\x00\x00\xff\x02\xfe\xd5\x15\x16\x00"
    body, rest = unwrap(ack + frame)
    assert body == b""
    body, rest = unwrap(rest)
    assert body == b"\xd5\x15"
    assert unwrap(rest)[0] is None
    for size in range(3, len(frame) - 1):
        assert unwrap(frame[:size]) == (None, frame[:size])


def test_a_damaged_frame_is_refused():
    for frame in (b"\x00\x00\xff\x02\xfd\xd5\x15\x16\x00", b"\x00\x00\xff\x02\xfe\xd5\x15\x17\x00"):
        try:
            unwrap(frame)
        except ValueError:
            continue
        raise AssertionError("taken: %r" % frame)


def test_an_answer_that_is_cut_short_is_unclear():
    whole = b"\x01\x01\x00\x44\x00\x04" + FOUR
    assert pn532._in_the_field(whole) == FOUR
    assert pn532._in_the_field(b"\x00") is None
    for length in range(len(whole)):
        assert pn532._in_the_field(whole[:length]) == UNCLEAR
