"""Ten boards at a gateway that is killed twenty times, while cables are pulled at random."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from pullcord.line.broker import find_mosquitto
from tests.benchmarks._station import a_board_like_runtime
from tests.end_to_end.rough_cables import rough_cables

BOARDS, KILLS = 10, 20

HOW = (
    "Virtual boards on 32-bit MicroPython with the compiled firmware and a littlefs each, at pseudo-terminals, one of "
    "them with 115,200 baud; Mosquitto, the recorder with SQLite, and `pullcord gateway --all` as a process that is "
    "killed (SIGKILL) after 0.5 to 4 s and started again. At each board somebody calls and resolves all the time, "
    "plugged in or not; every cable loses four bytes to the board and is pulled every 2 to 12 s for 0.1 to 2.5 s. Then "
    "all are plugged in, and it ends when each station says that all its events have a receipt. Lost and doubled: the "
    "sequences in the database against the stations' own journals, and recorded calls against hands."
)


def run() -> dict[str, Any]:
    if find_mosquitto() is None:
        raise RuntimeError("needs Mosquitto: apt-get install mosquitto")
    a_board_like_runtime()
    with tempfile.TemporaryDirectory(prefix="pullcord-bench-") as folder:
        found = asyncio.run(rough_cables(Path(folder), BOARDS, KILLS))
    for name in ("lost", "doubled", "disordered", "resets"):
        if found[name]:
            print(f"gateway: {name}: {found[name]}", flush=True)
    figures = {name: found[name] for name in ("boards", "restarts", "unplugs", "events", "calls")}
    figures |= {name: len(found[name]) for name in ("lost", "doubled", "disordered", "resets")}
    return {"figures": figures, "how": HOW}
