"""Finds the driver of a card reader.

A driver has `async scan()`, which ends within 300 ms: a uid, None (nothing answered), SEVERAL or UNCLEAR.
It raises OSError when the reader is gone.
"""

from ..core.kanban import SEVERAL

UNCLEAR = b"?"  # something answered and could not be made out: neither a card nor a clean miss
MISSES = 3  # so many clean misses in a row mean that the card is gone


def open_reader(item: dict, machine):
    """Loads only the driver that is asked for. ValueError when the firmware has none of that kind."""
    kind = item["kind"]
    if kind == "mfrc522":
        from .mfrc522 import Mfrc522

        return Mfrc522(item, machine)
    if kind == "pn532-spi":
        from .pn532_spi import open_spi

        return open_spi(item, machine)
    if kind == "pn532-uart":
        from .pn532_uart import open_uart

        return open_uart(item, machine)
    if kind == "stand_in":
        import rfid_stand_in

        return rfid_stand_in.Reader(item["name"])
    raise ValueError("reader %s: no driver for kind %s" % (item["name"], kind))


class Presence:
    """A card that is missed once is still there; only several clean misses in a row mean removed.

    Several cards count when two looks in a row say so: one may be noise.
    """

    def __init__(self):
        self.uid = None
        self._missed = 0
        self._several = False

    def look(self, uid):
        """Take one look, return what counts: the uid, None or SEVERAL."""
        several, self._several = self._several, uid == SEVERAL
        if several and self._several:
            self._missed = 0
            return SEVERAL
        if self._several or uid == UNCLEAR:
            self._missed = 0
        elif uid is not None:
            self.uid = uid
            self._missed = 0
        elif self.uid is not None:
            self._missed += 1
            if self._missed >= MISSES:
                self.uid = None
        return self.uid
