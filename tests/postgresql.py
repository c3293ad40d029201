"""A PostgreSQL server for the tests: a new cluster of its own, on a socket in its own folder, ended by its pid."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

DEADLINE_S = 60
# Where a disk that syncs for each commit is no slower than one that does not.
MEMORY = ("/dev/shm",)
# Debian keeps the server's programs of each version in a folder of their own.
FOLDERS = ("/usr/lib/postgresql", "/usr/local/pgsql")


def find() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = [path.parent for folder in FOLDERS for path in Path(folder).rglob("bin/initdb")]
    return max(
        found, key=lambda path: [int(part) for part in path.parent.name.split(".") if part.isdecimal()], default=None
    )


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """The URL of a running server with an empty database, set up as the service wants it: every commit durable."""
    programs = find()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pullcord-pg-", dir=next(filter(os.path.isdir, MEMORY), None)))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    try:
        run(programs / "initdb", "-D", data, "-U", "pullcord", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        arguments = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=50"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([programs / "postgres", *arguments], stdout=log, stderr=log, **as_whom())
        try:
            wait_for(programs, folder, server)
            yield f"postgresql://pullcord@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(DEADLINE_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_whom() -> dict[str, str]:
    """PostgreSQL refuses to run as root."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


def run(*command: object) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, cwd="/", **as_whom())
    assert done.returncode == 0, done.stderr


def wait_for(programs: Path, folder: Path, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + DEADLINE_S
    ready = [programs / "pg_isready", "-q", "-h", folder]
    while subprocess.run(ready, check=False).returncode:
        assert server.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)
