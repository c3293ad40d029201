"""How long calls have waited, whatever is done to the clock. Pure; `steady` is of a clock that nobody sets."""

from collections.abc import Iterable

from pullcord.pull.escalation import Call


class Waits:
    """Of the calls that wait. A clock that is put back would delay their levels, one put forward give them at once."""

    def __init__(self) -> None:
        self._began: dict[str, int] = {}

    def by_now(self, calls: Iterable[Call], now: int, steady: int) -> list[Call]:
        """The calls as if the clock had always gone as it goes now.

        When a call is seen first, the clock is believed; from then on the steady clock, and what its station says of
        its age: that comes late at times, so a call is never younger than any of them says.
        """
        waiting = list(calls)
        self._began = {
            call.call: min(self._began.get(call.call, steady - max(0, now - call.called_at)), steady - call.age_ms)
            for call in waiting
        }
        return [call._replace(called_at=now - steady + self._began[call.call]) for call in waiting]
