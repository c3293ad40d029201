"""What must fit together among people, roles and channels, and in whom an escalation tells."""

from collections.abc import Iterator
from typing import Any

from .inside import keys
from .model import Category, Plant
from .problems import Path, Problem
from .shape import suggestion


def check(plant: Plant, data: Any) -> Iterator[Problem]:
    """`data` is the whole document: a name in it counts as there, also when its section has problems."""
    people, roles, channels = (keys(data, section) for section in ("people", "roles", "channels"))
    shifts = keys(data, "calendar", "shifts")
    for name, person in plant.people.items():
        yield from _known(person.channels, ("people", name, "channels"), channels, "channel")
    for name, role in plant.roles.items():
        at: Path = ("roles", name)
        yield from _known(role.people, (*at, "people"), people, "person")
        yield from _known(role.channels, (*at, "channels"), channels, "channel")
        for shift, on_call in role.on_call.items():
            yield from _known(on_call, (*at, "on_call", shift), people, "person")
            if shift not in shifts:
                right = suggestion(shift, shifts)
                yield Problem((*at, "on_call", shift), shift, "there is no such shift", right)
        yield from _reached(plant, name, at)
    for path, category in categories(plant):
        yield from _told(category, path, roles)


def categories(plant: Plant) -> Iterator[tuple[Path, Category]]:
    """Every category, wherever it is said, with its place."""
    levels: list[tuple[Path, Any]] = [((), plant)]
    for area_name, area in plant.areas.items():
        for line_name, line in area.lines.items():
            at: Path = ("areas", area_name, "lines", line_name)
            levels.append((at, line))
            levels += [((*at, "stations", name), station) for name, station in line.stations.items()]
    for at, level in levels:
        for name, category in level.andon.categories.items():
            yield (*at, "andon", "categories", name), category


def _reached(plant: Plant, name: str, at: Path) -> Iterator[Problem]:
    """A role that a notice is for must lead to a channel."""
    role = plant.roles[name]
    people = {*role.people, *(person for on_call in role.on_call.values() for person in on_call)}
    known = [plant.people[person] for person in people if person in plant.people]
    if not role.channels and known and not any(person.channels for person in known):
        yield Problem(at, name, "nobody in it has a channel", "channels of the role, or of its people")
    if not role.channels and not people:
        yield Problem(at, name, "nobody is in it", "people, on_call or channels")


def _told(category: Category, at: Path, roles: set[str]) -> Iterator[Problem]:
    for level, names in category.tell.items():
        path = (*at, "tell", level)
        yield from _known(names, path, roles, "role")
        if int(level) > len(category.escalate_s):
            right = f"0 (the call itself) to {len(category.escalate_s)}, or one more time in escalate_s"
            yield Problem(path, level, "this level is never reached", right)


def _known(names: list[str], at: Path, known: set[str], what: str) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in known:
            yield Problem((*at, index), name, f"there is no such {what}", suggestion(name, known))

