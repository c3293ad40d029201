"""The types of event that a station emits, without the `pullcord.` before and the version behind."""

TYPES = (
    "andon.called",
    "andon.acknowledged",
    "andon.arrived",
    "andon.escalated",
    "andon.stopped",
    "andon.resolved",
    "andon.cancelled",
    "andon.restarted",
    "kanban.tapped",
    "kanban.refused",
    "cycle.completed",
    "cycle.overrun",
    "input.faulted",
    "input.restored",
    "station.started",
    "station.faulted",
    "station.gap",
    "station.command",
    "station.clock",
    "station.updated",
)
