"""`pullcord plant`: exit codes 0, 1, 2; problems on stderr, one a line; JSON on stdout for programs."""

import json
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "plant.yaml"


@pytest.fixture
def broken(tmp_path):
    file = tmp_path / "plant.yaml"
    file.write_text(EXAMPLE.read_text().replace("port: 1883", "prot: 1883").replace("name: acme", "name: A"))
    return file


def test_a_good_file_is_good(pullcord):
    code, out, err = pullcord("plant", "check", EXAMPLE)
    assert (code, err) == (0, "")
    assert "good. 5 stations" in out


def test_each_problem_is_one_line_on_stderr(pullcord, broken):
    code, out, err = pullcord("plant", "check", broken)
    assert (code, out) == (1, "")
    assert [line.split(": ")[1] for line in err.splitlines()] == ["site.name", "broker.prot"]


def test_problems_for_programs(pullcord, broken):
    code, out, _ = pullcord("plant", "check", broken, "--json")
    assert code == 1
    assert json.loads(out)["problems"][1]["path"] == "broker.prot"
    assert json.loads(out)["problems"][1]["right"] == "did you mean port?"


def test_compile_writes_a_folder_a_station(pullcord, tmp_path):
    code, _, _ = pullcord("plant", "compile", EXAMPLE, "--out", tmp_path)
    assert code == 0
    config = json.loads((tmp_path / "acme/assembly/line-1/st-03/config.json").read_text())
    assert config["station"] == "acme/assembly/line-1/st-03"
    cards = (tmp_path / "acme/assembly/line-1/st-03/cards.json").read_text().splitlines()
    assert json.loads(cards[0]) == ["04a1b2c3d40001", "bolt-m8", "sr", "full"]
    assert len(cards) == 24


def test_what_cannot_be_written_is_told(pullcord, tmp_path):
    (tmp_path / "file").touch()
    code, _, err = pullcord("plant", "compile", EXAMPLE, "--out", tmp_path / "file")
    assert code == 1
    assert "cannot be written" in err
    assert "--out" in err


def test_diff_tells_what_differs_and_for_whom(pullcord, tmp_path):
    new = tmp_path / "plant.yaml"
    new.write_text(EXAMPLE.read_text().replace("mute_s: 120", "mute_s: 90").replace("quantity: 200", "quantity: 250"))
    code, out, _ = pullcord("plant", "diff", EXAMPLE, new)
    assert code == 0
    assert "~ andon.mute_s: 120 -> 90" in out
    assert "~ loops.bolt-m8.quantity: 200 -> 250" in out
    assert "acme/assembly/line-1/st-05: config" in out
    assert pullcord("plant", "diff", EXAMPLE, EXAMPLE)[1] == "No difference.\n"
    found = json.loads(pullcord("plant", "diff", EXAMPLE, new, "--json")[1])
    assert found["differences"][0] == {"path": "andon.mute_s", "old": 120, "new": 90}


def test_the_shop_of_two_lines_is_good_and_has_every_kind_of_loop(pullcord):
    code, out, err = pullcord("plant", "check", EXAMPLE.with_name("assembly-shop.yaml"))
    assert (code, err) == (0, "")
    assert "good. 8 stations" in out
    text = EXAMPLE.with_name("assembly-shop.yaml").read_text()
    assert all(f"kind: {kind}\n" in text for kind in ("withdrawal", "production", "supplier", "two-bin", "signal"))


def test_show_lists_every_station(pullcord):
    code, out, _ = pullcord("plant", "show", EXAMPLE)
    assert code == 0
    assert all(f"st-0{number}" in out for number in range(1, 6))


def test_show_for_programs_is_the_configs(pullcord):
    _, out, _ = pullcord("plant", "show", EXAMPLE, "--json")
    assert len(json.loads(out)["stations"]) == 5
