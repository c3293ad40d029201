"""One line at a time in one folder: two processes that write one flash image would ruin it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class Claimed(Exception):
    """Another process has this folder; the text says which, and what to do."""


@contextlib.contextmanager
def claim(directory: Path) -> Iterator[None]:
    """Keep `directory` for this process until the block ends. Claimed when another process has it.

    The lock is the system's, on a file beside the folder, so it ends with the process however that ends, and
    the folder may be removed and made again meanwhile.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    with directory.with_name(directory.name + ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Claimed(
                f"{directory} is in use by another line (process {file.read().strip() or 'unknown'}). "
                "End that one first, or keep this one elsewhere with --dir."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
