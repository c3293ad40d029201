"""The MFRC522's driver at the registers of the chip's model: every kind of card, and every fault."""

import asyncio

from a_reader import FOUR, SEVEN, SPI, TEN, Bench

from pullcord.sim.chips.cards import Card, crc_a
from station.core.kanban import SEVERAL
from station.drivers.readers import MISSES, UNCLEAR, Presence

KIND = "mfrc522"
WITH_RESET = dict(SPI, reset=6)


def other_than(uid, bit):
    """The same uid with one bit changed."""
    number = int.from_bytes(uid, "little") ^ 1 << bit
    return number.to_bytes(len(uid), "little")


class Dice:
    """Says yes once in `sides` times, always in the same order."""

    def __init__(self, sides):
        self.sides = sides
        self.seed = 1

    def __call__(self):
        self.seed = (self.seed * 1103515245 + 12345) % 2**31
        return self.seed // 65536 % self.sides == 0


def test_an_empty_field_is_a_clean_miss():
    assert Bench(KIND).scan(3) == [None] * 3


def test_cascade():
    bench = Bench(KIND)
    for uid in (FOUR, SEVEN, TEN):
        bench.field.lay(uid)
        assert bench.scan(3) == [uid] * 3


def test_a_card_that_was_halted_is_woken():
    bench = Bench(KIND)
    bench.field.lay(SEVEN)
    bench.scan()
    card = bench.field.cards[0]
    card.state = card._rest = "halt"
    assert bench.scan(2) == [SEVEN] * 2


def test_several_cards():
    bench = Bench(KIND)
    alike = SEVEN, other_than(SEVEN, 55), other_than(SEVEN, 54)
    for uids in ((FOUR, SEVEN), (SEVEN, TEN), (FOUR, SEVEN, TEN), alike):
        bench.field.lay(*uids)
        assert bench.scan(3) == [SEVERAL] * 3
    bench.field.lay(SEVEN)
    assert bench.scan(2)[-1] == SEVEN


def test_a_weak_card_beside_a_strong_one_is_found():
    bench = Bench(KIND)
    bench.field.lay(SEVEN, FOUR)
    # the first in the field drowns the other one: nothing ever collides
    bench.field.disturb = lambda heard: heard and (heard[0], 40 if heard[1] == 40 else heard[1], 0)
    assert bench.scan(3) == [SEVERAL] * 3


def test_collision_at_each_bit_position():
    bench = Bench(KIND)
    for uid in (FOUR, SEVEN, TEN):
        for bit in range(8 * len(uid)):
            bench.field.lay(uid, other_than(uid, bit))
            assert bench.scan() == [SEVERAL], (uid, bit)
            # both were selected, one after the other
            assert sorted([card.state for card in bench.field.cards]) == ["active", "idle"], (uid, bit)


def test_collisions_behind_a_collision():
    bench = Bench(KIND)
    for first in (0, 3, 7, 8, 21):
        for second in (first + 1, first + 5, 31):
            uids = FOUR, other_than(FOUR, first), other_than(FOUR, second), other_than(other_than(FOUR, first), second)
            bench.field.lay(*uids)
            assert bench.scan() == [SEVERAL], (first, second)
            states = [card.state for card in bench.field.cards]
            assert states.count("active") == 1, (first, second, states)


def test_stray_misses():
    bench, presence = Bench(KIND), Presence()
    bench.field.lay(SEVEN)
    strays = Dice(12)
    bench.field.disturb = lambda heard: None if strays() else heard
    seen = bench.scan(300)
    assert None in seen and seen.count(SEVEN) > 150
    assert {presence.look(uid) for uid in seen[seen.index(SEVEN) :]} == {SEVEN}
    bench.field.disturb = None
    bench.field.lay()
    assert [presence.look(uid) for uid in bench.scan(MISSES + 1)] == [SEVEN] * (MISSES - 1) + [None] * 2


def test_noise():
    bench, presence = Bench(KIND), Presence()
    bench.field.lay(SEVEN)
    wrong, where = Dice(20), Dice(1)

    def disturb(heard):
        if heard is None or not wrong():
            return heard
        where()
        bit = 1 << where.seed // 65536 % heard[1]
        return (heard[0], heard[1], bit) if where.seed & 0x100000 else (heard[0] ^ bit, heard[1], heard[2])

    bench.field.disturb = disturb
    seen = bench.scan(400)
    assert set(seen) <= {SEVEN, UNCLEAR, SEVERAL, None}
    assert UNCLEAR in seen and SEVERAL in seen and seen.count(SEVEN) > 250
    counted = [presence.look(uid) for uid in seen[seen.index(SEVEN) :]]
    assert set(counted) == {SEVEN}


def test_wrong_bcc():
    bench = Bench(KIND)
    bench.field.lay(FOUR)
    part = bench.field.cards[0].parts[0]
    bench.field.cards[0].parts[0] = part[:4] + bytes((part[4] ^ 1,))
    assert bench.scan(3) == [UNCLEAR] * 3


def test_wrong_crc():
    bench = Bench(KIND)
    bench.field.lay(SEVEN)
    bench.field.disturb = lambda heard: (heard[0] ^ 1 << 20, 24, 0) if heard and heard[1] == 24 else heard
    assert bench.scan(3) == [UNCLEAR] * 3


def test_a_card_that_grumbles_when_it_is_woken_again_is_one_card():
    class Grumbler(Card):
        def _wake(self, value):
            was_active = self.state == "active"
            answer = super()._wake(value)
            return (0, 4) if was_active else answer

    bench = Bench(KIND)
    bench.field.cards = [Grumbler(SEVEN)]
    assert bench.scan(3) == [SEVEN] * 3


