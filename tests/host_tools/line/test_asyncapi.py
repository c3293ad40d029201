"""The AsyncAPI document: by the specification's own rules, complete, and with no reference that leads nowhere."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from asyncapi3.models.asyncapi import AsyncAPI3
from pydantic import ValidationError
from ruamel.yaml import YAML

PROTOCOL = Path(__file__).parents[3] / "docs" / "protocol"
DOCUMENT: dict[str, Any] = YAML(typ="safe").load((PROTOCOL / "asyncapi.yaml").read_text())


def test_it_is_valid():
    AsyncAPI3.model_validate(DOCUMENT)
    assert DOCUMENT["asyncapi"] == "3.0.0"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("chanels", {}),
        ("info/version", None),
        ("servers/plant/protocol", None),
        ("channels/event/adress", "somewhere"),
        ("operations/takeEvent/action", "publish"),
        ("operations/takeEvent/bindings/mqtt/qos", 3),
        ("components/parameters/site/schema", {"type": "string"}),
        ("components/messages/state/paylod", {}),
    ],
)
def test_what_is_wrong_would_be_seen(path, value):
    """None removes. Guards the guard: a model that takes everything would prove nothing."""
    wrong = copy.deepcopy(DOCUMENT)
    *way, last = path.split("/")
    part = _follow(wrong, "/".join(way)) if way else wrong
    part[last] = value
    if value is None:
        del part[last]
    with pytest.raises(ValidationError):
        AsyncAPI3.model_validate(wrong)


def test_every_reference_leads_somewhere():
    references = list(_references(DOCUMENT))
    assert len(references) > 50
    for reference in references:
        if reference.startswith("./"):
            assert (PROTOCOL / reference).is_file(), reference
        else:
            _follow(DOCUMENT, reference.removeprefix("#/"))


def test_it_tells_of_every_schema():
    told = {Path(message["payload"]["$ref"]).name for message in DOCUMENT["components"]["messages"].values()}
    assert told == {path.name for path in PROTOCOL.glob("*.json")} - {"event.json"}


def test_every_message_goes_over_a_channel_and_every_channel_has_an_operation():
    channels = DOCUMENT["channels"]
    carried = {message["$ref"] for channel in channels.values() for message in channel["messages"].values()}
    assert carried == {f"#/components/messages/{name}" for name in DOCUMENT["components"]["messages"]}
    operated = {operation["channel"]["$ref"] for operation in DOCUMENT["operations"].values()}
    assert operated == {f"#/channels/{name}" for name in channels}


@pytest.mark.parametrize("name", DOCUMENT["channels"])
def test_the_parameters_of_a_channel_are_those_of_its_address(name):
    channel = DOCUMENT["channels"][name]
    assert set(channel["parameters"]) == set(re.findall(r"{(\w+)}", channel["address"]))


@pytest.mark.parametrize("name", [name for name, message in DOCUMENT["components"]["messages"].items() if "-" in name])
def test_an_events_message_bears_the_name_of_its_type(name):
    message = DOCUMENT["components"]["messages"][name]
    type = name.replace("-", ".")
    assert message == {"name": f"pullcord.{type}.v1", "payload": {"$ref": f"./{type}.json"}}


def _references(part):
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else []
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def _follow(document, path):
    for key in path.split("/"):
        document = document[key]
    return document
