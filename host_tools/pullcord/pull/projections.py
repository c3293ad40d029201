"""All projections of this version, new and empty."""

from pullcord.pull.calls import Calls
from pullcord.pull.clocks import Clocks
from pullcord.pull.cycles import Cycles
from pullcord.pull.kanban import Kanban
from pullcord.pull.notices import Notices
from pullcord.pull.projection import Projection


def all_of_them() -> list[Projection]:
    return [Calls(), Cycles(), Kanban(), Clocks(), Notices()]