def test_a_card_that_answers_though_it_is_selected_is_one_card():
    class Talker(Card):
        def _wake(self, value):
            self.state = "idle"
            return super()._wake(value)

    bench = Bench(KIND)
    bench.field.cards = [Talker(SEVEN)]
    assert bench.scan(3) == [SEVEN] * 3


def test_gone_deaf():
    bench = Bench(KIND, WITH_RESET)
    bench.field.lay(SEVEN)
    bench.scan()
    bench.chip.deaf = True
    assert bench.scan(3) == [UNCLEAR, SEVEN, SEVEN]


def test_gone_deaf_for_good():
    bench = Bench(KIND)
    bench.field.lay(SEVEN)
    bench.scan()
    bench.chip.deaf = True
    assert bench.scan(3) == [UNCLEAR, "OSError", "OSError"]
    bench.chip.deaf = False
    assert bench.scan(2) == [SEVEN] * 2


def test_gone_deaf_on_the_air_only():
    bench = Bench(KIND)
    bench.scan()
    bench.chip.mute = True
    bench.field.lay(SEVEN)
    seen = bench.scan(1100)
    assert seen[0] is None and seen[-1] == SEVEN
    assert set(seen) == {None, SEVEN}


def test_brown_out():
    bench = Bench(KIND)
    bench.field.lay(SEVEN)
    bench.scan()
    bench.chip.brown_out()
    assert bench.scan(3) == [UNCLEAR, SEVEN, SEVEN]


async def looked_with_a_brown_out(bench, after_ms):
    looking = asyncio.create_task(bench.looked(5))
    await asyncio.sleep_ms(after_ms)
    bench.chip.brown_out()
    return await looking


def test_brown_out_in_the_middle_of_a_look():
    for after_ms in range(60, 80, 2):
        bench = Bench(KIND)
        bench.field.lay(SEVEN)
        seen = bench.run(looked_with_a_brown_out(bench, after_ms))
        assert set(seen) <= {SEVEN, UNCLEAR, None} and seen[-2:] == [SEVEN] * 2, (after_ms, seen)


def test_cable_pulled_and_put_back():
    bench = Bench(KIND)
    bench.field.lay(SEVEN)
    assert bench.scan(2) == [SEVEN] * 2
    bench.chip.plugged = False
    assert bench.scan(3) == [UNCLEAR, "OSError", "OSError"]
    bench.chip.plugged = True
    assert bench.scan(2) == [SEVEN] * 2


def test_nothing_wired_at_all_says_where_to_look():
    bench = Bench(KIND)
    bench.chip.plugged = False
    try:
        bench.run(bench.reader.scan())
    except OSError as error:
        assert "reader-1: no MFRC522 answers (version 255): check cable" in str(error)
        return
    raise AssertionError("it answered")


def test_two_readers_on_one_board():
    one = Bench(KIND)
    two = Bench(KIND, dict(SPI, cs=7), "reader-2", one.board)
    one.field.lay(SEVEN)
    two.field.lay(TEN)

    async def both():
        return await asyncio.gather(one.looked(5), two.looked(5))

    assert list(one.run(both())) == [[SEVEN] * 5, [TEN] * 5]
    one.chip.plugged = False
    first, second = one.run(both())
    assert first[-1] == "OSError" and second == [TEN] * 5


def test_no_step_is_longer_than_10_ms_and_no_look_than_300():
    for uids, plugged in (((), True), ((TEN,), True), ((FOUR, SEVEN, TEN), True), ((), False)):
        bench = Bench(KIND)
        bench.field.lay(*uids)
        bench.chip.plugged = plugged
        assert 0 < bench.longest_look_ms() <= 300, (uids, plugged)
        assert 0 < bench.longest_us < 10000, (uids, plugged)


class Hydra:
    """Collides in every bit of its uid, and has a next level whatever is selected."""

    uid = b""
    state = "idle"

    def __init__(self):
        self.frames = 0
        self.collided = 0

    def power(self, on):
        pass

    def hear(self, value, count):
        self.frames += 1
        self.collided = 0
        if count == 7:
            return 4, 16
        if value >> 8 & 0xFF == 0x70:
            return int.from_bytes(b"\x04" + crc_a(b"\x04"), "little"), 24
        bits = count - 16
        self.collided = 1 << max(0, 8 - bits) if bits < 32 else 0
        return 0x77FFFFFF88 >> bits, 40 - bits


def test_a_board_that_stands_still_to_erase_flash_does_not_take_the_chip_for_dead():
    bench = Bench(KIND)
    bench.field.lay(SEVEN)
    assert bench.run(bench.looked_while_flash_is_erased(30)) == [SEVEN] * 30


def test_endless_collisions_do_not_hold_it_up():
    bench, hydra = Bench(KIND), Hydra()
    bench.field.cards = [hydra]
    bench.field.disturb = lambda heard: heard and (heard[0], heard[1], hydra.collided)
    assert set(bench.scan(3)) <= {SEVERAL, UNCLEAR}
    assert 3 * 30 < hydra.frames <= 3 * 40
    assert bench.longest_look_ms() <= 300


def test_an_antenna_that_was_switched_off_is_found():
    bench = Bench(KIND)
    bench.field.lay(SEVEN)
    bench.scan()
    bench.chip.overheat()
    assert bench.scan(3) == [UNCLEAR, SEVEN, SEVEN]
