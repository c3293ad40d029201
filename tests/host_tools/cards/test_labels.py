"""Labels: everything on them can be read, by people and by scanners, and nothing is cut or lies on something else."""

import itertools
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from pullcord.cards import fitting, sheets
from pullcord.cards.label import CARD, ROLL, Fonts, Label
from pullcord.plant import boards
from pullcord.plant.load import load

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "plant.yaml"
BOLT = Label("04a1b2c3d40001", "bolt-m8", "withdrawal", "Bolt M8x30", 200, "assembly/line-1/st-03", "store", 1, 8)
LONG = Label(
    "04a1b2c3d40001020304", "w" * 32, "withdrawal", "W" * 80, 2_000_000, "/".join(["w" * 32] * 3), "W" * 120, 118, 120
)  # fmt: skip
FORMATS = {"a4": lambda labels: sheets.a4(labels, Fonts()), "roll": lambda labels: sheets.roll(labels, Fonts())}


def pages(pdf):
    return list(pypdfium2.PdfDocument(pdf))


def words(page):
    return page.get_textpage().get_text_bounded().split()


def codes(page, scale=4):
    return sorted(found.text for found in zxingcpp.read_barcodes(page.render(scale=scale).to_pil()))


@pytest.mark.parametrize("paper", FORMATS)
@pytest.mark.parametrize("label", [BOLT, LONG], ids=["usual", "long"])
def test_all_that_is_on_a_label_can_be_read(paper, label):
    [page] = pages(FORMATS[paper]([label]))
    text = "".join(words(page))
    for part in (label.item, label.loop, str(label.quantity), label.uid, label.supplier, label.consumer):
        assert part.replace(" ", "") in text
    assert f"{label.number}/{label.of}" in text
    assert codes(page) == [label.code]


@pytest.mark.parametrize("layout", [CARD, ROLL], ids=["card", "roll"])
def test_no_two_things_of_a_layout_share_a_place(layout):
    boxes = layout[2:]
    for box in boxes:
        assert box.x >= 0 and box.x + box.width <= layout.width
        assert box.y >= 0 and box.y + box.height <= layout.height
    for one, other in itertools.combinations(boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or above, (one, other)


def test_a_sheet_takes_ten_and_may_begin_behind_places_that_are_used_up():
    labels = [BOLT._replace(uid=f"04a1b2c3d4{number:04x}", number=number) for number in range(1, 13)]
    assert [len(codes(page)) for page in pages(sheets.a4(labels, Fonts()))] == [10, 2]
    assert [len(codes(page)) for page in pages(sheets.a4(labels, Fonts(), skip=9))] == [1, 10, 1]


def test_a_roll_has_a_page_of_its_width_for_each_label():
    found = pages(sheets.roll([BOLT, BOLT], Fonts()))
    assert [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in found] == [(62, 90)] * 2


def test_labels_of_a_plant_name_item_and_supplier_as_people_do():
    labels = sheets.of_plant(load(EXAMPLE.with_name("assembly-shop.yaml"), boards.load()))
    assert all(" " in label.item or label.item.istitle() for label in labels)
    [first, *_] = sheets.of_plant(load(EXAMPLE, boards.load()))
    assert first == BOLT


def test_the_same_labels_make_the_same_file():
    assert sheets.a4([BOLT], Fonts()) == sheets.a4([BOLT], Fonts())


def test_letters_that_the_font_lacks_are_told_before_anything_is_printed():
    sheets.fonts_for([BOLT._replace(item="Müller, Straße 5 €")], None)
    with pytest.raises(ValueError, match=r"Śruba.*--font"):
        sheets.fonts_for([BOLT._replace(item="Śruba")], None)
    with pytest.raises(ValueError, match="no TrueType font"):
        sheets.fonts_for([BOLT], Path(__file__))


@given(
    st.text("abc WMi.,-", min_size=1, max_size=120).filter(str.strip),
    st.floats(60, 250),
    st.floats(10, 60),
    st.floats(6, 28),
)
def test_text_always_fits_its_box_and_loses_nothing(text, width, height, largest):
    def measure(line, size):
        return sum(0.9 if letter in "WM" else 0.5 for letter in line) * size

    try:
        fitted = fitting.fit(text, width, height, largest, measure)
    except ValueError:
        assert len(text) > 30  # a box of a label takes that much, as the test above shows
        return
    assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")
    assert fitted.size <= largest
    assert len(fitted.lines) * fitted.size * fitting.LEADING <= height
    assert all(measure(line, fitted.size) <= width for line in fitted.lines)
