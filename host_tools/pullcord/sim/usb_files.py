"""Looks at the flash image of a virtual USB board while it is off, or changes it. Runs on MicroPython.

One line of JSON at standard input: {"flash", "size"} and "put": folder, "get": folder, or "fill": bytes to leave free.
"""

import json
import os
import sys

_SIM = __file__.rsplit("/", 1)[0]
sys.path.insert(0, _SIM)
_DIRECTORY = 0x4000
_CHUNK = 4096


def _walk(folder):
    for entry in list(os.ilistdir(folder)):
        path = folder + "/" + entry[0]
        if entry[1] == _DIRECTORY:
            yield path, True
            yield from _walk(path)
        else:
            yield path, False


def copy(source, target):
    for path, is_folder in _walk(source):
        to = target + path[len(source) :]
        if is_folder:
            try:
                os.mkdir(to)
            except OSError:
                pass
            continue
        with open(path, "rb") as old:
            with open(to, "wb") as new:
                while True:
                    data = old.read(_CHUNK)
                    if not data:
                        break
                    new.write(data)


def fill(root, leave):
    size, _, _, free = os.statvfs(root)[:4]
    wanted = (free - 1) * size - leave  # one block keeps the list of the others
    with open(root + "/filler.bin", "wb") as file:
        for at in range(0, wanted, _CHUNK):
            try:
                file.write(b"\xa5" * min(_CHUNK, wanted - at))
            except OSError:
                break  # as full as it gets


if __name__ == "__main__":
    from station_side import mount, set_paths

    received = json.loads(sys.stdin.readline())
    set_paths(_SIM, _SIM)
    flash = mount(received["flash"], received["size"], 0)
    if "put" in received:
        copy(received["put"], flash)
    elif "get" in received:
        copy(flash, received["get"])
    else:
        fill(flash, received["fill"])
