"""Names of the MQTT topics, built and read in one place (docs/protocol.md)."""

from typing import NamedTuple

ROOT = "pullcord/v1"


class StationTopic(NamedTuple):
    """`path` is `<site>/<area>/<line>/<station>`, `kind` what follows: `event`, `receipt/<journal>` ..."""

    path: str
    kind: str


def of_station(path: str, kind: str) -> str:
    return f"{ROOT}/{path}/{kind}"


def of_time(site: str) -> str:
    return f"{ROOT}/{site}/time"


def every_station(kind: str) -> str:
    """The subscription for this kind of message of every station."""
    return f"{ROOT}/+/+/+/+/{kind}"


def read(topic: str) -> StationTopic | None:
    """The station and the kind, or None when the topic is no station's."""
    parts = topic.split("/")
    if len(parts) < 7 or "/".join(parts[:2]) != ROOT:
        return None
    return StationTopic("/".join(parts[2:6]), "/".join(parts[6:]))


def site_of(path: str) -> str:
    return path.split("/", 1)[0]
