"""From power-on to a station that is wired, or to the reasons why there is none. `main` forgets it afterwards."""

import asyncio
import gc
import os

MOST_CRASHES = 3
MOST_LATE = 6  # each takes the permit off: a line is better stopped for good than again and again
GOOD_MS = 60000
LONG_MS = 600000
WATCHDOG_MS = 8000
SAFE_FILE = "safe.txt"
SERVICE_FILE = "service"  # left by a tool: start without the watchdog, which would bite in its work, for a minute
TRIAL_FILE = "firmware.trial"  # as long as it is there, the firmware is new: see `slot`
# their work is done when the app stands: their memory is needed
USED_ONCE = ("app", "fitting", "core.restore", "store.recovery", "health.boot", "store.settings", "store.atomic")


def start(root: str, machine, pins: dict, wrong: list) -> tuple:
    """(the station or None, coroutine functions to run beside it). Fills `pins` for safe mode, and `wrong` with why."""
    service = _gone(root + SERVICE_FILE)
    crashes, late = _crashes(root, machine)
    if crashes >= MOST_CRASHES or late >= MOST_LATE:
        _give_up(root, machine, pins, wrong, crashes, late)
        return None, []
    app = _build(root, machine, pins, wrong, not service)
    if app is None:
        return None, []
    beside = [_good_minutes(root, app)] if late or _there(root + TRIAL_FILE) else []
    if service:
        beside.append(_guarded_again(app, machine))
    return app, beside


def _crashes(root: str, machine) -> tuple:
    """Resets in a row that were no person's and no power's: those without a good minute, and without ten."""
    from station.health import boot

    return boot.crashes(root + "crashes", machine)


def _good_minutes(root: str, app):
    """A task that ends the counts of crashes, and the trial of a new firmware, as the station goes on running well."""

    async def watch():
        ran_ms = 0
        while ran_ms < LONG_MS:
            await asyncio.sleep_ms(GOOD_MS)
            if not app.supervisor.failing():
                ran_ms += GOOD_MS
                if ran_ms == GOOD_MS:
                    good(root, False)
        good(root)
        _gone(root + TRIAL_FILE)

    return watch


def _guarded_again(app, machine):
    """A task that starts the watchdog after all: whoever wanted it off has not come, and the station works."""

    async def watch():
        await asyncio.sleep_ms(GOOD_MS)
        app.supervisor.watchdog = machine.WDT(timeout=WATCHDOG_MS)

    return watch


def stopped(root: str, machine, pins: dict) -> None:
    """A hand at the USB line stopped the station: nobody watches the cords any more, so no line may run by it."""
    if pins.get("permit"):
        from station.drivers.outputs import Output

        Output(pins["permit"]["pin"], pins["permit"]["active"], machine)
    good(root)


def good(root: str, whole: bool = True) -> None:
    """It ran well, or somebody is there: resets that were before do not count any more. See `boot.good`."""
    from station.health import boot
    from station.health.memory import forget

    boot.good(root + "crashes", whole)
    for name in ("health.boot", "store.atomic"):
        forget(name)


def _give_up(root: str, machine, pins: dict, wrong: list, crashes: int, late: int) -> None:
    from station.store import settings

    times, ran = (crashes, "a minute") if crashes >= MOST_CRASHES else (late, "ten minutes")
    wrong.append("the watchdog reset the station %d times, each time before it had run for %s" % (times, ran))
    wrong.append("to try again, switch the power off and on")
    config = settings.last_good(root, machine.unique_id().hex())
    if config:
        _outputs(config, pins)


def _outputs(config: dict, pins: dict) -> None:
    for part in ("light", "permit", "expanders"):
        pins[part] = config.get(part)


def _build(root: str, machine, pins: dict, wrong: list, watchdog: bool):
    """The station by its config, else by the last good one, else None. Fills `pins` for safe mode, and `wrong`."""
    from station.health import boot
    from station.health.memory import forget
    from station.store import settings

    uid = machine.unique_id().hex()
    config, found, new = settings.load(root, _problems, uid)
    wrong.extend(found)
    cards = _new_cards(root)
    app = None
    while app is None:
        if config is None:
            return None
        _outputs(config, pins)
        try:
            from station.app import build

            app = build(root, config, settings.secrets(root), machine, os.urandom, WATCHDOG_MS if watchdog else 0)
        except Exception as error:  # noqa: BLE001 (a config that cannot be built is one more that is wrong)
            wrong.append(_words(error))
            config = settings.last_good(root, uid) if new else None
            new = False
    for line in wrong:
        app.fault("config", line, "config.json")
    for line in cards:
        app.fault("cards", line, "cards.csv")
    for line in boot.safe_mode(root + SAFE_FILE):
        app.fault("safe mode", line, SAFE_FILE)
    app.leaving = bool(wrong)
    config = None
    for name in USED_ONCE:
        forget(name)
    gc.collect()
    if new:
        try:
            settings.keep(root)
        except OSError as error:
            app.fault("config", error, "config.good")
    return app


def _new_cards(root: str) -> list:
    """Take in the card table that a tool left, if one did; what was wrong with it."""
    if not _there(root + "cards.csv"):
        return []
    from station.health.memory import forget
    from station.store import card_file

    try:
        wrong = card_file.take_in(root)
    except OSError as error:
        wrong = [_words(error)]
    for name in ("store.card_file", "store.card_build", "store.card_check", "store.aside"):
        forget(name)
    return wrong


def _gone(path: str) -> bool:
    """Remove a file; whether it was there."""
    try:
        os.remove(path)
    except OSError:
        return False
    return True


def _there(path: str) -> bool:
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def _words(error) -> str:
    return "%s: %s" % (type(error).__name__, error)


def _problems(config) -> list:
    from station.core.config import problems
    from station.health.memory import forget

    found = problems(config)
    for name in ("core.config", "core.config_parts", "core.schema"):
        forget(name)
    return found
