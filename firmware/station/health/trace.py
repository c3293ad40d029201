"""Where an error came from. Loaded when one did."""

import sys


def where(error) -> str:
    """The innermost place of a traceback, short: `mqtt.py publish`. "" when the runtime does not tell."""
    if sys.implementation.name == "micropython":
        import io

        text = io.StringIO()
        sys.print_exception(error, text)
        lines = [line for line in text.getvalue().split("\n") if line.startswith("  File ")]
        return _place(lines[-1]) if lines else ""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return ""
    code = frame.tb_frame.f_code
    return code.co_filename.split("/")[-1] + " " + code.co_name


def _place(line: str) -> str:
    """`mqtt.py publish` of `  File "station/net/mqtt.py", line 1, in publish`: compiled for a board, lines are gone."""
    return line.split('"')[1].split("/")[-1] + " " + line.split(", in ")[-1].strip()
