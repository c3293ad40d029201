"""A station by what a person calls it: st-04, line-1/st-04, or the whole path with or without the site."""

from difflib import get_close_matches

from .model import Plant


class NoSuchStation(Exception):
    """Nobody is called so, or several are; says who there is."""


def find_station(plant: Plant, called: str) -> str:
    """area/line/station. Raises NoSuchStation."""
    paths = list(plant.stations())
    wanted = called.removeprefix(f"{plant.site.name}/").strip("/")
    found = [path for path in paths if f"/{path}".endswith(f"/{wanted}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise NoSuchStation(f"{called}: several stations are called so: {', '.join(found)}")
    names = [path.rpartition("/")[2] for path in paths]
    near = [*get_close_matches(wanted, paths, 2), *get_close_matches(wanted, names, 2)]
    advice = f"did you mean {' or '.join(near)}?" if near else f"the plant file has {', '.join(paths)}"
    raise NoSuchStation(f"{called}: no such station: {advice}")
