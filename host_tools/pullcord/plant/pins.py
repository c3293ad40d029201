"""Whether a station can be wired to its board like that."""

from collections.abc import Iterable, Iterator

from .boards import Board
from .capability import BUS_NEEDS, Where, carriers, carrying, objection
from .problems import Path, Problem, dotted
from .shape import suggestion
from .wiring import Use


def problems(uses: Iterable[Use], board: Board, wifi: bool, at: Path = ()) -> Iterator[Problem]:
    """Everything that cannot be wired, each with its reason. `at`: the path of the station."""
    taken: dict[int, Use] = {}
    sound: list[Use] = []
    for use in uses:
        found = _pin(use, board, wifi, taken)
        if found:
            yield Problem((*at, *use.path), use.pin, *found)
        else:
            sound.append(use)
    yield from _buses(sound, at, board)


def _pin(use: Use, board: Board, wifi: bool, taken: dict[int, Use]) -> tuple[str, str] | None:
    if use.pin not in board.pins:
        return f"{board.name} has no such pin", suggestion(use.pin, board.pins)
    gpio = board.pins[use.pin].gpio
    if gpio in taken and not _may_share(use, taken[gpio]):
        return f"this pin is used by {dotted(taken[gpio].path)}", "a pin of its own"
    taken.setdefault(gpio, use)
    return objection(Where(board, use.pin, wifi), use.needs)


def _may_share(one: Use, other: Use) -> bool:
    """SPI and I2C are shared by devices; what sets them apart (a select pin, an address) has its own check."""
    return one.needs == other.needs and one.needs[0].startswith(("spi.", "i2c.")) and one.device != other.device


def buses(uses: Iterable[Use], board: Board) -> dict[Path, int]:
    """The number of the SPI, I2C or UART of each device that has one."""
    return {device: int(bus.removeprefix(_family(its[0]))) for device, its, _, bus in _given(uses, board) if bus}


def _family(use: Use) -> str:
    return use.needs[0].partition(".")[0]


def _given(sound: Iterable[Use], board: Board) -> Iterator[tuple[Path, list[Use], set[str], str]]:
    """(device, its uses, buses that can have these pins, the one that it gets or ""). Each set of pins has its own."""
    devices: dict[tuple[Path, str], list[Use]] = {}
    for use in sound:
        if use.needs[0] in BUS_NEEDS:
            devices.setdefault((use.device, _family(use)), []).append(use)
    given: dict[tuple[str, frozenset[str]], str] = {}
    for (device, family), its in devices.items():
        key = family, frozenset(use.pin for use in its)
        fitting = carriers(board, [(use.needs[0], use.pin) for use in its])
        free = sorted(fitting - set(given.values()))
        if key not in given and free:
            given[key] = free[0]
        yield device, its, fitting, given.get(key, "")


def _buses(sound: Iterable[Use], at: Path, board: Board) -> Iterator[Problem]:
    for device, its, fitting, bus in _given(sound, board):
        if bus:
            continue
        pins = ", ".join(f"{use.needs[0]} {use.pin}" for use in its)
        if fitting:
            wrong = f"{board.name} has {' and '.join(sorted(fitting))} for these pins, in use at other pins already"
            right = "the pins of the device that is there (SPI and I2C are shared), or of another bus"
        else:
            wrong = f"these pins of {board.name} are not one {_family(its[0])}"
            right = "; ".join(f"{use.needs[0]} at {carrying(board, use.needs[0])}" for use in its)
        yield Problem((*at, *device), pins, wrong, right)
