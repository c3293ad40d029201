"""A tool changes one place of a plant file; all else stays as its author wrote it."""

import io
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pullcord.plant.edit import CannotEdit, Edit
from pullcord.plant.problems import PlantError

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"

TEXT = dedent("""\
    # our plant
    site: {name: acme}   # one site
    loops:
      bolt:              # runs well
        item: Bolt
        cards: ["04aa", "04ab"]  # two
      nut:
        cards:
        - "04ba"   # the old one
        # this one came later
        - "04bb"

      empty: {cards: []}
      none:    # nothing yet
    # the end
    """)


def edited(*changes, text=TEXT):
    edit = Edit(Path("plant.yaml"), text)
    for name, *arguments in changes:
        getattr(edit, name)(*arguments)
    return edit


def changed_lines(edit, text=TEXT):
    """The lines that are new, and the number of old ones that are gone."""
    old, new = text.splitlines(), edit.text.splitlines()
    return [line for line in new if line not in old], len([line for line in old if line not in new])


@pytest.mark.parametrize(
    ("change", "lines", "gone"),
    [
        (("set", ("site", "name"), "other"), ["site: {name: other}   # one site"], 1),
        (("set", ("site", "zone"), "UTC"), ["site: {name: acme, zone: UTC}   # one site"], 1),
        (("set", ("loops", "bolt", "item"), "Bolt: 8"), ['    item: "Bolt: 8"'], 1),
        (("set", ("loops", "bolt", "quantity"), 20), ["    quantity: 20"], 0),
        (("set", ("loops", "bolt", "cards", 1), "04ff"), ['    cards: ["04aa", "04ff"]  # two'], 1),
        (("set", ("loops", "nut", "cards", 0), "04ff"), ['    - "04ff"   # the old one'], 1),
        (("set", ("loops", "none"), {"item": "Nut"}), ["  none: {item: Nut}    # nothing yet"], 1),
        (("set", ("loops", "none", "item"), "Nut"), ["  none: {item: Nut}    # nothing yet"], 1),
        (("set", ("people", "maria", "badge"), "04cc"), ['people: {maria: {badge: "04cc"}}'], 0),
        (("set", ("loops", "nut", "cards"), ["04ff"]), ['    cards: ["04ff"]'], 4),
        (("add", ("loops", "bolt", "cards"), "04ac"), ['    cards: ["04aa", "04ab", "04ac"]  # two'], 1),
        (("add", ("loops", "nut", "cards"), "04bc"), ['    - "04bc"'], 0),
        (("add", ("loops", "empty", "cards"), "04ca"), ['  empty: {cards: ["04ca"]}'], 1),
        (("add", ("loops", "none", "cards"), "04da"), ['  none: {cards: ["04da"]}    # nothing yet'], 1),
        (("remove", ("loops", "bolt", "cards", 0)), ['    cards: ["04ab"]  # two'], 1),
        (("remove", ("loops", "bolt", "cards", 1)), ['    cards: ["04aa"]  # two'], 1),
        (("remove", ("loops", "nut", "cards", 0)), [], 1),
        (("remove", ("loops", "bolt")), [], 3),
        (("remove", ("loops", "empty", "cards")), ["  empty: {}"], 1),
    ],
)
def test_only_the_lines_that_must_change_do(change, lines, gone):
    assert changed_lines(edited(change)) == (lines, gone)


def test_a_long_list_goes_on_in_a_new_line_below_its_first_item():
    edit = edited(*(("add", ("loops", "bolt", "cards"), f"04a1b2c3d4{number:04x}") for number in range(12)))
    lines = edit.text.splitlines()
    assert max(map(len, lines)) <= 120
    assert lines[6].startswith('            "04a1b2c3d4')


def test_changes_follow_one_another():
    edit = edited(
        ("add", ("loops", "nut", "cards"), "04bc"),
        ("remove", ("loops", "nut", "cards", 0)),
        ("set", ("loops", "nut", "cards", 0), "04bd"),
    )
    assert edit.data["loops"]["nut"]["cards"] == ["04bd", "04bc"]
    assert "# this one came later" in edit.text


