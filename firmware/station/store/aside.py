"""What does not belong or is damaged is put aside, where a technician finds it, and never piles up."""

import os
from errno import EEXIST, ENOENT

KEEP = 4


def listing(directory: str) -> list:
    """Names in `directory`; empty when it is not there."""
    try:
        return os.listdir(directory)
    except OSError as error:
        if error.errno != ENOENT:
            raise
        return []


def make(directory: str) -> None:
    """Make the directory unless it is there."""
    try:
        os.mkdir(directory)
    except OSError as error:
        if error.errno != EEXIST:
            raise


def wipe(path: str) -> None:
    """Remove a file, or a directory with all that is in it."""
    if not os.stat(path)[0] & 0x4000:
        os.remove(path)
        return
    for name in os.listdir(path):
        wipe(path + "/" + name)
    os.rmdir(path)


def put_aside(path: str, directory: str) -> None:
    """Move `path` into `directory` under a counted name. The oldest goes when there would be more than KEEP."""
    names = sorted(listing(directory))
    if not names:
        make(directory)
    while len(names) >= KEEP:
        wipe(directory + "/" + names.pop(0))
    number = int(names[-1].split("-")[0]) + 1 if names else 1
    os.rename(path, "%s/%06d-%s" % (directory, number, path.split("/")[-1]))

