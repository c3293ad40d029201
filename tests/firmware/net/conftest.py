import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # for broker_on_a_string and fake_station
