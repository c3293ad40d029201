"""Which event goes out next: in order, a window in flight, bounded beyond the receipt, again without one.

`through` is what the plant has for good (highest contiguous committed sequence). Sequences count 1, 2, 3 ...
Times are milliseconds that only grow. Nothing here waits or sends; `station.net.uplink` does.
"""

PATIENCE_MS = (10000, 20000, 40000, 60000)
IDLE_MS = 60000


class Delivery:
    """One journal's way out.

    `window`: events sent and not yet acknowledged by the broker. `ahead`: events sent beyond `through`.
    `trust_broker`: the broker's acknowledgement counts as receipt (`"delivery": "broker"` of the config).
    """

    def __init__(self, window=16, ahead=64, trust_broker=False):
        self.window = window
        self.ahead = ahead
        self.trust_broker = trust_broker
        self.through = 0
        self._next = 1
        self._newest = 0
        self._in_flight = set()
        self._connected = False
        self._session = None
        self._since = 0
        self._tries = 0

    def connected(self, now, through):
        """A new connection: what the plant has not receipted goes out again."""
        self._connected = True
        self._tries = 0
        self._go_back(now, through)

    def disconnected(self, now):
        self._connected = False

    def appended(self, newest):
        """The journal's newest sequence; may be told again and again."""
        self._newest = newest

    def due(self, now):
        """The sequence to send now, or None. Goes back to `through + 1` when no receipt came for too long."""
        if not self._connected:
            return None
        if self._outstanding() and now - self._since >= PATIENCE_MS[self._tries]:
            self._tries = min(self._tries + 1, len(PATIENCE_MS) - 1)
            self._go_back(now, self.through)
        return self._next if self._may_send() else None

    def sent(self, now, sequence):
        """`due` was handed to the connection."""
        if not self._outstanding():
            self._since = now
        self._in_flight.add(sequence)
        self._next = sequence + 1

    def skipped(self, now, sequence):
        """`due` is not kept any more: it was receipted once and erased, or it is damaged beyond reading."""
        if sequence == self.through + 1:
            self.through = sequence
        self._next = sequence + 1

    def acked(self, now, sequence):
        """The broker has it. Returns True when that moved `through` (only with `trust_broker`)."""
        self._in_flight.discard(sequence)
        if not self.trust_broker:
            return False
        return self._progress(now, min(self._in_flight) - 1 if self._in_flight else self._next - 1)

    def receipt(self, now, through):
        """The plant has everything up to `through`; a lower one (new epoch) means: send again from there."""
        if through < self.through:
            self._tries = 0
            self._go_back(now, through)
        else:
            self._progress(now, through)

    def session(self, now, session_id):
        """The recorder's session, as in `/time`. Another one may not have seen what was sent: go back."""
        if session_id != self._session:
            self._session = session_id
            self._tries = 0
            self._go_back(now, self.through)

    def wait_ms(self, now):
        """Milliseconds until something may become due without any input, 0 ... 60000."""
        if not self._connected:
            return IDLE_MS
        if self._may_send():
            return 0
        if not self._outstanding():
            return IDLE_MS
        return max(0, self._since + PATIENCE_MS[self._tries] - now)

    def _outstanding(self):
        return self._next > self.through + 1

    def _may_send(self):
        newest = min(self._newest, self.through + self.ahead)
        return self._next <= newest and len(self._in_flight) < self.window

    def _progress(self, now, through):
        if through <= self.through:
            return False
        self.through = through
        self._next = max(self._next, through + 1)
        self._in_flight = {sequence for sequence in self._in_flight if sequence > through}
        self._since = now
        self._tries = 0
        return True

    def _go_back(self, now, through):
        self.through = through
        self._next = through + 1
        self._in_flight.clear()
        self._since = now
