"""What TLS to the broker costs a station."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from pullcord.firmware.compiled import compiled
from tests import certificates
from tests.benchmarks._station import FIRMWARE, a_board_like_runtime
from tests.firmware.net.tls_broker import broker

PROGRAM = Path(__file__).parent / "apps" / "tls_memory.py"
# Debian's mbedtls has 16 KB for what goes out; MicroPython's for boards has 4 KB.
SMALLER_ON_A_BOARD = 12 * 1024
HOW = (
    "{runtime}, the firmware as .mpy files, Mosquitto with TLS 1.2 and a certificate with an EC key (P-256) of a "
    "CA of the same kind. heap_tls_bytes: what a connected session takes more than one without TLS: {python} "
    "bytes of Python's heap (code and objects) and {c} bytes that mbedtls has of the C library, less 12 KB, "
    "because the boards' mbedtls sends from a buffer of 4 KB instead of 16. On an RP2 all of it lies in Python's "
    "heap, on an ESP32 only Python's part. heap_tls_peak_bytes: the same with the most that the C library had "
    "asked of the system during the handshake, in pages of 4 KB, holes included. between_sessions_bytes: what "
    "stays while there is no connection."
)


def run() -> dict[str, Any]:
    runtime = a_board_like_runtime()
    with tempfile.TemporaryDirectory(prefix="pullcord-tls-") as folder:
        ca = certificates.authority()
        for name in ("plain", "secure"):
            Path(folder, name).mkdir()
        Path(folder, "broker-ca.der").write_bytes(ca.der)
        shown = certificates.issued(ca)
        with (
            broker(Path(folder, "plain"), ca, shown, plain=True) as plain,
            broker(Path(folder, "secure"), ca, shown, "tls_version tlsv1.2") as port,
        ):
            given = {"root": folder + "/", "plain": plain, "port": port, "name": "localhost"}
            python, marks = _measure(runtime.with_heap(512), given)
    _plain, start, connected, closed = marks
    c_heap = connected["in use"] - start["in use"]
    figures = {
        "heap_tls_bytes": python["connected"] + c_heap - SMALLER_ON_A_BOARD,
        "heap_tls_peak_bytes": python["connected"] + connected["system"] - start["in use"] - SMALLER_ON_A_BOARD,
        "between_sessions_bytes": python["between"] + closed["in use"] - start["in use"],
    }
    return {"figures": figures, "how": HOW.format(runtime=runtime, python=python["connected"], c=c_heap)}


def _measure(command: list[str], given: dict[str, Any]) -> tuple[dict[str, int], list[dict[str, int]]]:
    """Python's figures, and the C library's at each mark. RuntimeError with what was said when it went wrong."""
    # grow page by page and never shrink: what was asked of the system is the peak
    tunables = "glibc.malloc.top_pad=1:glibc.malloc.trim_threshold=1000000000:glibc.malloc.mmap_threshold=131072"
    firmware = str(compiled(FIRMWARE))
    done = subprocess.run(
        [*command, str(PROGRAM), firmware],
        input=json.dumps(given) + "\n",
        env={**os.environ, "GLIBC_TUNABLES": tunables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    arenas = re.findall(r"Arena 0:\nsystem bytes +=\s+(\d+)\nin use bytes +=\s+(\d+)", done.stderr)
    if done.returncode or len(arenas) != 4:
        raise RuntimeError(done.stdout + done.stderr)
    return json.loads(done.stdout), [{"system": int(system), "in use": int(used)} for system, used in arenas]
