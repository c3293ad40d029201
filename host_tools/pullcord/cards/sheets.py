"""Labels on paper: A4 sheets of ten, or one a page for a 62 mm roll."""

import io
from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from pullcord.plant.model import Plant

from .label import CARD, ROLL, Fonts, Label, draw

COLUMNS, ROWS = 2, 5
BUILT_IN = "cp1252"  # what the fonts that every PDF reader has can write


def of_plant(plant: Plant) -> list[Label]:
    """A label for each card, in the order of the file."""
    items = {key: item.name for key, item in plant.items.items()}
    suppliers = {key: supplier.name for key, supplier in plant.suppliers.items()}
    return [
        Label(
            uid, name, loop.kind, items.get(loop.item, loop.item), loop.quantity, loop.consumer,
            suppliers.get(loop.supplier, loop.supplier), number, len(loop.cards),
        )
        for name, loop in plant.loops.items()
        for number, uid in enumerate(loop.cards, 1)
    ]  # fmt: skip


def a4(labels: Sequence[Label], fonts: Fonts, skip: int = 0) -> bytes:
    """A PDF of sheets. `skip`: places that were used up on the first sheet. ValueError: see `draw`."""
    written = io.BytesIO()
    canvas = _canvas(written, A4)
    left = (A4[0] - COLUMNS * CARD.width * mm) / 2
    top = A4[1] - (A4[1] - ROWS * CARD.height * mm) / 2
    for place, label in enumerate(labels, skip):
        row, column = divmod(place % (COLUMNS * ROWS), COLUMNS)
        if place > skip and row == column == 0:
            canvas.showPage()
        canvas.saveState()
        canvas.translate(left + column * CARD.width * mm, top - (row + 1) * CARD.height * mm)
        draw(canvas, label, CARD, fonts)
        canvas.restoreState()
    canvas.save()
    return written.getvalue()


def roll(labels: Sequence[Label], fonts: Fonts) -> bytes:
    """A PDF with a page for each label. ValueError: see `draw`."""
    written = io.BytesIO()
    canvas = _canvas(written, (ROLL.width * mm, ROLL.height * mm))
    for number, label in enumerate(labels):
        if number:
            canvas.showPage()
        draw(canvas, label, ROLL, fonts)
    canvas.save()
    return written.getvalue()


def fonts_for(labels: Sequence[Label], font: Path | None) -> Fonts:
    """Those of every PDF reader, or the TrueType file `font`. ValueError tells the text that cannot be written."""
    if font is None:
        for text in _texts(labels):
            if text.encode(BUILT_IN, "ignore").decode(BUILT_IN) != text:
                raise ValueError(f"{text!r} has letters that the built-in font lacks: give a TrueType file by --font")
        return Fonts()
    try:
        face = TTFont("given", str(font))
    except (TTFError, OSError) as error:
        raise ValueError(f"{font} is no TrueType font that can be used ({error})") from error
    for text in _texts(labels):
        if missing := [letter for letter in text if ord(letter) not in face.face.charToGlyph]:
            raise ValueError(f"{text!r}: {font} has no {missing[0]!r}; another font")
    pdfmetrics.registerFont(face)
    return Fonts("given", "given")


def _texts(labels: Sequence[Label]) -> list[str]:
    return [text for label in labels for text in (label.item, label.supplier)]


def _canvas(file: io.BytesIO, size: tuple[float, float]) -> Canvas:
    """The same labels always make the same file."""
    canvas = Canvas(file, pagesize=size, invariant=1)
    canvas.setTitle("Pullcord: labels of kanban cards")
    return canvas
