"""A day at a station with faults in every hour: what is lost or doubled, and whether the heap grows."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.on_micropython.runner import REPOSITORY, find_micropython

PROGRAM = REPOSITORY / "tests/firmware/soak/days.py"
HOURS = 24
HEAP_KIB = 768  # plant and hand lie in it beside the station
DEADLINE_S = 1800

HOW = (
    f"{HOURS} hours of virtual time (nobody waits; the clock jumps to the next timer) on 32-bit MicroPython: the whole "
    "app with its journal on littlefs, inputs, reader, uplink and MQTT session, a plant in the same process. "
    "200 calls an hour, each from the bouncing contact to its resolution, every second one stops the line. In every "
    "hour: the broker silent for three minutes, the plant restarted, events acknowledged and dropped, rubbish on every "
    "topic, the reader gone, Wi-Fi gone, a flash, an input and a lamp driver that only raise. Lost and doubled: "
    "presses against recorded calls, by category and moment. Heap: in use after a collection at the end of each "
    "hour, less what was there before the station was built; growth is the last hour's over the first's, 0 where it "
    "shrank."
)


def run() -> dict[str, Any]:
    command = find_micropython()
    if command is None:
        raise RuntimeError("needs MicroPython: `make test` puts it there, or `apt-get install micropython`")
    with tempfile.TemporaryDirectory(prefix="pullcord-soak-") as folder:
        flash = Path(folder, "flash")
        command += ["-X", f"heapsize={HEAP_KIB}K", str(PROGRAM), str(REPOSITORY), str(HOURS), str(flash)]
        process = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    if process.returncode:
        raise RuntimeError(f"soak ended with code {process.returncode}:\n{(process.stdout + process.stderr)[-4000:]}")
    result = json.loads(process.stdout.strip().splitlines()[-1])
    names = ("heap_growth_percent", "lost", "duplicates", "calls", "faults", "reconnects")
    figures = {name: result[name] for name in names}
    figures["heap_first_hour_bytes"], figures["heap_last_hour_bytes"] = result["heap"][0], result["heap"][-1]
    return {"figures": figures, "how": HOW}
