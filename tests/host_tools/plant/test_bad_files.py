"""Any text as a plant file: problems in words with a line, never a traceback; what is good compiles."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pullcord.plant import boards
from pullcord.plant.compile import compile_plant
from pullcord.plant.document import Document
from pullcord.plant.load import check
from pullcord.plant.problems import PlantError
from tests import json_values
from tests.host_tools.plant.conftest import PLANT

PROFILES = boards.load()
GOOD = YAML(typ="safe").load(PLANT)
WORDS = ("? ", "- ", ": ", "&a ", "*a", "!!python/object:os.system ", "|", ">", "{", "}", "[", "]", "%", "@", "`", "\t")
WORDS += ("'", '"', "<<: ", "0x", "1_0", "~", "---\n", "...", "\x00", "\u2028", "é", "2020-01-01", "&a [*a]")


def judged(text: str) -> None:
    try:
        plant = check(Document.parse("plant.yaml", text), PROFILES)
    except PlantError as refused:
        for line in refused.lines():
            assert line.startswith("plant.yaml:"), line
            assert "Traceback" not in line
        return
    assert len(compile_plant(plant, PROFILES)) == len(plant.stations())


def test_a_comment_without_an_end_is_refused_before_it_is_read():
    with pytest.raises(PlantError, match=r"plant.yaml:2: .*more than 2,000 characters after a #: break it into lines"):
        Document.parse("plant.yaml", "site: acme\nlines: {}  # " + "x" * 3_900_000)
    with pytest.raises(PlantError, match=r"plant.yaml:2002: .*more than 2,000 lines up to here are empty: take them"):
        Document.parse("plant.yaml", "# acme\n" + "\n" * 3_900_000 + "site: acme")
    for bearable in ("site: acme  #" + "x" * 2000, "# acme\n" + "\n" * 2000 + "site: acme"):
        assert Document.parse("plant.yaml", bearable).data == {"site": "acme"}


def test_a_file_that_is_not_there_is_looked_for_among_its_neighbours(tmp_path):
    with pytest.raises(PlantError, match=r"plnat.yaml:1: plant: this file: is not there: name the plant file"):
        Document.read(tmp_path / "plnat.yaml")
    (tmp_path / "plant.yaml").touch()
    with pytest.raises(PlantError, match=r"is not there: did you mean plant.yaml\?"):
        Document.read(tmp_path / "plnat.yaml")


@st.composite
def edited(draw: st.DrawFn) -> str:
    text = PLANT
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 12))
        text = text[:at] + draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=6))) + text[at + gone :]
    return text


@given(edited())
@settings(max_examples=150, deadline=None)
def test_an_edited_plant_file(text):
    judged(text)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text(text):
    judged(text)


@given(json_values.damaged(GOOD))
@settings(max_examples=150, deadline=None)
def test_a_damaged_plant(document):
    judged(json.dumps(document))


def test_a_few_lines_of_aliases_do_not_fill_the_memory():
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(PlantError, match="more than 1000000 values"):
        Document.parse("plant.yaml", "\n".join(lines))
