"""Start the station: its config, the app, and safe mode when there is nothing to run."""

import asyncio
import gc
import os

GARBAGE_BYTES = 8192
# their work is done when the app stands: their memory is needed
USED_ONCE = ("app", "core.restore", "store.recovery", "health.boot")


def main(root: str = "/", extra_tasks=()) -> None:
    """Run until the power is cut. `root`: the flash, with a slash at its end."""
    import machine

    from station.health.memory import forget
    from station.store import settings

    if not root.endswith("/"):
        root += "/"
    uid = "".join("%02x" % byte for byte in machine.unique_id())
    config, wrong, new = settings.load(root, _problems, uid)
    for line in wrong:
        print("config: " + line)
    if config is None:
        from station.health import safe

        safe.stay(machine, None, wrong)
    from station.app import build

    app = build(root, config, settings.secrets(root), machine, os.urandom)
    config = None
    for name in USED_ONCE:
        forget(name)
    gc.collect()
    if new:
        settings.keep(root)
    for name in ("store.settings", "store.atomic"):
        forget(name)
    if hasattr(gc, "threshold"):
        # little and often: garbage that is left lying cuts the heap into pieces
        gc.threshold(GARBAGE_BYTES)
    asyncio.run(app.run(extra_tasks))


def _problems(config) -> list:
    from station.core.config import problems
    from station.health.memory import forget

    found = problems(config)
    for name in ("core.config", "core.schema"):
        forget(name)
    return found


if __name__ == "__main__":
    main()
