"""Start the station: its config, the app, and safe mode when there is nothing to run."""

import asyncio
import gc
import os

GARBAGE_BYTES = 8192
MOST_CRASHES = 3
GOOD_MS = 60000
SAFE_FILE = "safe.txt"
# their work is done when the app stands: their memory is needed
USED_ONCE = ("app", "fitting", "core.restore", "store.recovery", "health.boot", "store.settings", "store.atomic")


def main(root: str = "/", extra_tasks=()) -> None:
    """Run until the power is cut. `root`: the flash, with a slash at its end."""
    # before anything is imported, little and often: garbage that is left lying cuts the heap into pieces
    gc.threshold(GARBAGE_BYTES)
    import machine

    if not root.endswith("/"):
        root += "/"
    pins, wrong, app = {}, [], None
    try:
        crashes = _crashes(root, machine)
        app = None
        if crashes < MOST_CRASHES:
            app = _build(root, machine, pins, wrong)
        else:
            _give_up(root, machine, pins, wrong, crashes)
        if app is not None:
            if crashes:
                extra_tasks = list(extra_tasks) + [_good_minute(root, app)]
            asyncio.run(app.run(extra_tasks))
    except Exception as error:  # noqa: BLE001 (whatever it is: the permit goes off, and people read why)
        wrong.append(_words(error))
    except KeyboardInterrupt:
        app = None
        _good(root)
        raise
    app = None
    gc.collect()
    from station.health import safe

    # a watchdog that runs already resets the board from here: it begins anew
    if safe.stay(machine, pins, wrong, root + SAFE_FILE):
        _good(root)


def _crashes(root: str, machine) -> int:
    """Resets in a row that were no person's and no power's."""
    from station.health import boot

    return boot.crashes(root + "crashes", machine)


def _good_minute(root: str, app):
    """A task that ends the count of crashes once the station runs well."""

    async def watch():
        while True:
            await asyncio.sleep_ms(GOOD_MS)
            if not app.supervisor.failing():
                break
        _good(root)

    return watch


def _good(root: str) -> None:
    """It ran well, or somebody is there: resets that were before do not count any more."""
    from station.health import boot
    from station.health.memory import forget

    boot.good(root + "crashes")
    for name in ("health.boot", "store.atomic"):
        forget(name)


def _give_up(root: str, machine, pins: dict, wrong: list, crashes: int) -> None:
    from station.store import settings

    wrong.append("the watchdog reset the station %d times, each time before it had run for a minute" % crashes)
    wrong.append("to try again, switch the power off and on")
    config = settings.last_good(root, machine.unique_id().hex())
    if config:
        _outputs(config, pins)


def _outputs(config: dict, pins: dict) -> None:
    for part in ("light", "permit", "expanders"):
        pins[part] = config.get(part)


def _build(root: str, machine, pins: dict, wrong: list):
    """The station by its config, else by the last good one, else None. Fills `pins` for safe mode, and `wrong`."""
    from station.health import boot
    from station.health.memory import forget
    from station.store import settings

    uid = machine.unique_id().hex()
    config, found, new = settings.load(root, _problems, uid)
    wrong.extend(found)
    app = None
    while app is None:
        if config is None:
            return None
        _outputs(config, pins)
        try:
            from station.app import build

            app = build(root, config, settings.secrets(root), machine, os.urandom)
        except Exception as error:  # noqa: BLE001 (a config that cannot be built is one more that is wrong)
            wrong.append(_words(error))
            config = settings.last_good(root, uid) if new else None
            new = False
    for line in wrong:
        app.fault("config", line, "config.json")
    for line in boot.safe_mode(root + SAFE_FILE):
        app.fault("safe mode", line, SAFE_FILE)
    app.leaving = bool(wrong)
    if new:
        try:
            settings.keep(root)
        except OSError as error:
            app.fault("config", error, "config.good")
    config = None
    for name in USED_ONCE:
        forget(name)
    gc.collect()
    return app


def _words(error) -> str:
    return "%s: %s" % (type(error).__name__, error)


def _problems(config) -> list:
    from station.core.config import problems
    from station.health.memory import forget

    found = problems(config)
    for name in ("core.config", "core.config_parts", "core.schema"):
        forget(name)
    return found


if __name__ == "__main__":
    main()
