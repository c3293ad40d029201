"""What hangs on USB: is each board what it should be, and can it be opened."""

from concurrent.futures import ThreadPoolExecutor

from pullcord.plant.boards import Board
from pullcord.usb.board import Found, look, look_at_drive
from pullcord.usb.ports import drives, ports

from .finding import Finding, told, well, wrong

PART = "boards"
AT_ONCE = 16


def boards(profiles: dict[str, Board]) -> list[Finding]:
    """A station at work is asked and not disturbed."""
    try:
        there, waiting = ports(), drives()
    except (OSError, ValueError) as error:
        return [wrong(PART, f"the list of USB ports cannot be read: {error}", "see the system's log")]
    if not there and not waiting:
        return [told(PART, "none at USB")]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda port: look(port, profiles), there))
    return [judged(one) for one in [*found, *(look_at_drive(drive, profiles) for drive in waiting)]]


def judged(found: Found) -> Finding:
    who = f"{found.port}: {found.station or found.board or found.chip or found.usb or 'a board'}"
    if found.state == "station":
        return well(PART, f"{who} is at work, Pullcord {found.firmware or '(files)'}")
    if found.state == "bootloader":
        return told(PART, f"{who} waits in its bootloader for an image", "pullcord flash --all")
    if found.state == "prompt" and not found.firmware:
        return told(PART, f"{who} has no firmware yet", "pullcord flash, or pullcord deploy")
    if found.state == "prompt":
        return wrong(PART, f"{who} was stopped by hand: it waits at its prompt", "press its reset button")
    if found.state == "safe":
        why = "; ".join(found.safe_mode) or "it says why at its USB line"
        return wrong(PART, f"{who} is in safe mode: {why}", "pullcord flash mends it; pullcord rescue saves its events")
    first, *rest = found.trouble or ["it does not answer"]
    return wrong(PART, first if found.port in first else f"{who}: {first}", " ".join(rest) or "press its reset button")
