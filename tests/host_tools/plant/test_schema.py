"""The JSON Schema for editors is that of the model, and takes what `pullcord plant check` takes."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from pullcord.plant import boards, example, schema
from pullcord.plant.compile import compile_plant
from pullcord.plant.document import Document
from pullcord.plant.load import check
from pullcord.plant.problems import PlantError
from tests import json_values
from tests.host_tools.plant.conftest import PLANT

ROOT = Path(__file__).parents[3]
PROFILES = boards.load()
VALIDATOR = Draft202012Validator(schema.schema())
FILES = ["docs/examples/bench.yaml", "docs/examples/plant.yaml", "docs/examples/assembly-shop.yaml"]
FILES += ["hardware/reference/plant.yaml"]
GOOD = YAML(typ="safe").load(PLANT)


def test_the_committed_schema_is_that_of_the_model():
    stored = (ROOT / "docs/plant.schema.json").read_text(encoding="utf-8")
    assert stored == schema.text(), "renew it: pullcord plant schema --out docs/plant.schema.json"


def test_the_schema_is_one():
    Draft202012Validator.check_schema(schema.schema())


def plant_of(text):
    document = Document.parse("plant.yaml", text)
    assert [error.message for error in VALIDATOR.iter_errors(document.data)] == []
    return check(document, PROFILES)


@pytest.mark.parametrize("file", FILES)
def test_each_example_is_good_and_names_its_schema(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert compile_plant(plant_of(text), PROFILES)
    named = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert ((ROOT / file).parent / named).resolve() == ROOT / "docs/plant.schema.json"


@pytest.mark.parametrize("stations", [1, 5, 21, 200])
def test_a_generated_plant_is_good(stations):
    plant = plant_of(example.example(stations))
    assert len(compile_plant(plant, PROFILES)) == stations
    assert len(plant.loops) == stations // 5


def test_short_forms_are_in_the_schema():
    short = PLANT.replace("broker: {host: 192.168.10.5}", "broker: mqtts://10.0.0.1:8883")
    outputs = "            buzzer: GP15\n            permit: GP16\n"
    short = short.replace("          st-01:\n", f"          st-01:\n{outputs}")
    assert plant_of(short).broker.tls is not None


@given(json_values.damaged(GOOD))
@settings(max_examples=150, deadline=None)
def test_what_is_good_is_good_in_an_editor_too(document):
    try:
        check(Document.parse("plant.yaml", json.dumps(document)), PROFILES)
    except PlantError:
        return
    assert VALIDATOR.is_valid(document)

