"""What differs between two plant files: in the files, and for which stations that means a new config or card table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .compile import Compiled
from .model import Plant
from .problems import Path, dotted, shown


class Difference(NamedTuple):
    """`old` or `new` is None where a thing is only in one of them."""

    path: Path
    old: Any
    new: Any

    def __str__(self) -> str:
        if self.old is None:
            return f"+ {dotted(self.path)}: {shown(self.new)}"
        if self.new is None:
            return f"- {dotted(self.path)}: {shown(self.old)}"
        return f"~ {dotted(self.path)}: {shown(self.old)} -> {shown(self.new)}"


class Station(NamedTuple):
    """`what`: `added`, `removed`, or what it gets anew: `config`, `cards`, `config and cards`."""

    path: str
    what: str


def of_files(old: Plant, new: Plant) -> list[Difference]:
    """Every key that differs, in the order of the files; defaults that nobody wrote are not told."""
    return list(_of(_as_written(old), _as_written(new), ()))


def of_stations(old: Sequence[Compiled], new: Sequence[Compiled]) -> list[Station]:
    before, after = ({station.path: station for station in stations} for stations in (old, new))
    out = [Station(path, "removed") for path in before if path not in after]
    for path, station in after.items():
        known = before.get(path)
        if known is None:
            out.append(Station(path, "added"))
            continue
        changed = [
            what
            for what, is_changed in (
                ("config", known.config["hash"] != station.config["hash"]),
                ("cards", known.cards != station.cards),
            )
            if is_changed
        ]
        if changed:
            out.append(Station(path, " and ".join(changed)))
    return out


def _as_written(plant: Plant) -> dict[str, Any]:
    return plant.model_dump(by_alias=True, exclude_unset=True)


def _of(old: Any, new: Any, path: Path) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _of(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and _plain(old) and _plain(new):
        yield from (Difference(path, item, None) for item in old if item not in new)
        yield from (Difference(path, None, item) for item in new if item not in old)
        if old != new and sorted(map(str, old)) == sorted(map(str, new)):
            yield Difference(path, ", ".join(map(str, old)), ", ".join(map(str, new)))
    elif old != new:
        yield Difference(path, old, new)


def _plain(items: Sequence[Any]) -> bool:
    return not any(isinstance(item, dict | list) for item in items)
