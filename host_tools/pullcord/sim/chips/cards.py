"""Cards of ISO/IEC 14443 type A, and the field in which they answer together.

Bits on the air are a whole number, the first bit lowest, with their count; parity bits are left out. Sections are
those of ISO/IEC 14443-3.
"""

REQA, WUPA = 0x26, 0x52  # 6.4.1: frames of seven bits
SELECT = (0x93, 0x95, 0x97)  # 6.4.3: a command for each cascade level
CASCADE_TAG = 0x88  # 6.4.4: the uid goes on at the next level
NOT_COMPLETE = 4  # in SAK, 6.4.3.4
_ATQA = {4: 0x0004, 7: 0x0044, 10: 0x0084}  # 6.4.2: size of the uid, and one bit for bit-frame anticollision


def crc_a(data):
    """Two bytes, the low one first (annex B)."""
    crc = 0x6363
    for byte in data:
        byte ^= crc & 0xFF
        byte = (byte ^ byte << 4) & 0xFF
        crc = crc >> 8 ^ byte << 8 ^ byte << 3 ^ byte >> 4
    return bytes((crc & 0xFF, crc >> 8))


def levels(uid):
    """What the card says at each cascade level: four bytes and their check byte (6.4.4)."""
    parts = []
    while len(uid) > 4:
        parts.append(bytes((CASCADE_TAG,)) + uid[:3])
        uid = uid[3:]
    parts.append(uid)
    return [part + bytes((part[0] ^ part[1] ^ part[2] ^ part[3],)) for part in parts]


class Card:
    """One card. `state`: off, idle, ready, active or halt (6.3)."""

    def __init__(self, uid, sak=0x08):
        self.uid = uid
        self.sak = sak
        self.parts = levels(uid)
        self.state = "off"
        self._rest = "idle"  # where an error leads back to: HALT for one that was woken from there
        self._level = 0

    def power(self, on):
        self.state = self._rest = "idle" if on else "off"

    def hear(self, value, count):
        """The answer to a frame: (bits, count), or None."""
        if self.state == "off":
            return None
        if count == 7:
            return self._wake(value)
        data = value.to_bytes((count + 7) // 8, "little")
        if self.state == "ready" and data[0] == SELECT[self._level]:
            return self._level_frame(data, count)
        if self.state == "active" and data == b"\x50\x00" + crc_a(b"\x50\x00"):
            self.state = self._rest = "halt"
        else:
            self._back()
        return None

    def _wake(self, value):
        if self.state in {REQA: ("idle",), WUPA: ("idle", "halt")}.get(value, ()):
            self._rest, self.state, self._level = self.state, "ready", 0
            return _ATQA[len(self.uid)], 16
        self._back()
        return None

    def _level_frame(self, data, count):
        part = self.parts[self._level]
        if data[1] == 0x70:
            if data[2:7] == part and data[7:] == crc_a(data[:7]):
                return self._selected()
        else:
            bits = (data[1] >> 4) * 8 + (data[1] & 15) - 16
            mine, theirs = int.from_bytes(part, "little"), int.from_bytes(data[2:], "little")
            if bits == count - 16 and not (mine ^ theirs) & ((1 << bits) - 1):
                return mine >> bits, 40 - bits
        self._back()
        return None

    def _selected(self):
        self._level += 1
        done = self._level == len(self.parts)
        if done:
            self.state = "active"
        sak = bytes((self.sak if done else NOT_COMPLETE,))
        return int.from_bytes(sak + crc_a(sak), "little"), 24

    def _back(self):
        self.state = self._rest


class Field:
    """What lies before one antenna. `disturb(heard)` may change what is heard, lose it or make it up."""

    def __init__(self):
        self.cards = []
        self.on = False
        self.disturb = None

    def lay(self, *uids):
        """These cards, and no others, are there; one that was there before has not moved."""
        before = {card.uid: card for card in self.cards}
        self.cards = [before.get(uid) or Card(uid) for uid in uids]
        for card in self.cards:
            if card.uid not in before:
                card.power(self.on)

    def power(self, on):
        if on != self.on:
            self.on = on
            for card in self.cards:
                card.power(on)

    def send(self, value, count):
        """(bits, count, mask of the bits that collided) of what comes back, or None."""
        answers = [card.hear(value, count) for card in self.cards] if self.on else []
        answers = [answer for answer in answers if answer is not None]
        if not answers:
            heard = None
        else:
            first, collided = answers[0], 0
            for other in answers[1:]:
                collided |= first[0] ^ other[0]
            heard = (first[0], max([answer[1] for answer in answers]), collided)
        return self.disturb(heard) if self.disturb else heard
