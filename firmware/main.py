"""Start the station: its config, the app, and safe mode when there is nothing to run."""

import asyncio
import gc
import os
import sys


def main(root: str = "/", extra_tasks=()) -> None:
    """Run until the power is cut. `root`: the flash, with a slash at its end."""
    import machine
    from station.store import settings

    if not root.endswith("/"):
        root += "/"
    uid = "".join("%02x" % byte for byte in machine.unique_id())
    config, wrong = settings.load(root, _problems, uid)
    for line in wrong:
        print("config: " + line)
    if config is None:
        from station.health import safe

        safe.stay(machine, None, wrong)
    from station.app import App

    app = App(root, config, settings.secrets(root), machine, os.urandom)
    settings.keep(root, config)
    gc.collect()
    asyncio.run(app.run(extra_tasks))


def _problems(config) -> list:
    """The rules are needed once, at start: give their memory back."""
    from station.core.config import problems

    found = problems(config)
    for name in ("config", "schema"):
        sys.modules.pop("station.core." + name, None)
        delattr(sys.modules["station.core"], name)
    return found


if __name__ == "__main__":
    main()
