"""Runs the tests of station.core and judges how many of its branches they took.

A run of its own: to trace branches takes two to three times the time of a test, and the other tests would find nothing.
"""

import json
import subprocess
import sys
from pathlib import Path

TESTS = "tests/firmware/core"
FIGURES = Path("build/coverage/core.json")
WANTED_PERCENT = 95


def main() -> int:
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    pytest = [sys.executable, "-m", "pytest", "-q", "--cov", "--cov-report=json", TESTS]
    run = subprocess.run(pytest, capture_output=True, text=True, check=False)
    if run.returncode:
        print(run.stdout + run.stderr, file=sys.stderr)
        return 1
    figures = json.loads(FIGURES.read_text())
    totals = figures["totals"]
    percent = 100 * totals["covered_branches"] / max(totals["num_branches"], 1)
    branches = totals["num_branches"]
    print(f"station.core: {percent:.1f} % of {branches} branches taken, {WANTED_PERCENT} % wanted")
    if percent >= WANTED_PERCENT:
        return 0
    for name, file in sorted(figures["files"].items()):
        for start, end in file["missing_branches"]:
            print(f"  {name}:{start}: never goes on to {'its end' if end < 0 else f'line {end}'}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
