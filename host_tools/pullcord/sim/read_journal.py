"""Reads a copy of a station's journal with the firmware's own code: it knows what a cut or a bad flash leaves behind.

    python -m pullcord.sim.read_journal FOLDER UID

FOLDER is a copy of a board's `journal`, which may be changed by this; UID is the chip's, in hex. First a line of JSON:
{"journal", "through", "oldest", "findings", "missing": sequences that cannot be read}; then each event without a
receipt, as it was recorded, a line each.
"""

import json
import sys

from pullcord.sim import cpython


def read(folder: str, uid: bytes) -> None:
    cpython.install()
    from station.store.journal import Journal

    journal = Journal.open(folder, uid, lambda count: bytes(count))
    events, missing = [], []
    for sequence in range(journal.through + 1, journal.next):
        try:
            events.append(journal.read(sequence))
        except KeyError:
            missing.append(sequence)
    told = {"journal": journal.name, "through": journal.through, "oldest": journal.oldest}
    print(json.dumps(told | {"findings": journal.findings, "missing": missing}))
    sys.stdout.flush()
    for event in events:
        sys.stdout.buffer.write(event.replace(b"\n", b" ") + b"\n")


if __name__ == "__main__":
    read(sys.argv[1], bytes.fromhex(sys.argv[2]))
