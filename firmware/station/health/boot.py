"""Why the board started, and how often it did."""

from ..store import atomic

_CAUSES = (
    ("PWRON_RESET", "power_on"),
    ("WDT_RESET", "watchdog"),
    ("SOFT_RESET", "soft"),
    ("BROWNOUT_RESET", "brownout"),
    ("HARD_RESET", "pin"),
)


def cause(machine) -> str:
    """`power_on watchdog soft brownout pin unknown`; ports differ in which constants they have."""
    code = machine.reset_cause()
    for constant, name in _CAUSES:
        if code == getattr(machine, constant, None):
            return name
    return "unknown"


def count(path: str) -> int:
    """The number of this boot, from 1; a counter that cannot be read starts again.

    On a flash that takes nothing the number is the next one all the same: the record will tell what is wrong.
    """
    try:
        number = int(atomic.load(path)) + 1
    except (OSError, ValueError, TypeError):
        number = 1
    try:
        atomic.save(path, b"%d" % number)
    except OSError:
        pass
    return number
