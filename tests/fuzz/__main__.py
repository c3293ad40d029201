"""Looks for bytes that a reader of ours does not bear, led by the branches that they take (atheris, libFuzzer).

usage: python -m tests.fuzz [SECONDS [TARGET ...]]      a minute of each target when nothing is said

What was found lies in build/fuzz/TARGET/, and what breaks something in build/fuzz/TARGET-crash-*. Exit 1 then.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "fuzz"
MOST_BYTES = 4096
ONE_S = 10


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--one"]:
        return _fuzz(arguments[1], int(arguments[2]))
    from tests.fuzz.targets import TARGETS

    seconds, names = int(arguments[0]) if arguments else 60, arguments[1:] or list(TARGETS)
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        print(f"fuzz: there is no target {unknown[0]}: one of {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    bad = [name for name in names if not _one(name, seconds)]
    for name in bad:
        print(f"fuzz: {name} broke: build/fuzz/{name}.log says where; the bytes are in build/fuzz/{name}-crash-*")
    return 1 if bad else 0


def _one(name: str, seconds: int) -> bool:
    """In a process of its own: libFuzzer ends it."""
    BUILD.mkdir(parents=True, exist_ok=True)
    print(f"fuzz: {name} for {seconds} s", flush=True)
    with (BUILD / f"{name}.log").open("w") as log:
        command = [sys.executable, "-m", "tests.fuzz", "--one", name, str(seconds)]
        return subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode == 0


def _fuzz(name: str, seconds: int) -> int:
    import atheris

    from pullcord.sim import cpython

    cpython.install()
    with atheris.instrument_imports(include=["station", "pullcord"]):
        from tests.fuzz.seeds import seeds
        from tests.fuzz.targets import TARGETS
    folder = BUILD / name
    folder.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds()[name]):
        (folder / f"seed-{number}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-max_len={MOST_BYTES}", f"-timeout={ONE_S}", "-rss_limit_mb=1024"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={BUILD / name}-", str(folder)], TARGETS[name])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
