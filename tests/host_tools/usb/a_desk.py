"""What the tests of USB share: a desk with virtual boards, and the command."""

import os
import subprocess
import sys
import time

DEADLINE_S = 60


def pullcord(desk, *words, **how):
    """The command as a person runs it; CompletedProcess."""
    environment = dict(os.environ, COLUMNS="160", **desk.environment)
    command = [sys.executable, "-m", "pullcord.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=DEADLINE_S, **how)


def until(condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
