"""The card table: which card belongs to which loop, and what may be done with it here.

One file, `cards.bin`: entries of 16 bytes sorted by uid, then the names of the loops, then a footer. A card
is found by bisecting: 14 short reads for 10,000 cards, in constant memory. The table before stays as
`cards.old`.
"""

import struct

ROLES = "shrb"
STATES = ("full", "empty", "hold", "lost", "retired")
ENTRY = "<10sBBI"  # uid, its length, roles (low bits) and state (high), offset of the loop's name
SIZE = 16


class CardTable:
    """`version` 0, `hash` "" and `count` 0 when there is no table. `findings` tells what was damaged.

    `file`: the table, checked and open, or None.
    """

    def __init__(self):
        self.version, self.hash, self.count = 0, "", 0
        self.findings = []
        self.file = None

    @classmethod
    def open(cls, directory: str):
        """The table in `directory`, the one before when that is damaged, or an empty one."""
        from station.health.memory import forget
        from station.store import card_check

        table = cls()
        card_check.enter(table, directory)
        forget("store.card_check")
        return table

    def find(self, uid: bytes):
        """(loop, roles allowed here, state) of the card, or None. OSError: the flash fails."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            self.file.seek(middle * SIZE)
            padded, length, bits, offset = struct.unpack(ENTRY, self.file.read(SIZE))
            found = padded[:length]
            if found == uid:
                here = "".join([role for i, role in enumerate(ROLES) if bits >> i & 1])
                return self._name(offset), here, STATES[bits >> 4]
            if found < uid:
                low = middle + 1
            else:
                high = middle
        return None

    def close(self) -> None:
        """Give the file back. The table is empty then."""
        if self.file:
            self.file.close()
        self.file, self.count = None, 0

    def _name(self, offset):
        self.file.seek(self.count * SIZE + offset)
        return self.file.read(self.file.read(1)[0]).decode()
