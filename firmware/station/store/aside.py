"""Files and folders, in the few ways that the store needs."""

import os
from errno import EEXIST, ENOENT

NOT_THERE = (ENOENT, 20)  # 20: ENOTDIR, which MicroPython's errno does not name


def listing(directory: str) -> list:
    """Names in `directory`; empty when it is not there or no directory."""
    try:
        return os.listdir(directory)
    except OSError as error:
        if error.errno not in NOT_THERE:
            raise
        return []


def make(directory: str) -> None:
    """Make the directory unless it is there."""
    try:
        os.mkdir(directory)
    except OSError as error:
        if error.errno != EEXIST:
            raise


def is_folder(path: str) -> bool:
    return bool(os.stat(path)[0] & 0x4000)


def wipe(path: str) -> None:
    """Remove a file, or a directory with all that is in it."""
    if not is_folder(path):
        os.remove(path)
        return
    for name in os.listdir(path):
        wipe(path + "/" + name)
    os.rmdir(path)
