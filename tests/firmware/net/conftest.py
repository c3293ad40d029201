import sys
from pathlib import Path

from pullcord.sim import cpython

cpython.install()
sys.path.append(str(Path(__file__).parent))  # broker_on_a_string and the like, which MicroPython finds there too
