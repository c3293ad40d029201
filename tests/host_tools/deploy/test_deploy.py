"""What a plant installs: the wheel with all that the service needs, units that systemd takes, a container file."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pullcord.cli import main

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "host_tools/deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run(command, check=True, timeout=120, cwd=folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_boards_schemas_pages_and_the_rules_of_stations(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    boards = {f"pullcord/plant/profiles/{path.name}" for path in (ROOT / "hardware/boards").glob("*.yaml")}
    assert boards and boards <= names
    assert {"pullcord/line/protocol/event.json", "pullcord/web/templates/board.html", "station/core/config.py"} <= names
    assert not [name for name in names if name.startswith("tests/")]


def test_the_installed_wheel_checks_a_plant_file(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    code = "from pullcord.cli import main; main.main(['plant', 'check', 'plant.yaml'])"
    shutil.copy(ROOT / "docs/examples/bench.yaml", tmp_path / "plant.yaml")
    environment = {"PYTHONPATH": str(tmp_path / "installed"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, "good. 1 stations" in done.stdout) == (0, True), done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_unit(unit, tmp_path):
    """With a program that is there in place of the one that a plant installs."""
    for other in UNITS:
        text = other.read_text().replace("/opt/pullcord/bin/pullcord", "/bin/true")
        (tmp_path / other.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, said) == (0, []), done.stderr


@pytest.mark.parametrize("unit", [*UNITS, DEPLOY / "Containerfile"], ids=lambda unit: unit.name)
def test_its_command_has_the_options_that_are_used(unit, capsys):
    text = unit.read_text()
    found = re.search(r"^ExecStart=\S+/pullcord (.*)$", text, re.MULTILINE)
    command = re.search(r"^CMD \[(.*)\]$", text, re.MULTILINE)
    words = found[1].split() if found else re.findall(r'"([^"]+)"', command[1]) if command else ["--help"]
    assert main.run([words[0], "--help"]) == 0
    usage = capsys.readouterr().out
    assert all(word in usage for word in words if word.startswith("--"))


def test_what_the_container_is_made_of_is_there():
    text = (DEPLOY / "Containerfile").read_text()
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        assert all((ROOT / source).exists() for source in sources.split())
