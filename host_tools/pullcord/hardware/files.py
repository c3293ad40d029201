"""Every file that is made from the reference stations, with its text."""

from pathlib import Path

from .bill import as_csv, bill
from .drawing import source
from .legend import legend
from .pages import boards_page, station_page
from .parts import FOLDER, catalogue
from .references import on_boards, stations
from .sheets import board_sheet, segment_sheet, sheets

ROOT = FOLDER.parent
PAGES = ROOT / "docs" / "hardware"


def made() -> dict[Path, str]:
    """By path. Raises PlantError when the data do not fit together."""
    files: dict[Path, str] = {}
    for plan in stations():
        for sheet in sheets(plan):
            files[FOLDER / "wiring" / f"{sheet.name}.yaml"] = source(sheet, plan.items)
        files[FOLDER / "bom" / f"{plan.name}.csv"] = as_csv(bill(plan))
        files[PAGES / f"{plan.name}.md"] = station_page(plan)
    files[PAGES / "lamp-legend.html"] = legend()
    files[PAGES / "boards.md"] = boards_page(on_boards())
    segment = segment_sheet()
    files[FOLDER / "wiring" / f"{segment.name}.yaml"] = source(segment, catalogue())
    for plan in on_boards():
        sheet = board_sheet(plan)
        files[FOLDER / "wiring" / f"{sheet.name}.yaml"] = source(sheet, plan.items)
    return files
