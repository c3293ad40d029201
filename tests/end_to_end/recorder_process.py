"""A line service as a process of its own: `recorder_process.py BROKER DATABASE [COMMIT]`.

After so many commits it is killed, between commit and receipt.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "host_tools"), str(ROOT / "firmware")]

from pullcord.line.service import LineService  # noqa: E402
from pullcord.line.store import Store  # noqa: E402


class Mortal(Store):
    commits = 0

    def commit(self, arrivals):
        outcome = super().commit(arrivals)
        self.commits += 1
        if self.commits in map(int, sys.argv[3:]):
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome


service = LineService(sys.argv[1], Path(sys.argv[2]), ["acme"])
service.store.__class__ = Mortal
asyncio.run(service.run())
