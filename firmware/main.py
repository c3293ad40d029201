"""Start the station, and safe mode when there is nothing to run. What only the start needs is in `station.starting`."""

import asyncio
import gc

GARBAGE_BYTES = 8192


def main(root: str = "/", extra_tasks=(), retreat=None) -> None:
    """Run until the power is cut. `root`: the flash, with a slash at its end.

    `retreat(reasons)` puts the firmware before in the place of this one, if this one is new or damaged (`slot`).
    """
    # before anything is imported, little and often: garbage that is left lying cuts the heap into pieces
    gc.threshold(GARBAGE_BYTES)
    import machine

    if not root.endswith("/"):
        root += "/"
    pins, wrong, app = {}, [], None
    try:
        app, beside = _starting().start(root, machine, pins, wrong)
        _forget()
        if app is not None:
            asyncio.run(app.run(list(extra_tasks) + beside))
    except Exception as error:  # noqa: BLE001 (whatever it is: the permit goes off, and people read why)
        wrong.append("%s: %s" % (type(error).__name__, error))
    except KeyboardInterrupt:
        app = None
        _starting().stopped(root, machine, pins)
        raise
    app = None
    gc.collect()
    if retreat is not None and retreat(wrong):
        _starting().good(root)
        machine.reset()
    from station.health import safe

    # a watchdog that runs already resets the board from here: it begins anew
    if safe.stay(machine, pins, wrong, root + "safe.txt"):
        _starting().good(root)


def _starting():
    from station import starting

    return starting


def _forget() -> None:
    from station.health.memory import forget

    forget("starting")
    gc.collect()


if __name__ == "__main__":
    main()