def test_lines_end_as_they_did():
    edit = edited(("add", ("loops", "nut", "cards"), "04bc"), text=TEXT.replace("\n", "\r\n"))
    assert edit.text.count("\r\n") == edit.text.count("\n") == TEXT.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("a: &one [1]\nb: *one\n", ("add", ("a",), 2)),  # would change b, too
        ("a: 5\n", ("set", ("a", "b"), 1)),
        ("a: [1]\n", ("set", ("a", 7), 1)),
        ("a: 5\n", ("add", ("a",), 1)),
    ],
)
def test_what_no_tool_should_touch_is_left_alone(text, change):
    edit = Edit(Path("plant.yaml"), text)
    name, *arguments = change
    with pytest.raises(CannotEdit, match=r"plant\.yaml: a"):
        getattr(edit, name)(*arguments)
    assert edit.text == text


def test_the_examples_take_another_card_and_stay_good(profiles, tmp_path):
    for example in EXAMPLES.glob("*.yaml"):
        file = tmp_path / example.name
        file.write_bytes(example.read_bytes())
        edit = Edit.read(file)
        many = [name for name, loop in edit.data["loops"].items() if loop.get("kind") != "two-bin"]
        for number, loop in enumerate(many):
            edit.add(("loops", loop, "cards"), f"04ffffffff{number:04x}")
        edit.check(profiles)
        edit.save()
        assert len(changed_lines(edit, example.read_text())[0]) <= len(edit.data["loops"])
        assert Edit.read(file).text == edit.text


def test_a_bad_change_is_told_before_it_is_saved(profiles, tmp_path):
    file = tmp_path / "plant.yaml"
    file.write_text((EXAMPLES / "plant.yaml").read_text())
    edit = Edit.read(file)
    edit.set(("loops", "housing", "quantity"), 0)
    with pytest.raises(PlantError, match="quantity"):
        edit.check(profiles)


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(tmp_path):
    file = tmp_path / "plant.yaml"
    file.write_text(TEXT)
    edit = Edit.read(file)
    edit.set(("site", "name"), "other")
    file.write_text(TEXT + "# a word from somebody else\n")
    with pytest.raises(CannotEdit, match="meanwhile"):
        edit.save()
    assert file.read_text().endswith("somebody else\n")


def test_saving_keeps_mode_and_link(tmp_path):
    file, link = tmp_path / "real.yaml", tmp_path / "plant.yaml"
    file.write_text(TEXT)
    file.chmod(0o640)
    link.symlink_to(file)
    edit = Edit.read(link)
    edit.set(("site", "name"), "other")
    edit.save()
    assert link.is_symlink()
    assert "name: other" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".new")] == []


KEYS = st.sampled_from(["a", "b", "yes", "st-01", "007", "x y", "é"])
SCALARS = st.one_of(
    st.integers(-5, 5), st.booleans(), st.none(), st.text("ab:#'\"\\-{}[],é \n0", max_size=6), st.just("04a1b2c3")
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), st.data())
def test_whatever_the_file_an_edit_says_what_was_meant_or_changes_nothing(content, data):
    written = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = data.draw(st.sampled_from([True, False, None]))
    yaml.dump(content, written)
    edit = Edit(Path("plant.yaml"), written.getvalue())
    for _ in range(3):
        before = edit.text
        path = _some_path(edit.data, data)
        act = data.draw(st.sampled_from(["set", "remove", "add"]))
        try:
            if act == "set":
                edit.set(path, data.draw(VALUES))
            elif act == "add":
                edit.add(path, data.draw(VALUES))
            else:
                edit.remove(path)
        except CannotEdit:
            assert edit.text == before
        assert YAML(typ="safe").load(edit.text) is None or Edit(Path("plant.yaml"), edit.text).data == edit.data


def _some_path(content, data):
    path = ()
    while isinstance(content, dict | list) and content and (not path or data.draw(st.booleans())):
        keys = list(content) if isinstance(content, dict) else list(range(len(content)))
        path += (data.draw(st.sampled_from(keys)),)
        content = content[path[-1]]
    return path
