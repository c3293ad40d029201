"""Which segments there are, when what the newest record says does not fit. Loaded then, and forgotten again."""

from station.store.aside import listing, wipe
from station.store.segments import starts


def survey(segments, directory):
    """Set `count` and `first` of the Segments in `directory` by what lies there; clear folders without any."""
    segments.count, first = 0, segments.last + 1
    for name in listing(directory):
        if name[0] == "g" and name[1:].isdigit():
            found = [start for start in starts(directory + "/" + name) if start <= segments.last]
            if found:
                segments.count += len(found)
                first = min(first, found[0])
            else:
                wipe(directory + "/" + name)
    segments.first = first
