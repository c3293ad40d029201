"""Whatever comes in over the API is answered in words: never with a 5xx, never by an exception."""

import asyncio
import contextlib
import json
import tempfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pullcord.line.figures import Figures
from pullcord.line.log_reader import LogReader
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from pullcord.web.app import make_app
from tests import json_values
from tests.host_tools.line.events import NOW
from tests.host_tools.pull.a_plant import A, B, loop
from tests.host_tools.web.fake_bench import FakeBench
from tests.host_tools.web.fake_line import FakeLine, FakeRecords

KNOWN = ["acme/assembly/line-1/st-01", "st-01", "bolt", "0", "1", A, "x-1", "6f1c9a2e41d07b35-1"]
ODD = ["", "\x00", "..", "%", "é", "a" * 300, "-1", str(2**70), "1e400", "NaN", "null", "'; --", "\ud800", "/", "?"]
METHODS = ("get", "post", "put", "patch", "delete")


class Operation(NamedTuple):
    """Of OpenAPI, `about` with its references resolved."""

    method: str
    path: str
    about: dict

    def __repr__(self):
        return f"{self.method} {self.path}"


class Line(FakeLine):
    def __init__(self, folder):
        super().__init__()
        self.database = Store(folder / "line.db")
        self.database.open()
        declared = {"format": 2, "loops": {"bolt": loop((A, B))}}
        self.database.declare({"hash": "x", "plant": declared}, NOW)
        self.projector = self.database.projector(all_of_them())
        self.projector.open()
        self.station("st-01")
        self.fold()

    def fold(self):
        self.projector.catch_up()
        assert self.projector.trouble == {}, "a request that was taken must not stop what is folded"

    async def append(self, event):
        position = self.database.append(event, event.at)
        self.fold()
        return position

    async def declare(self, declared, by, filed=None, based_on=None):
        position = self.database.declare(declared, NOW, by, filed, based_on)
        self.fold()
        return position


@pytest.fixture(scope="module")
def app():
    with tempfile.TemporaryDirectory() as folder:
        line, place = Line(Path(folder)), Path(folder) / "line.db"
        figures, log = Figures(place), LogReader(place)
        yield make_app(line, FakeBench("st-01"), FakeRecords(), figures, log)
        for each in (line.database, figures, log):
            each.close()


@pytest.fixture(scope="module")
def operations(app):
    """All that end."""
    described = app.openapi()
    found = [
        Operation(method, path, resolved(operation, described))
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if method in METHODS and not path.endswith("/stream")
    ]
    assert len(found) > 25
    return found


def resolved(part, whole):
    if isinstance(part, dict) and "$ref" in part:
        found = whole
        for key in part["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        return resolved(found, whole)
    if isinstance(part, dict):
        return {key: resolved(value, whole) for key, value in part.items()}
    return [resolved(value, whole) for value in part] if isinstance(part, list) else part


texts = st.one_of(st.sampled_from(KNOWN), st.sampled_from(ODD), st.text(max_size=20))


def likely(schema):
    """A value that is often what the schema asks for, so that what lies behind its check is reached, too."""
    for way in ("anyOf", "oneOf"):
        if way in schema:
            return st.one_of(*map(likely, schema[way]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        named = {name: likely(inner) for name, inner in schema.get("properties", {}).items()}
        needed = {name: named.pop(name) for name in schema.get("required", ()) if name in named}
        return st.fixed_dictionaries(needed, optional=named)
    if kind == "array":
        return st.lists(likely(schema.get("items", {})), max_size=3)
    plain = {
        "integer": st.one_of(st.integers(0, 100), st.integers(-(2**70), 2**70)),
        "number": st.floats(allow_nan=False, allow_infinity=False),
        "boolean": st.booleans(),
        "string": texts,
        "null": st.none(),
    }
    return plain.get(kind, json_values.values)


def bodies(operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    good = likely(content.get("schema", {}))
    raw = st.one_of(st.binary(max_size=30), st.sampled_from([b"", b"{", b"[" * 5_000, b'"\\ud800"', b"1e999", b"NaN"]))
    return st.one_of(
        good.map(json.dumps), good.flatmap(json_values.damaged).map(json.dumps), json_values.values.map(json.dumps), raw
    )


def of_header(text):
    return text.encode("utf-8", "replace").replace(b"\n", b"").replace(b"\r", b"").replace(b"\x00", b"")


@st.composite
def requests(draw, operations):
    method, path, operation = draw(st.sampled_from(operations))
    query, headers = [], {"content-type": draw(st.sampled_from(["application/json"] * 20 + ["text/plain", ""]))}
    for parameter in operation.get("parameters", ()):
        value = draw(st.one_of(st.sampled_from(KNOWN), texts, likely(parameter["schema"]).map(str)))
        if parameter["in"] == "path":
            encoded = quote(value.encode("utf-8", "surrogatepass"), safe="/" if value in KNOWN else "")
            path = path.replace("{" + parameter["name"] + "}", encoded or "x")
        elif parameter["in"] == "query" and draw(st.booleans()):
            query.append(f"{parameter['name']}={quote(value.encode('utf-8', 'surrogatepass'))}")
        elif parameter["in"] == "header" and draw(st.booleans()):
            headers[parameter["name"]] = of_header(value)
    url = f"http://127.0.0.1:8000{path}" + ("?" + "&".join(query) if query else "")
    return method.upper(), url, headers, draw(bodies(operation)) if method != "get" else None


@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_whatever_is_asked_is_answered_in_words(app, operations, data):
    method, url, headers, body = data.draw(requests(operations))
    answer = asyncio.run(ask(app, method, url, headers, body))
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert isinstance(answer.json()["detail"], str) and answer.json()["detail"]


async def ask(app, method, url, headers, body):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        return await client.request(method, url, headers=headers, content=body)


@pytest.mark.parametrize("path", ["/api", "/api/nowhere", "/api/loops/bolt/x", "/api/%00", "/%ED%A0%80", "/api/board/"])
async def test_what_there_is_not_is_told(app, path):
    for method in ("GET", "POST", "DELETE", "PUT", "OPTIONS"):
        headers = {"content-type": "application/json"}
        answer = await ask(app, method, f"http://127.0.0.1:8000{path}", headers, None)
        assert answer.status_code in (307, 404, 405), (method, path)
        with contextlib.suppress(ValueError):
            assert "detail" in answer.json() or answer.status_code == 307
