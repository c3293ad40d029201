"""A Mosquitto with TLS, for tests and benchmarks."""

import contextlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pullcord.line.broker import SBIN
from tests.certificates import Certificate

DEADLINE_S = 60


@contextlib.contextmanager
def broker(folder: Path, ca: Certificate, shown: Certificate, *settings: str, plain: bool = False) -> Iterator[int]:
    """A Mosquitto that shows this certificate, or none when it is `plain`; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    ca_file, _ = ca.write(folder, "ca")
    certificate, key = shown.write(folder, "broker")
    lines = [f"listener {port} 127.0.0.1", "user root", "allow_anonymous true", *settings]
    if not plain:
        lines += [f"cafile {ca_file}", f"certfile {certificate}", f"keyfile {key}"]
    (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")
    program = shutil.which("mosquitto", path=SBIN + ":/usr/bin:/opt/homebrew/sbin")
    assert program
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-c", str(folder / "mosquitto.conf")], stdout=log, stderr=log)
    try:
        wait_until_open(port, process, folder / "log")
        yield port
    finally:
        process.kill()
        process.wait()


def wait_until_open(port: int, process: subprocess.Popen, log: Path) -> None:
    for _ in range(DEADLINE_S * 20):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError("mosquitto ended at its start: " + log.read_text())
    raise RuntimeError("mosquitto did not open its port")
