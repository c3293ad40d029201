"""Whatever broker and recorder lose: all events arrive in the end, in order, and within the bounds."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from station.core.delivery import Delivery


class Plant:
    """A recorder with a contiguous `through`; the broker before it may lose what it acknowledged."""

    def __init__(self) -> None:
        self.committed: set[int] = set()
        self.through = 0

    def take(self, sequence: int) -> None:
        self.committed.add(sequence)
        while self.through + 1 in self.committed:
            self.through += 1

    def restore(self, through: int) -> None:
        self.committed = set(range(1, through + 1))
        self.through = through


class DeliveryMachine(RuleBasedStateMachine):
    @initialize(window=st.integers(1, 20), ahead=st.integers(1, 70))
    def begin(self, window: int, ahead: int) -> None:
        self.delivery = Delivery(window, ahead)
        self.plant = Plant()
        self.now = 0
        self.newest = 0
        self.receipted = 0
        self.session = 0
        self.connected = False
        self.unacked: list[int] = []
        self.sends: list[int] = []

    @rule(count=st.integers(1, 100))
    def append(self, count: int) -> None:
        self.newest += count
        self.delivery.appended(self.newest)

    @rule(ms=st.integers(0, 70000))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    @rule()
    def connect(self) -> None:
        self.connected = True
        self.delivery.connected(self.now, self.receipted)
        self.unacked, self.sends = [], []

    @rule()
    def lose_connection(self) -> None:
        self.connected = False
        self.delivery.disconnected(self.now)
        assert self.delivery.due(self.now) is None

    @rule(most=st.integers(1, 100), lost=st.sets(st.integers(0, 99)))
    def send(self, most: int, lost: set[int]) -> None:
        for count in range(most):
            sequence = self._send_one()
            if sequence is None:
                return
            if count not in lost:
                self.plant.take(sequence)

    def _send_one(self) -> int | None:
        sequence = self.delivery.due(self.now)
        if sequence is None:
            return None
        assert self.connected
        if not self.sends or sequence != self.sends[-1] + 1:  # a fresh start: the first without a receipt
            assert sequence == self.receipted + 1
            self.unacked = []
        assert self.receipted < sequence <= min(self.newest, self.receipted + self.delivery.ahead)
        self.delivery.sent(self.now, sequence)
        self.unacked.append(sequence)
        self.sends.append(sequence)
        assert len([each for each in self.unacked if each > self.receipted]) <= self.delivery.window
        return sequence

    @rule(count=st.integers(1, 20))
    def broker_acknowledges(self, count: int) -> None:
        for _ in range(min(count, len(self.unacked))):
            self.delivery.acked(self.now, self.unacked.pop(0))

    @rule()
    def receipt(self) -> None:
        if self.plant.through > self.receipted:  # the journal filters the others
            self.receipted = self.plant.through
            self.delivery.receipt(self.now, self.receipted)

    @rule(share=st.floats(0, 1))
    def database_is_restored(self, share: float) -> None:
        through = int(self.receipted * share)
        self.plant.restore(through)
        if through < self.receipted:
            self.delivery.receipt(self.now, through)
            self.sends, self.unacked = [], []
        self.receipted = through

    @rule()
    def recorder_restarts(self) -> None:
        self.session += 1
        self.delivery.session(self.now, str(self.session))
        self.sends, self.unacked = [], []

    @invariant()
    def knows_the_receipt(self) -> None:
        if getattr(self, "delivery", None) and self.connected:
            assert self.delivery.through == self.receipted
            assert 0 <= self.delivery.wait_ms(self.now) <= 60000

    @rule()
    def wait_as_told(self) -> None:
        self.now += self.delivery.wait_ms(self.now)
        if self.connected and self.newest > self.receipted:
            assert self.delivery.due(self.now) is not None

    def teardown(self) -> None:
        """Once the plant is well, only waiting is needed until all is receipted."""
        if not getattr(self, "delivery", None):
            return
        self.connect()
        for _ in range(self.newest * 2 + 10):
            self.send(100, set())
            self.broker_acknowledges(20)
            self.receipt()
            self.now += self.delivery.wait_ms(self.now)
            if self.receipted == self.newest:
                return
        raise AssertionError(f"only {self.receipted} of {self.newest} were receipted")


DeliveryMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestDelivery = DeliveryMachine.TestCase
