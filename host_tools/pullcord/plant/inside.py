"""Looking into a document of which nobody knows yet whether it is sound."""

from typing import Any


def keys(data: Any, *path: str | int) -> set[str]:
    """The keys of the mapping at `path`; none where there is no mapping."""
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return set(data) if isinstance(data, dict) else set()
