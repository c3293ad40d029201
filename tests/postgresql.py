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


class Server:
    """A cluster in a folder of its own, on a socket there. It may be killed and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.url = f"postgresql://pullcord@/postgres?host={folder}"
        self._programs = programs
        self._folder = folder
        self._process: subprocess.Popen | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        settings = ["-c", "listen_addresses=", "-c", "max_connections=50"]
        arguments = ["-D", self._folder / "data", "-k", self._folder, *settings]
        with (self._folder / "log").open("ab") as log:
            command = [*dies_with_us(), self._programs / "postgres", *arguments]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **as_whom())
        wait_for(self._programs, self._folder, self._process)

    def kill(self) -> None:
        """At once: nothing is written any more, and what was committed is in its log."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(DEADLINE_S)


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A running server with an empty database, set up as the service wants it: every commit durable."""
    programs = find()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pullcord-pg-", dir=next(filter(os.path.isdir, MEMORY), None)))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        settings = ["-U", "pullcord", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        run(programs / "initdb", "-D", folder / "data", *settings)
        made = Server(programs, folder)
        made.start()
        try:
            yield made
        finally:
            made.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """The URL of such a server."""
    with server() as made:
        yield made.url


def dies_with_us() -> list[str]:
    """Where the system can do it, a server does not outlive tests that were killed."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "QUIT"] if program else []


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
