"""What is made from the reference stations is current, and its sums are right."""

import dataclasses
import re

import pytest

from pullcord.hardware import files, references
from pullcord.hardware.bill import bill
from pullcord.hardware.budget import MOST_PERCENT, budget
from pullcord.hardware.drawing import source
from pullcord.hardware.sheets import sheets
from pullcord.plant.problems import PlantError


@pytest.fixture(scope="module")
def plans():
    return {plan.name: plan for plan in references.stations()}


def test_every_file_that_is_made_is_current():
    """Otherwise: make hardware."""
    for path, text in files.made().items():
        assert path.read_text() == text, path.name


def test_no_drawing_is_left_over():
    made = {path for path in files.made() if path.suffix == ".yaml"}
    assert set((files.FOLDER / "wiring").glob("*.yaml")) == made
    drawn = {path.stem for path in (files.PAGES / "images").glob("*.*")}
    assert drawn == {path.stem for path in made}


def test_the_tables_on_the_pages_add_up(plans):
    """Read from the page, as somebody does who checks it with a pencil."""
    for name in plans:
        page = (files.PAGES / f"{name}.md").read_text().partition("## Supply")[2]
        loads: dict[str, int] = {}
        checked = 0
        for line in page.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 5 and cells[2].isdigit():
                number, each, together = map(int, cells[2:])
                assert number * each == together, line
                loads[cells[0]] = loads.get(cells[0], 0) + together
            elif cells[-1].startswith("**"):
                limit, percent = map(int, re.findall(r"of (\d+): (\d+) %", cells[1])[0])
                assert int(cells[-1].strip("*")) == loads[cells[0]]
                assert loads[cells[0]] * 100 <= percent * limit <= MOST_PERCENT * limit
                checked += 1
        assert checked == len(budget(plans[name])) >= 3


def test_a_converter_is_a_load_of_the_rail_before_it(plans):
    """MEAN WELL DDR-15G-5: watts out of 5 V come from 24 V with its losses."""
    rails = {rail.name: rail for rail in budget(plans["full-station"])}
    (converter,) = [line for line in rails["24V"].lines if "DC/DC" in line.what]
    watts = rails["5V"].total_ma * 5 / 1000
    assert watts / 24 * 1000 < converter.total_ma < watts / 24 * 1000 * 1.35


def test_the_supply_grows_with_the_station(plans):
    plan = plans["call-box"]
    more = dataclasses.replace(plan, parts=plan.parts.model_copy(update={"light": plans["full-station"].parts.light}))
    before, after = ({rail.name: rail.total_ma for rail in budget(which)} for which in (plan, more))
    assert after["24V"] - before["24V"] == 100


def test_a_loop_brings_its_resistors_to_the_far_end(plans):
    (row,) = [row for row in bill(plans["call-box"]) if row.part == "resistor-4k7"]
    assert row.quantity == 3 and row.places == ("R1", "S1")


def test_no_name_means_two_things_in_one_station(plans):
    """A cable or a device on two sheets is the same one: its wires stand on one of them only."""
    for plan in plans.values():
        cables = [name for sheet in sheets(plan) for name in sheet.cables]
        assert len(cables) == len(set(cables)), plan.name
        parts: dict[str, str] = {}
        for sheet in sheets(plan):
            for name, device in sheet.devices.items():
                if not device.net:
                    assert parts.setdefault(name, device.part) == device.part, name


def test_no_wire_ends_in_the_air(plans):
    """Every terminal that a sheet shows of a field device, and every cable, has a wire."""
    for plan in plans.values():
        for sheet in sheets(plan):
            ends = {end for wire in sheet.wires for end in (wire.left, wire.right)}
            for name, device in sheet.devices.items():
                for terminal in device.terminals:
                    assert (name, terminal) in ends, f"{sheet.name}: {name} {terminal}"
            assert {wire.cable for wire in sheet.wires} == set(sheet.cables)


def test_a_drawing_says_maker_and_number(plans):
    plan = plans["call-box"]
    text = source(sheets(plan)[0], plan.items)
    assert "MEAN WELL" in text and "HDR-15-24" in text


def test_a_part_that_does_not_fit_is_told(tmp_path):
    from pullcord.hardware.parts import catalogue

    (tmp_path / "parts.yaml").write_text("fuse: {maker: Littelfuse, number: 42}\n")
    with pytest.raises(PlantError, match=r"parts\.yaml:1: fuse\.number: 42: does not fit"):
        catalogue(tmp_path / "parts.yaml")


