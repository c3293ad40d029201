"""Runs benchmarks, writes build/bench/NAME.json and prints a table."""

import json
import sys
import time
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from station.core.schema import nearest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "build" / "bench"


def names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def measure(name: str) -> dict[str, Any]:
    """Runs one and writes its file. Raises what the benchmark raises."""
    result = import_module(f"tests.benchmarks.{name}").run()
    record = {"name": name, "figures": result["figures"], "how": result["how"]}
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")
    return record


def rows(figures: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """`{"a_ms": {"p50": 1}}` as `("a_ms p50", "1")`."""
    for key, value in figures.items():
        if isinstance(value, dict):
            yield from rows(value, f"{prefix}{key} ")
        else:
            shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
            yield prefix + key, shown


def table(records: list[dict[str, Any]]) -> Table:
    out = Table(title="benchmarks", title_justify="left")
    out.add_column("name", no_wrap=True)
    out.add_column("figure")
    out.add_column("value", justify="right")
    for record in records:
        for index, (figure, value) in enumerate(rows(record["figures"])):
            out.add_row("" if index else record["name"], figure, value)
    return out


def main(arguments: list[str]) -> int:
    """0: all measured; 1: one failed; 2: there is none of that name."""
    console, known = Console(), names()
    for name in arguments:
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close}?" if close else "there are: " + ", ".join(known)
            print(f"bench: no benchmark {name}; {hint}", file=sys.stderr)
            return 2
    records, failed = [], []
    for name in arguments or known:
        print(f"bench: {name} ...", flush=True)
        started = time.monotonic()
        try:
            records.append(measure(name))
        except Exception:  # noqa: BLE001  the others are still worth measuring; this one is told below
            traceback.print_exc()
            failed.append(name)
        print(f"bench: {name} took {time.monotonic() - started:.0f} s", flush=True)
    console.print(table(records))
    if failed:
        print("bench: failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
