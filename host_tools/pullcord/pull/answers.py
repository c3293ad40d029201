"""How long people waited for an answer, for somebody to come, and for the repair."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pullcord.pull import measures
from pullcord.pull.sheet import Row

WAITS = {
    "acknowledged_ms": ("called_at", "acknowledged_at"),
    "arrived_ms": ("called_at", "arrived_at"),
    "repaired_ms": ("arrived_at", "resolved_at"),
}


def of(calls: Sequence[Row]) -> dict[str, Any]:
    """How many, and the waits, of all and by category. Cancelled ones were nobody's to answer."""
    categories = Counter(call["category"] for call in calls)
    by_category = {
        name: {"count": count, **_waits([call for call in calls if call["category"] == name])}
        for name, count in categories.items()
    }
    cancelled = sum(call["cancelled_at"] is not None for call in calls)
    counts = {"count": len(calls), "cancelled": cancelled, "categories": dict(categories)}
    return counts | _waits(calls) | {"by_category": by_category}


def _waits(calls: Sequence[Row]) -> dict[str, Any]:
    answered = [call for call in calls if call["cancelled_at"] is None]
    return {
        name: spread(measures.gaps([(call[begin], call[end]) for call in answered]))
        for name, (begin, end) in WAITS.items()
    }


def spread(times: Sequence[int]) -> dict[str, Any]:
    """`count` of them, their mean, half and 95 % of them (nearest rank), and the longest."""
    return {
        "count": len(times),
        "mean": measures.mean(times),
        "p50": measures.percentile(times, 0.5),
        "p95": measures.percentile(times, 0.95),
        "max": max(times, default=None),
    }
