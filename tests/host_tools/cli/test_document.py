"""The page of all commands is current, every command shows how it is used, and a shell can complete them."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from pullcord.cli import document
from pullcord.cli.main import build

ROOT = Path(__file__).parents[3]
COMMANDS = dict(document.commands(typer.main.get_command(build()), "pullcord"))
PULLCORD = Path(sys.executable).parent / "pullcord"


def test_the_page_of_all_commands_is_current():
    written = (ROOT / "docs" / "technicians" / "commands.md").read_text()
    assert written == document.page(), "the commands changed: run `make commands`"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_examples_that_its_own_parser_takes(name):
    shown = document.examples(COMMANDS[name])
    assert shown, f"{name} has no example: [{name} ...] in its docstring"
    for example in shown:
        assert example == name or example.startswith(f"{name} ")
        words = shlex.split(re.split(r" [|<>] ", example.removeprefix(name))[0])
        context = COMMANDS[name].make_context(name, words, resilient_parsing=False)
        assert context.command is COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_part_of_a_command_is_explained(name):
    assert [one.name for one in COMMANDS[name].params if not one.help] == []


def completed(*words):
    asked = {"_PULLCORD_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run([PULLCORD], env=os.environ | asked, capture_output=True, text=True, timeout=60)
    return done.stdout.split()


def test_a_shell_completes_commands_and_options():
    assert completed("pullcord", "doc") == ["doctor"]
    assert completed("pullcord", "cards", "en") == ["enrol"]
    assert completed("pullcord", "cards", "labels", "--ro") == ["--roll"]


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_completion_is_installed_for_the_next_terminal(tmp_path):
    (tmp_path / ".bashrc").write_text("# mine\n")
    home = os.environ | {"HOME": str(tmp_path), "PATH": f"{PULLCORD.parent}:{os.environ['PATH']}"}
    install = ["bash", "-c", "pullcord --install-completion; exit $?"]
    assert subprocess.run(install, env=home, capture_output=True, timeout=60).returncode == 0
    assert (tmp_path / ".bashrc").read_text().startswith("# mine\n")
    used = 'COMP_WORDS=(pullcord doc) COMP_CWORD=1; _pullcord_completion pullcord; echo "${COMPREPLY[@]}"'
    script = f"source {tmp_path}/.bashrc\ncomplete -p pullcord\n{used}"
    done = subprocess.run(["bash", "-c", script], env=home, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "doctor", done.stderr
