"""Judges how many branches of station.core the tests took; `make test` left the figures in build/coverage."""

import json
import sys
from pathlib import Path

FIGURES = Path("build/coverage/core.json")
WANTED_PERCENT = 95


def main() -> int:
    if not FIGURES.exists():
        print(f"pullcord: {FIGURES} is not there; run `make test` (without ARGS) first.", file=sys.stderr)
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
