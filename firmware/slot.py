"""Chooses the firmware in use, or the one before it when that fails. A board's main.py forgets this file afterwards."""

import os
import sys

PACK, OLD, BAD, TRIAL = "firmware.pack", "firmware.old", "firmware.bad", "firmware.trial"
SAFE = "safe.txt"
_HEAD = 64
_LONGEST = 900


def start(root: str = "/"):
    """`main` of the firmware in use, or None. `root`: the flash, with a slash at its end."""
    import vfs

    if not _there(root + PACK) and _there(root + OLD):
        os.rename(root + OLD, root + PACK)  # the power went while one took the place of the other
    try:
        if _damaged(root + PACK):
            raise ValueError("it is damaged")  # what of it can be unpacked may do anything
        from packed import Pack

        vfs.mount(Pack(root + PACK), "/fw")
        sys.path.insert(0, "/fw")
        import main

        return main.main
    except Exception as error:  # noqa: BLE001 (whatever is wrong with it: the one before may be good)
        print("The firmware cannot be started: %s: %s" % (type(error).__name__, error))
        if retreat(root, ["it cannot be started: %s" % error]):
            import machine

            machine.reset()
        print("Bring it onto the board again: pullcord deploy")
        return None


def retreat(root: str, reasons: list) -> bool:
    """Put the firmware before in the place of one that fails, if that is new or damaged. False when it is no way."""
    if not _there(root + OLD) or not (_there(root + TRIAL) or _damaged(root + PACK)):
        return False
    try:
        with open(root + SAFE, "w") as file:
            file.write("\n".join(["the firmware before this one runs again"] + reasons)[:_LONGEST])
    except OSError:
        pass  # a full flash
    try:
        os.rename(root + PACK, root + BAD)
        os.rename(root + OLD, root + PACK)
        if _there(root + TRIAL):
            os.remove(root + TRIAL)
    except OSError as error:
        print("The firmware before cannot take its place: %s" % error)
        return False
    return True


def _damaged(path: str) -> bool:
    from hashlib import sha256

    digest, part = sha256(), bytearray(512)
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
            while True:
                count = file.readinto(part)
                if not count:
                    return digest.digest() != head[16:48]
                digest.update(memoryview(part)[:count])
    except OSError:
        return True


def _there(path: str) -> bool:
    try:
        os.stat(path)
    except OSError:
        return False
    return True
