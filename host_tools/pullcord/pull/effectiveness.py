"""One station in one shift: availability, effectiveness, quality and OEE by ISO 22400-2, and how it kept its takt."""

from collections.abc import Sequence
from typing import Any

from pullcord.pull import measures
from pullcord.pull.sheet import Row
from pullcord.pull.spans import Span, common, total, without

HOUR_MS = 3_600_000


def of_station(
    takt: int | None, within: Span, busy: list[Span], standing: list[Span], cycles: Sequence[Row]
) -> dict[str, Any]:
    """`busy`: the planned busy time within the shift; `standing`: unplanned stops; `cycles`: the station's rows.

    Items are counted by quarters of an hour, so a shift should begin and end at one.
    """
    rows = [row for row in cycles if within.begin <= row["quarter"] < within.end]
    produced, scrapped = sum(row["count"] for row in rows), sum(row["scrapped"] for row in rows)
    production_ms = total(without(busy, standing))
    found = measures.oee(total(busy), production_ms, takt, produced, max(0, produced - scrapped))
    return found._asdict() | {
        "oee": found.oee,
        "takt_ms": takt,
        "cycle_ms": sum(row["cycle_ms"] for row in rows) / produced if produced else None,
        "produced": produced,
        "scrapped": scrapped,
        "planned_busy_ms": total(busy),
        "production_ms": production_ms,
        "expected": production_ms / takt if takt else None,
        "ahead": produced - total(busy) / takt if takt else None,
        "overruns": sum(row["overruns"] for row in rows),
        "hours": _hours(takt, within, busy, rows),
    }


def _hours(takt: int | None, within: Span, busy: list[Span], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Hour by hour from the shift's begin: what was made, what the takt asks for, and how far ahead it was then."""
    out, made, due = [], 0, 0.0
    for begin in range(within.begin, within.end, HOUR_MS):
        hour = Span(begin, min(begin + HOUR_MS, within.end))
        count = sum(row["count"] for row in rows if hour.begin <= row["quarter"] < hour.end)
        available = total(common([hour], busy))
        made, due = made + count, due + (available / takt if takt else 0)
        out.append(
            {
                "begin": begin,
                "available_ms": available,
                "count": count,
                "expected": available / takt if takt else None,
                "ahead": made - due if takt else None,
                "overruns": sum(row["overruns"] for row in rows if hour.begin <= row["quarter"] < hour.end),
            }
        )
    return out
