"""What a use needs of a pin, and whether the pin can do it. A new kind of device only names its needs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .boards import Board, PinProfile

Verdict = tuple[str, str] | None
"""What is wrong with that use of the pin and what would be right; None when nothing is."""



@dataclass(frozen=True)
class Where:
    """A pin of a board, at a station that uses Wi-Fi or does not."""

    board: Board
    name: str
    wifi: bool

    @property
    def pin(self) -> PinProfile:
        return self.board.pins[self.name]

    def others(self, good: Callable[[PinProfile], object]) -> str:
        """The free pins of the board that would do."""
        names = [name for name, pin in self.board.pins.items() if not pin.reserved and not pin.strapping and good(pin)]
        return "one of " + ", ".join(names) if names else "another board: this one has no such pin"


def _output(at: Where) -> Verdict:
    if at.pin.input_only:
        return f"is an input only on {at.board.name}", at.others(lambda pin: not pin.input_only)
    return None


def _input(at: Where) -> Verdict:
    if at.pin.strapping:
        wrong = f"decides how {at.board.name} starts ({at.pin.strapping}), and an input may hold it"
        return wrong, at.others(lambda pin: True)
    return None


def _pull(at: Where, way: str) -> Verdict:
    if way in at.pin.pulls:
        return None
    return f"has no pull-{way} on {at.board.name}", "another pin, or pull: none and a resistor outside"


def _adc(at: Where) -> Verdict:
    if at.pin.adc or (at.pin.adc_without_wifi and not at.wifi):
        return None
    right = at.others(lambda pin: pin.adc or (pin.adc_without_wifi and not at.wifi))
    if at.pin.adc_without_wifi:
        return f"is at the second converter (ADC2) of {at.board.name}, which Wi-Fi takes for itself", right
    return f"has no analog converter on {at.board.name}", right


def _off_in_reset(at: Where) -> Verdict:
    if at.pin.at_reset != "up":
        return None
    wrong = f"is pulled up while {at.board.name} is in reset, and what must be off would be on"
    return wrong, at.others(lambda pin: not pin.at_reset and not pin.input_only)


def _both(at: Where) -> Verdict:
    return _output(at) or _input(at)


_BUS_CHECKS: dict[str, Callable[[Where], Verdict]] = {
    "spi.sck": _output,
    "spi.mosi": _output,
    "spi.miso": _input,
    "i2c.sda": _both,
    "i2c.scl": _both,
    "uart.tx": _output,
    "uart.rx": _input,
}
_CHECKS: dict[str, Callable[[Where], Verdict]] = {
    **_BUS_CHECKS,
    "output": _output,
    "pwm": _output,
    "pixels": _output,
    "input": _input,
    "pulses": _input,
    "adc": _adc,
    "pull-up": lambda at: _pull(at, "up"),
    "pull-down": lambda at: _pull(at, "down"),
    "off-in-reset": _off_in_reset,
}
NEEDS = frozenset(_CHECKS)
BUS_NEEDS = frozenset(_BUS_CHECKS)


def objection(at: Where, needs: Iterable[str]) -> Verdict:
    """The first thing that the pin cannot do; which bus the pins of one can be is the matter of `carriers`."""
    if at.pin.reserved:
        return f"is not free on {at.board.name}: it {at.pin.reserved}", at.others(lambda pin: True)
    for need in needs:
        if need in at.board.cannot:
            return f"{at.board.name} cannot: {at.board.cannot[need]}", "pull: none and a resistor outside, or pull: up"
        found = _CHECKS[need](at)
        if found:
            return found
    return None


def carriers(board: Board, pins: Iterable[tuple[str, str]]) -> set[str]:
    """The buses, such as spi0, that can have these pins. `pins`: (need such as spi.sck, pin)."""
    wanted = list(pins)
    family = wanted[0][0].partition(".")[0]
    fitting = {bus for bus in board.any_pin if bus.startswith(family)}
    fixed = {signal.partition(".")[0] for pin in board.pins.values() for signal in pin.carries}
    for bus in fixed:
        if bus.startswith(family) and all(_carries(board, bus, need, pin) for need, pin in wanted):
            fitting.add(bus)
    return fitting


def carrying(board: Board, need: str) -> str:
    """For people: the pins that have this signal, such as `spi0: GP2, GP6; spi1: GP10`."""
    signal = need.partition(".")[2]
    found: dict[str, list[str]] = {}
    for name, pin in board.pins.items():
        for carried in pin.carries if not pin.reserved else ():
            bus, _, its_signal = carried.partition(".")
            if its_signal == signal and bus.startswith(need.partition(".")[0]):
                found.setdefault(bus, []).append(name)
    return "; ".join(f"{bus}: {', '.join(names)}" for bus, names in sorted(found.items()))


def _carries(board: Board, bus: str, need: str, pin: str) -> bool:
    return f"{bus}.{need.partition('.')[2]}" in board.pins[pin].carries
