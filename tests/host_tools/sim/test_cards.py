"""Cards as ISO/IEC 14443-3 has them, and the field that they share."""

from pullcord.sim.chips.cards import REQA, SELECT, WUPA, Card, Field, crc_a, levels

FOUR, SEVEN = b"\x11\x22\x33\x44", b"\x04\xa1\xb2\xc3\xd4\xe5\xf6"
TEN = b"\x04\x01\x02\x03\x05\x06\x07\x08\x09\x0a"
HALT = b"\x50\x00"


def frame(data, crc=True):
    data += crc_a(data) if crc else b""
    return int.from_bytes(data, "little"), 8 * len(data)


def selected(card, uid):
    """The last SAK that the card gives when it is selected by its uid; None when it stays silent."""
    answer = None
    for index, part in enumerate(levels(uid)):
        answer = card.hear(*frame(bytes((SELECT[index], 0x70)) + part))
    return answer and answer[0] & 0xFF


def in_field(uid):
    card = Card(uid)
    card.power(True)
    return card


def test_the_checksum_is_that_of_annex_b():
    # the two examples of the standard
    assert crc_a(b"\x00\x00") == b"\xa0\x1e"
    assert crc_a(b"\x12\x34") == b"\x26\xcf"


def test_a_card_has_a_level_for_each_part_of_its_uid():
    assert levels(FOUR) == [FOUR + b"\x44"]
    assert levels(SEVEN) == [b"\x88\x04\xa1\xb2\x9f", b"\xc3\xd4\xe5\xf6\x04"]
    assert [len(part) for part in levels(TEN)] == [5, 5, 5]
    for part in levels(TEN):
        assert part[0] ^ part[1] ^ part[2] ^ part[3] == part[4]


def test_a_card_says_how_long_its_uid_is():
    for uid, atqa in ((FOUR, 0x0004), (SEVEN, 0x0044), (TEN, 0x0084)):
        assert in_field(uid).hear(REQA, 7) == (atqa, 16)


def test_a_card_is_selected_level_by_level():
    for uid in (FOUR, SEVEN, TEN):
        card = in_field(uid)
        card.hear(WUPA, 7)
        assert selected(card, uid) == 0x08
        assert card.state == "active"


def test_a_card_without_power_hears_nothing():
    assert Card(FOUR).hear(WUPA, 7) is None


def test_a_halted_card_wakes_only_by_wupa():
    card = in_field(FOUR)
    card.hear(REQA, 7)
    selected(card, FOUR)
    assert card.hear(*frame(HALT)) is None
    assert card.state == "halt"
    assert card.hear(REQA, 7) is None
    assert card.hear(WUPA, 7) == (0x0004, 16)
    card.power(False)
    card.power(True)
    assert card.hear(REQA, 7) == (0x0004, 16)


def test_a_card_that_is_woken_from_halt_goes_back_to_it_after_an_error():
    card = in_field(FOUR)
    card.hear(REQA, 7)
    selected(card, FOUR)
    card.hear(*frame(HALT))
    card.hear(WUPA, 7)
    assert card.hear(*frame(b"\x95\x20", crc=False)) is None
    assert card.state == "halt"


def test_a_selected_card_is_silent_at_the_next_wake_up_and_answers_the_one_after():
    card = in_field(FOUR)
    card.hear(WUPA, 7)
    selected(card, FOUR)
    assert card.hear(WUPA, 7) is None
    assert card.hear(WUPA, 7) == (0x0004, 16)


def test_a_wrong_checksum_selects_nobody():
    card = in_field(FOUR)
    card.hear(WUPA, 7)
    value, count = frame(b"\x93\x70" + levels(FOUR)[0])
    assert card.hear(value ^ (1 << 70), count) is None
    assert card.state == "idle"


def test_only_the_card_that_begins_like_that_goes_on():
    part = int.from_bytes(levels(FOUR)[0], "little")
    for bits in range(1, 40):
        nvb = (bits // 8 + 2) << 4 | bits % 8
        known = part & ((1 << bits) - 1)
        card = in_field(FOUR)
        card.hear(WUPA, 7)
        assert card.hear(0x93 | nvb << 8 | known << 16, 16 + bits) == (part >> bits, 40 - bits)
        assert card.hear(0x93 | nvb << 8 | (known ^ 1) << 16, 16 + bits) is None
        assert card.state == "idle"


def test_where_two_cards_differ_they_collide():
    field = Field()
    field.lay(FOUR, b"\x11\x22\x37\x44")
    field.power(True)
    assert field.send(WUPA, 7) == (0x0004, 16, 0)
    _, count, collided = field.send(*frame(b"\x93\x20", crc=False))
    assert count == 40
    assert collided == 4 << 16 | 4 << 32  # the bit itself, and that of the check byte


def test_a_field_without_power_is_silent():
    field = Field()
    field.lay(FOUR)
    assert field.send(WUPA, 7) is None


def test_a_card_that_stays_keeps_its_state_when_another_comes():
    field = Field()
    field.power(True)
    field.lay(FOUR)
    card = field.cards[0]
    field.send(WUPA, 7)
    field.lay(FOUR, SEVEN)
    assert field.cards[0] is card and card.state == "ready"
    assert field.cards[1].state == "idle"
