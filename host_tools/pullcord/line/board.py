"""What the wall board shows: a pure projection of states, online messages and recorded events.

Every change gives the station's view the next revision. Views are whole, so whoever has seen revision R
catches up with the views above R, however long it was away. All times are UTC milliseconds; nothing here asks
for the time.
"""

from typing import Any

from pullcord.line import moments

# A board sends its state every 30 s: two that share an identity are both heard well within this.
CONFLICT_MS = 90_000

View = dict[str, Any]


class BoardState:
    """All stations as the board knows them, by path (`site/area/line/station`).

    A view is `{"path", "name", "online", "heard_ms", "state", "state_ms", "calls", "conflict", "problem",
    "quarantined"}`: `online` is None until the station said so; `state` is the latest `/state` as sent;
    `calls` are its calls, each with `started_ms` and, when a mark is near, `mark_at_ms`; `conflict` is None
    or the uids of two boards that share this identity; `problem` says what is wrong with the latest state, if
    anything; `quarantined` counts its refused messages.

    `names` are what stations are called, by path; `people` whose badges they are, by uid: a call that a badge
    took is shown with the name.
    """

    def __init__(
        self, session: str, names: dict[str, str] | None = None, people: dict[str, str] | None = None
    ) -> None:
        self.session = session
        self._people = dict(people or {})
        self.revision = 0
        self._stations: dict[str, _Station] = {}
        self._plant: dict[str, Any] = {}
        self._plant_revision = 0
        for path, name in (names or {}).items():
            self._stations[path] = _Station(path, name, self._people)

    def take_people(self, people: dict[str, str]) -> None:
        """Whose badges there are from now on, by uid."""
        self._people.clear()
        self._people.update(people)

    def take_state(self, now: int, path: str, state: dict[str, Any], retained: bool = False) -> None:
        """A valid `/state`. A retained one is old news: how things were, not that the station lives."""
        station = self._station(path)
        station.take_state(now, state, retained)
        self._changed(station)

    def take_problem(self, path: str, problem: str) -> None:
        """A `/state` or `/online` that could not be read; what was known before still stands."""
        station = self._station(path)
        if station.problem != problem:
            station.problem = problem
            self._changed(station)

    def take_online(self, now: int, path: str, online: dict[str, Any], retained: bool = False) -> None:
        """A valid `/online`."""
        station = self._station(path)
        station.take_online(now, online, retained)
        self._changed(station)

    def take_event(self, path: str, event: dict[str, Any], true_ms: int | None) -> None:
        """A recorded event with its true time, which tells the start of a call better than the state does."""
        if event["type"] != "pullcord.andon.called.v1" or true_ms is None:
            return
        station = self._stations.get(path)
        if station and station.call_began(event["id"], true_ms):
            self._changed(station)

    def take_quarantined(self, path: str) -> None:
        """One more message of this station was refused."""
        station = self._station(path)
        station.quarantined += 1
        self._changed(station)

    def take_plant(self, status: dict[str, Any]) -> None:
        """The line service's own condition: broker, database, counts."""
        if status != self._plant:
            self._plant = dict(status)
            self.revision += 1
            self._plant_revision = self.revision

    def paths(self) -> list[str]:
        return sorted(self._stations)

    def station(self, path: str) -> View | None:
        found = self._stations.get(path)
        return found.view() if found else None

    def snapshot(self) -> dict[str, Any]:
        """`{"id", "revision", "stations": [view by path], "plant": status}`; `id` is for `since`."""
        return {
            "id": self._id(self.revision),
            "revision": self.revision,
            "stations": [self._stations[path].view() for path in self.paths()],
            "plant": self._plant,
        }

    def since(self, last_id: str) -> list[dict[str, Any]] | None:
        """What changed after `last_id`, oldest first: `{"id", "revision"}` with a view as `station`, or the
        status as `plant`.

        None when `last_id` is of another session of the service, or no id at all: then only a snapshot helps.
        """
        seen = self._seen(last_id)
        if seen is None:
            return None
        changed: list[tuple[int, dict[str, Any]]] = [
            (station.revision, {"station": station}) for station in self._stations.values()
        ]
        changed.append((self._plant_revision, {"plant": self._plant}))
        changed.sort(key=lambda change: change[0])
        return [self._delta(revision, what) for revision, what in changed if revision > seen]

    def _delta(self, revision: int, what: dict[str, Any]) -> dict[str, Any]:
        shown = {key: value.view() if isinstance(value, _Station) else value for key, value in what.items()}
        return {"id": self._id(revision), "revision": revision, **shown}

    def _id(self, revision: int) -> str:
        return f"{self.session}-{revision}"

    def _seen(self, last_id: str) -> int | None:
        session, _, revision = last_id.rpartition("-")
        if session != self.session or not revision.isdecimal() or int(revision) > self.revision:
            return None
        return int(revision)

    def _station(self, path: str) -> "_Station":
        if path not in self._stations:
            self._stations[path] = _Station(path, path.rsplit("/", 1)[-1], self._people)
        return self._stations[path]

    def _changed(self, station: "_Station") -> None:
        self.revision += 1
        station.revision = self.revision


