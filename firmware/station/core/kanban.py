"""A card at a reader: one tap is one tap, and it gets one of five answers."""

ROLES = {"signal": "s", "ship": "h", "receive": "r", "badge": "b"}
REMEMBERED = 32
SEVERAL = b""  # in place of a uid: several cards at once, and none of them is taken


class Reader:
    """The one-tap rule. A card left lying is one tap, and so is the same card again within `same_card_ms`."""

    def __init__(self, name: str, role: str, same_card_ms: int):
        self.name = name
        self.role = role
        self.last = None
        self._same_card_ms = same_card_ms
        self._present = False
        self._seen_at: "int | None" = None
        self._first_look = True
        self._several = False

    def see(self, now: int, uid) -> bool:
        """`uid` bytes in the field, SEVERAL, or None. True when this is a tap, and once when there are several."""
        several, self._several = self._several, uid == SEVERAL
        if self._several:
            return not several  # the card that was taken before may be one of them: it is still the same
        first_look, self._first_look = self._first_look, False
        if uid is None:
            self._present = False
            return False
        same = uid == self.last and (self._present or first_look or now - self._seen_at < self._same_card_ms)
        self.last = uid
        self._present = True
        self._seen_at = now
        return not same

    def restore(self, now: int, uid) -> None:
        """The last tap before the reboot: that card is not new, even if the first looks miss it."""
        self.last = uid
        self._seen_at = now


class Signals:
    """Which cards this station has signalled itself, newer than its card table."""

    def __init__(self):
        self._given = []

    def answer(self, role: str, uid: bytes, entry, certain: bool) -> str:
        """`accepted already unknown wrong_place on_hold`.

        `entry`: (loop, here, state) of the card table or None. `certain`: connected with a current table.
        Without that, nobody is told "already": the plant decides later.
        """
        if entry is None or entry[2] == "retired":
            return "unknown"
        if ROLES[role] not in entry[1]:
            return "wrong_place"
        if entry[2] == "hold":
            return "on_hold"
        if role == "signal" and certain and (entry[2] == "empty" or uid in self._given):
            return "already"
        return "accepted"

    def stored(self, role: str, uid: bytes) -> None:
        if uid in self._given:
            self._given.remove(uid)
        if role == "signal":
            self._given.append(uid)
            if len(self._given) > REMEMBERED:
                self._given.pop(0)

    def table_changed(self) -> None:
        """A newer table knows what was signalled."""
        self._given = []
