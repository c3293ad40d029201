"""The image that the station's side of the simulator lies in, read by MicroPython itself."""

import subprocess

import pytest

from pullcord.sim import compiled_side, romfs, runtime

READ = """
import os, sys, vfs
with open(sys.argv[1], "rb") as file:
    vfs.mount(vfs.VfsRom(file.read()), "/side")
print(os.listdir("/side"), os.listdir("/side/folder"), os.listdir("/side/folder/deeper"))
with open("/side/folder/long.txt") as file:
    print(len(file.read()))
sys.path[:] = ["/side/folder/deeper"]
import said
print(said.WORD, said.__file__)
"""


def on_micropython(script, *arguments):
    done = subprocess.run(
        [*runtime.find().command, str(script), *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.micropython
def test_micropython_finds_what_was_put_in_and_runs_it(tmp_path):
    image = tmp_path / "some.romfs"
    files = {"top": b"", "folder/long.txt": b"x" * 20_000, "folder/deeper/said.py": b"WORD = 'so'\n"}
    image.write_bytes(romfs.image(files))
    script = tmp_path / "read.py"
    script.write_text(READ)
    assert on_micropython(script, str(image)) == [
        "['top', 'folder'] ['long.txt', 'deeper'] ['said.py']",
        "20000",
        "so /side/folder/deeper/said.py",
    ]


@pytest.mark.micropython
def test_the_simulator_lies_beside_the_heap(tmp_path):
    start = compiled_side.start_script()
    script = tmp_path / "look.py"
    script.write_text("import sys\n" + compiled_side.MAPPING + "\n\nprint(found(sys.argv[1]), found('/nowhere'))\n")
    assert on_micropython(script, str(start.parent)) == ["/side /nowhere"]
