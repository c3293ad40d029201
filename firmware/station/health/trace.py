"""Where an error came from. Loaded when one did."""

import sys

_PLACES = 3
_LONGEST = 120


def where(error) -> str:
    """The innermost places of a traceback, the innermost first: `mqtt.py publish < uplink.py _send < uplink.py _pump`.

    asyncio's own places are left out: they are always the same. "" when the runtime does not tell.
    """
    places = _micropython(error) if sys.implementation.name == "micropython" else _cpython(error)
    # what caught it is the supervisor, each time
    inner = [name for path, name in places if "asyncio/" not in path and not name.startswith("supervisor.")]
    return " < ".join(inner[::-1][:_PLACES])[:_LONGEST]


def _micropython(error):
    """Of each line `  File "station/net/mqtt.py", line 1, in publish`: compiled for a board, line numbers are gone."""
    import io

    text = io.StringIO()
    sys.print_exception(error, text)
    for line in text.getvalue().split("\n"):
        if line.startswith("  File "):
            path = line.split('"')[1]
            yield path, path.split("/")[-1] + " " + line.split(", in ")[-1].strip()


def _cpython(error):
    frame = error.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        yield code.co_filename, code.co_filename.split("/")[-1] + " " + code.co_name
        frame = frame.tb_next
