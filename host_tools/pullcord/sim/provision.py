"""Puts files into a virtual station's flash, as a technician's cable does.

Run on the station's own runtime with one line of JSON at its standard input:

    {"flash", "size", "firmware", "from": folder with the files,
     "cards": [[uid hex, loop, here, state], ...] or null, "cards_version"}

Files go to the root of the flash; the card table is built by the firmware's own builder.
"""

import json
import os
import sys

_SIM = __file__.rsplit("/", 1)[0]
sys.path.insert(0, _SIM)
from station_side import mount, set_paths  # noqa: E402


def copy(source, target):
    with open(source, "rb") as file:
        content = file.read()
    with open(target + ".new", "wb") as file:
        file.write(content)
    os.rename(target + ".new", target)


def provision(arguments):
    root = mount(arguments["flash"], arguments["size"], 0)
    for name in os.listdir(arguments["from"]):
        copy(arguments["from"] + "/" + name, root + "/" + name)
    if arguments["cards"] is not None:
        from station.store import card_build

        entries = [(bytes.fromhex(uid), loop, here, state) for uid, loop, here, state in arguments["cards"]]
        card_build.build(entries, root + "/cards", arguments["cards_version"])


if __name__ == "__main__":
    received = json.loads(sys.stdin.readline())
    set_paths(_SIM, received["firmware"])
    provision(received)
