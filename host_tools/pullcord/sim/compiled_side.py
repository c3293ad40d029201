"""The station's side of the simulator, compiled: MicroPython keeps each word of a source in memory for good.

That memory is the station's, and the simulator's share of it is not the board's.
"""

from pathlib import Path

from pullcord.firmware.compiled import compiled_files
from pullcord.sim.runtime import cached_build

HERE = Path(__file__).resolve().parent
PACKAGES = HERE.parents[1]
START = "boot_station.py"
FILES = (
    "pullcord/__init__.py",
    "pullcord/sim/__init__.py",
    "pullcord/sim/boot_station.py",
    "pullcord/sim/flash.py",
    "pullcord/sim/station_side.py",
    "pullcord/sim/chips/*.py",
    "pullcord/sim/standins/*.py",
)
# A script is never a compiled file: this one starts it.
SCRIPT = """import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/pullcord/sim")
import boot_station

boot_station.boot(boot_station.ARGUMENTS)
"""


def start_script() -> Path:
    """What starts a station's process on MicroPython; the sources' own where nothing can be kept for the next time."""
    files = [file for pattern in FILES for file in PACKAGES.glob(pattern)]
    try:
        tree = compiled_files(
            cached_build().parent / "sim", {str(file.relative_to(PACKAGES)): file.read_text() for file in files}
        )
        script = tree / START
        if not script.exists():
            script.write_text(SCRIPT)
        return script
    except OSError:
        return HERE / START
