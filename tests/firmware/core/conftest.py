"""Every event that a test records is checked against its JSON Schema."""

import sys
from pathlib import Path

from pullcord.line import schemas

sys.path.append(str(Path(__file__).parent))  # the helpers, which MicroPython finds beside the test too

from a_station import Floor

Floor.validate = staticmethod(schemas.shipped(strict=True).validate)