class _Station:
    def __init__(self, path: str, name: str, people: dict[str, str]) -> None:
        self.path = path
        self._people = people
        self.name = name
        self.revision = 0
        self.problem = ""
        self.quarantined = 0
        self._online: bool | None = None
        self._heard_ms: int | None = None
        self._state: dict[str, Any] | None = None
        self._state_ms: int | None = None
        self._uids: dict[str, int] = {}
        self._uid = ""
        self._conflict: dict[str, Any] | None = None
        self._started: dict[str, int] = {}
        self._true: set[str] = set()

    def take_state(self, now: int, state: dict[str, Any], retained: bool) -> None:
        said_ms = moments.from_text(state["time"]) if state.get("time") else None
        at = said_ms if retained and said_ms is not None else now
        self._heard(now, at, state["uid"], retained)
        self._note_starts(at, state["calls"])
        self._state, self._state_ms, self.problem = state, at, ""

    def take_online(self, now: int, online: dict[str, Any], retained: bool) -> None:
        self._online = online["online"]
        # A Last Will comes from the broker: it is no sign of life.
        if self._online and not retained:
            self._heard(now, now, online.get("uid", ""), retained)

    def call_began(self, call: str, true_ms: int) -> bool:
        """True when the view changes: calls that are not open are not shown, whatever a replayed log says."""
        if call not in self._started:
            return False
        self._true.add(call)
        changed = self._started[call] != true_ms
        self._started[call] = true_ms
        return changed

    def view(self) -> View:
        state = self._state or {}
        return {
            "path": self.path,
            "name": self.name,
            "online": self._online,
            "heard_ms": self._heard_ms,
            "state": self._state,
            "state_ms": self._state_ms,
            "calls": [self._call(call) for call in state.get("calls", [])],
            "conflict": self._conflict,
            "problem": self.problem,
            "quarantined": self.quarantined,
        }

    def _call(self, call: dict[str, Any]) -> dict[str, Any]:
        shown = {key: value for key, value in call.items() if key != "age_ms"}
        shown["started_ms"] = self._started[_key(call)]
        shown["by"] = self._people.get(call["by"], call["by"])
        if call.get("mark_ms") is not None and self._state_ms is not None:
            shown["mark_at_ms"] = self._state_ms + call["mark_ms"]
        return shown

    def _note_starts(self, at: int, calls: list[dict[str, Any]]) -> None:
        """A late message makes a call look younger, never older: the earliest start is the truest."""
        starts = {}
        for call in calls:
            key, start = _key(call), at - call["age_ms"]
            felt = self._started.get("felt " + call["category"], start)
            known = self._started.get(key, felt)
            starts[key] = known if key in self._true else min(known, start)
        self._started = starts
        self._true &= set(starts)

    def _heard(self, now: int, at: int, uid: str, retained: bool) -> None:
        self._heard_ms = max(at, self._heard_ms or at)
        if uid and not retained:
            self._note_uid(now, uid)

    def _note_uid(self, now: int, uid: str) -> None:
        """One board that takes over from another is a swap; the first heard again after that, a conflict."""
        came_back = uid != self._uid and now - self._uids.get(uid, now - CONFLICT_MS - 1) <= CONFLICT_MS
        self._uid = uid
        self._uids[uid] = now
        self._uids = {known: seen for known, seen in self._uids.items() if now - seen <= CONFLICT_MS}
        if came_back:
            since = self._conflict["since_ms"] if self._conflict else now
            self._conflict = {"uids": sorted(self._uids), "since_ms": since}
        elif len(self._uids) == 1:
            self._conflict = None


def _key(call: dict[str, Any]) -> str:
    """A call that is felt and not stored yet has no id; there is at most one a category."""
    return call["id"] or "felt " + call["category"]
