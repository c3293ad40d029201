"""What counts at a station, of all that site, line and station say: the nearest one."""

from .model import Andon, Category, Line, Plant, Station, Takt


def andon(plant: Plant, line: Line, station: Station) -> tuple[Andon, ...]:
    """From the far one to the near one."""
    return plant.andon, line.andon, station.andon


def categories(*levels: Andon) -> dict[str, Category]:
    """A category counts as a whole."""
    return {name: category for level in levels for name, category in level.categories.items()}


def takt(line: Line, station: Station) -> Takt | None:
    """`takt: null` at a station takes the line's away."""
    return station.takt if "takt" in station.model_fields_set else line.takt
