import sys
from pathlib import Path

from pullcord.sim import cpython

cpython.install()
sys.path.append(str(Path(__file__).parent))  # the helper, which MicroPython finds beside the test too
