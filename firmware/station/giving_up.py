"""The journal is full. Loaded when it is, and forgotten again."""

import json

from .core import checkpoint


def keep_waiting(app, now: int) -> None:
    """What was felt waits in memory: say durably what waits and what was lost, each time that this changes."""
    station = app.station
    waits = (len(station.drafts), sum(station.lost.values()))
    if waits != app.waits:
        app.journal.save_checkpoint(checkpoint.pack(station, now))
        app.waits = waits


def drop_oldest(app, now: int) -> None:
    """Make room by the oldest events, by the config's leave. A gap event will say how many and which kinds.

    What is lost is in the checkpoint before it is erased, and `given_up` says how far: a power cut in between counts
    nothing twice. OSError: the flash fails.
    """
    station, journal = app.station, app.journal
    last = journal.oldest_block()[-1]
    for sequence in range(max(station.given_up, journal.through) + 1, last + 1):
        try:
            event = json.loads(journal.read(sequence))
        except KeyError:
            continue  # damaged: it was lost before
        type = event["type"].split(".", 1)[1].rsplit(".", 1)[0]
        # of a gap that nobody was told, what it told
        for kind, count in (event["data"]["kinds"] if type == "station.gap" else {type: 1}).items():
            station.lose(now, kind, count)
    station.given_up = max(station.given_up, last)
    journal.save_checkpoint(checkpoint.pack(station, now))
    journal.give_up(last)
