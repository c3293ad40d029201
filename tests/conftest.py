"""For all tests: MicroPython's names on CPython, and the programs that must not be missing in CI."""

import gc
import os
import shutil
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from pullcord.sim import cpython, runtime
from tests import postgresql

cpython.install()

# marker -> (what finds the program, what to do when it is not there)
PROGRAMS: dict[str, tuple[Callable[[], Any], str]] = {
    "micropython": (cache(runtime.micropython), "apt-get install micropython"),
    "mosquitto": (lambda: _program("mosquitto"), "apt-get install mosquitto"),
    "chromium": (lambda: _program("chromium"), "apt-get install chromium"),
    "postgresql": (cache(postgresql.find), "apt-get install postgresql"),
}


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")


def pytest_configure(config: pytest.Config) -> None:
    for name in PROGRAMS:
        config.addinivalue_line("markers", f"{name}: needs a real {name}; skipped without it, except in CI")


@pytest.fixture(scope="module", autouse=True)
def _what_is_here_is_no_garbage() -> None:
    """The firmware collects memory at each boot. On CPython that would look through all tests there are, each time."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name, (find, remedy) in PROGRAMS.items():
        if item.get_closest_marker(name) and not find():
            reason = f"{name} is not here ({remedy})"
            pytest.fail(reason + ", and CI skips nothing") if os.environ.get("CI") == "true" else pytest.skip(
                reason
            )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many tests really ran on each program, and what was skipped for want of it."""
    terminalreporter.section("on real programs")
    for name in PROGRAMS:
        ran = sum(_count(terminalreporter, outcome, name) for outcome in ("passed", "failed"))
        skipped = _count(terminalreporter, "skipped", name)
        terminalreporter.write_line(f"{name:12} {ran} ran, {skipped} skipped")
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"skipped      {count}: {reason}")


def _reason(report: pytest.TestReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def _count(terminalreporter: Any, outcome: str, name: str) -> int:
    return sum(name in report.keywords for report in terminalreporter.stats.get(outcome, []))
