"""One kanban card's label: what is on it, and where. Drawn with reportlab, the QR code made by segno.

Lengths are in millimetres, from the lower left corner; only `Pen` knows points.
"""

from typing import NamedTuple

import segno
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from .fitting import LEADING, fit

QUIET = 4  # modules of white around a QR code, ISO/IEC 18004
RADIUS = 2.0


class Label(NamedTuple):
    """`number` of `of`: this card in its loop. `kind`: withdrawal, production ..."""

    uid: str
    loop: str
    kind: str
    item: str
    quantity: int
    consumer: str
    supplier: str
    number: int
    of: int

    @property
    def code(self) -> str:
        """What the QR code says; in capitals, so that the code is small."""
        return f"PULLCORD:CARD:{self.uid.upper()}"


class Fonts(NamedTuple):
    """Names of registered fonts."""

    plain: str = "Helvetica"
    bold: str = "Helvetica-Bold"


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """The size of a label and the place of each thing on it."""

    width: float
    height: float
    band: Box
    item: Box
    quantity: Box
    number: Box
    to: Box
    out_of: Box
    qr: Box
    foot: Box


# A credit card's size, as cards and the sleeves of containers have it.
CARD = Layout(
    86, 54,
    band=Box(0, 46, 86, 8),
    item=Box(3, 29, 80, 16),
    quantity=Box(3, 17, 26, 11),
    number=Box(31, 17, 24, 11),
    to=Box(3, 10.5, 53, 6),
    out_of=Box(3, 5, 53, 5.5),
    qr=Box(58, 3, 25, 25),
    foot=Box(3, 1.3, 54, 3.4),
)  # fmt: skip

# A 62 mm roll: the printer leaves 1.5 mm white at either side.
ROLL = Layout(
    62, 90,
    band=Box(1.5, 80, 59, 8.5),
    item=Box(4, 58, 54, 20.5),
    quantity=Box(4, 43, 27, 13),
    number=Box(33, 43, 25, 13),
    to=Box(4, 34, 54, 7.5),
    out_of=Box(4, 27, 54, 6.5),
    qr=Box(4, 3, 23, 23),
    foot=Box(29, 4, 29, 20),
)  # fmt: skip


def draw(canvas: Canvas, label: Label, layout: Layout, fonts: Fonts) -> None:
    """At the canvas's origin. ValueError for what a font cannot write."""
    pen = _Pen(canvas, fonts)
    pen.frame(layout)
    pen.band(layout.band, f"{label.kind} kanban".upper(), label.loop)
    pen.text(layout.item, label.item, 26, bold=True)
    pen.captioned(layout.quantity, "QUANTITY", str(label.quantity))
    pen.captioned(layout.number, "CARD", f"{label.number} / {label.of}")
    pen.text(layout.to, f"to {_place(label.consumer)}", 13, bold=True)
    pen.text(layout.out_of, f"from {_place(label.supplier)}", 12)
    pen.qr(layout.qr, label.code)
    pen.text(layout.foot, label.uid, 8)


def _place(path: str) -> str:
    """`assembly/line-1/st-03` may break after a slash, so that it is never made tiny."""
    return path.replace("/", " / ")


class _Pen:
    def __init__(self, canvas: Canvas, fonts: Fonts) -> None:
        self._canvas = canvas
        self._fonts = fonts

    def frame(self, layout: Layout) -> None:
        self._canvas.setLineWidth(0.3)
        self._canvas.setStrokeGray(0.6)
        if layout.band.x == 0:  # cut along it; a roll is cut by its printer
            self._canvas.rect(0, 0, layout.width * mm, layout.height * mm)

    def band(self, box: Box, left: str, right: str) -> None:
        """Black, with white words at either end."""
        self._canvas.setFillGray(0)
        self._canvas.rect(box.x * mm, box.y * mm, box.width * mm, box.height * mm, stroke=0, fill=1)
        inner = Box(box.x + 2, box.y + 1, box.width - 4, box.height - 2)
        half = inner.width / 2 - 1
        self.text(inner._replace(width=half), left, 11, bold=True, gray=1)
        self.text(inner._replace(x=inner.x + half + 2, width=half), right, 13, bold=True, gray=1, right=True)

    def captioned(self, box: Box, caption: str, value: str) -> None:
        self.text(Box(box.x, box.y + box.height - 3, box.width, 3), caption, 6.5)
        self.text(box._replace(height=box.height - 3), value, 28, bold=True)

    def text(
        self, box: Box, text: str, largest: float, bold: bool = False, gray: float = 0, right: bool = False
    ) -> None:
        """In the middle of the height of its box."""
        font = self._fonts.bold if bold else self._fonts.plain
        fitted = fit(text, box.width * mm, box.height * mm, largest, lambda words, size: _width(words, font, size))
        top = (box.y + box.height / 2) * mm + len(fitted.lines) * fitted.size * LEADING / 2
        self._canvas.setFillGray(gray)
        self._canvas.setFont(font, fitted.size)
        for row, line in enumerate(fitted.lines):
            baseline = top - row * fitted.size * LEADING - fitted.size * 0.95
            if right:
                self._canvas.drawRightString((box.x + box.width) * mm, baseline, line)
            else:
                self._canvas.drawString(box.x * mm, baseline, line)

    def qr(self, box: Box, content: str) -> None:
        """Rows of dark modules as rectangles: sharp at any resolution."""
        rows = [bytes(row) for row in segno.make_qr(content, error="m").matrix]
        module = box.width * mm / (len(rows) + 2 * QUIET)
        self._canvas.setFillGray(0)
        for number, row in enumerate(rows):
            y = (box.y + box.height) * mm - (QUIET + number + 1) * module
            for start, length in _runs(row):
                self._canvas.rect(box.x * mm + (QUIET + start) * module, y, length * module, module, stroke=0, fill=1)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """(start, length) of the dark stretches of a row."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs


def _width(text: str, font: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, font, size))
