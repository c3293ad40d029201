"""Entries of the log, with seconds from the start of a day."""

from pullcord.line import moments
from pullcord.pull.entry import Entry

DAY = moments.from_text("2026-11-20T00:00:00.000Z")
STATION = "acme/assembly/line-1/st-04"


def entry(position, kind, seconds, data, *, station=STATION, **more):
    at = DAY + round(seconds * 1000)
    known = {"id": f"j-{position}", "journal": "j", "sequence": position} | more
    return Entry(position=position, kind=kind, station=station, at=at, received_at=at, data=data, **known)


def decided(position, kind, seconds, data, by="maria"):
    """A plant event."""
    return entry(position, kind, seconds, data, station="", by=by, id=f"plant-{position}", journal="plant")


def placed(position, journal, boot, began):
    data = {"journal": journal, "boot": boot, "began": began, "error_ms": 10}
    return decided(position, "events.placed", 0, data, by="recorder")
