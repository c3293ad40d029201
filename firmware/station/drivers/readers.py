"""Finds the driver of a card reader. A driver has `async scan() -> bytes | None` and raises OSError when it is gone."""

MISSES = 3  # so many empty looks in a row mean that the card is gone


def open_reader(item: dict):
    """ValueError when the firmware has no driver of that kind."""
    if item["kind"] == "stand_in":
        import rfid_stand_in

        return rfid_stand_in.Reader(item["name"])
    raise ValueError("reader %s: no driver for kind %s" % (item["name"], item["kind"]))


class Presence:
    """A card that is missed once is still there; only several clean misses in a row mean removed."""

    def __init__(self):
        self.uid = None
        self._missed = 0

    def look(self, uid):
        """Take one look, return the uid that counts."""
        if uid is not None:
            self.uid = uid
            self._missed = 0
        elif self.uid is not None:
            self._missed += 1
            if self._missed >= MISSES:
                self.uid = None
        return self.uid
