"""The result on one page, to print and to sign."""

import io
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from pullcord.cards.fitting import fit

LEFT, TOP, WIDTH, FOOT = 20 * mm, A4[1] - 20 * mm, A4[0] - 40 * mm, 38 * mm
TALLEST = 7.5 * mm
COLUMNS = (("", 0.12), ("part", 0.1), ("name", 0.3), ("what was seen", 0.48))
MARKS = {"passed": "good", "failed": "BAD", "skipped": "-", "not_applicable": "n/a"}


def one_page(told: dict[str, Any]) -> bytes:
    """A PDF of `Result.as_json()`: A4, however many steps there were."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4, invariant=1)
    canvas.setTitle(f"Check of {told['station']}")
    below = _head(canvas, told)
    _steps(canvas, told["steps"], below)
    _foot(canvas, told)
    canvas.save()
    return written.getvalue()


def _head(canvas: Canvas, told: dict[str, Any]) -> float:
    """Where the steps may begin."""
    _write(canvas, LEFT, TOP - 10 * mm, WIDTH * 0.7, 10 * mm, told["station"], 18, bold=True)
    _write(canvas, LEFT + WIDTH * 0.7, TOP - 10 * mm, WIDTH * 0.3, 10 * mm, told["verdict"], 18, bold=True)
    versions = told["versions"]
    lines = [
        f"Check of the wiring by {told['by']}, from {told['began']} to {told['ended']}",
        f"Board {versions.get('board', '?')}, unique id {told['uid']}, {versions.get('python', '?')}",
        f"Pullcord {versions.get('pullcord', '?')}, config {told['config'].get('hash', '?')}",
        f"Recorded as test events {' to '.join(map(str, told['events'])) or 'none'} of journal {told['journal']}",
    ]
    y = TOP - 12 * mm
    for line in lines:
        y -= 5.5 * mm
        _write(canvas, LEFT, y, WIDTH, 5.5 * mm, line, 10)
    return y - 4 * mm


def _steps(canvas: Canvas, steps: list[dict[str, Any]], top: float) -> None:
    height = min(TALLEST, (top - FOOT) / (len(steps) + 1))
    rows = [[name for name, _ in COLUMNS]]
    rows += [[MARKS[step["outcome"]], step["part"], step["name"], step["why"]] for step in steps]
    for number, row in enumerate(rows):
        x, y = LEFT, top - (number + 1) * height
        canvas.setLineWidth(0.3)
        canvas.line(LEFT, y, LEFT + WIDTH, y)
        for text, (_, share) in zip(row, COLUMNS, strict=True):
            bold = number == 0 or row[0] == MARKS["failed"]
            _write(canvas, x, y, WIDTH * share - 2 * mm, height, text, 10, bold)
            x += WIDTH * share


def _foot(canvas: Canvas, told: dict[str, Any]) -> None:
    for x, words in ((LEFT, f"Signed: {told['by']}"), (LEFT + WIDTH * 0.55, "Taken over:")):
        canvas.line(x, 26 * mm, x + WIDTH * 0.42, 26 * mm)
        _write(canvas, x, 20 * mm, WIDTH * 0.42, 5 * mm, words, 9)
    _write(canvas, LEFT, 13 * mm, WIDTH, 5 * mm, f"Sum of the file: {told['sum']}", 7)


def _write(
    canvas: Canvas, x: float, y: float, width: float, height: float, text: str, largest: float, bold: bool = False
) -> None:
    """In its box, as large as fits. What the font lacks becomes a question mark."""
    font = "Helvetica-Bold" if bold else "Helvetica"
    shown = text.encode("cp1252", "replace").decode("cp1252")
    if not shown.strip():
        return
    fitted = fit(shown, width, height, largest, lambda line, size: float(stringWidth(line, font, size)))
    canvas.setFont(font, fitted.size)
    top = y + height / 2 + len(fitted.lines) * fitted.size * 1.15 / 2
    for row, line in enumerate(fitted.lines):
        canvas.drawString(x, top - row * fitted.size * 1.15 - fitted.size * 0.95, line)
