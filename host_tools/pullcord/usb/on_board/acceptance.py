"""Starts the station with its hands held: the firmware's own `station.acceptance`, wherever the firmware lies."""

import gc
import sys


def acceptance():
    # as the station's own start does it: garbage that is left lying cuts the heap into pieces
    gc.collect()
    gc.threshold(8192)
    find()
    from station import acceptance as held

    held.run("/")


def find():
    """The firmware may lie in a pack, which only its own start mounts."""
    if "/fw" in sys.path:
        return
    try:
        import vfs

        import packed

        vfs.mount(packed.Pack("/firmware.pack"), "/fw")
    except (ImportError, OSError, ValueError):
        return  # it lies as files at the root
    sys.path.insert(0, "/fw")


def config():
    """As it lies there; {} when it cannot be read."""
    import json

    try:
        with open("/config.json") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}
