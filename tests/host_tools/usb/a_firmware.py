"""Small firmwares for tests: the real slot, and a main that only says who it is."""

import functools
import random
import tempfile
from pathlib import Path

from pullcord.firmware.compiled import compiled
from pullcord.firmware.pack import pack
from pullcord.firmware.release import Release, starters

SAYS = """
def main(root, extra_tasks=(), retreat=None):
    import os
    try:
        import station.part
        print("this is WORD")
        if "firmware.trial" in os.listdir("/"):
            os.remove("/firmware.trial")  # it ran well
    except Exception as error:
        if retreat([repr(error)]):
            import machine
            machine.reset()
"""
FAILS = """
def main(root, extra_tasks=(), retreat=None):
    if retreat(["it was to fail"]):
        import machine
        machine.reset()
"""


@functools.cache
def a_release(word: str, main: str = SAYS, bulk: int = 0, seed: int = 1) -> Release:
    """`bulk`: bytes that cannot be packed, in a module beside."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        (source / "station").mkdir(parents=True)
        (source / "main.py").write_text(main.replace("WORD", word))
        noise = random.Random(seed).randbytes(bulk)
        (source / "station" / "part.py").write_text(f"X = {noise!r}\n" if bulk else "X = 1\n")
        tree = compiled(Path(folder, "made"), source, linked=False)
        return Release(pack(tree, "9.9.9"), starters())
