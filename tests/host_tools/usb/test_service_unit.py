import configparser
import shutil
import subprocess

import pytest

from pullcord.usb import service_unit


def test_the_unit_runs_the_gateway_as_the_user_that_was_given():
    text = service_unit.unit("pullcord", "dialout", ["/usr/bin/pullcord", "gateway", "--all"])
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    service = parser["Service"]
    assert service["ExecStart"] == "/usr/bin/pullcord gateway --all"
    assert (service["User"], service["SupplementaryGroups"], service["Restart"]) == ("pullcord", "dialout", "always")


@pytest.mark.parametrize(
    ("word", "said"),
    [("/a b/c", '"/a b/c"'), ("100%", "100%%"), ("$HOME", "$$HOME"), ('"', '"\\""'), ("--all", "--all"), ("", '""')],
)
def test_a_path_of_any_letters_is_one_word(word, said):
    assert service_unit.quoted(word) == said


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_it(tmp_path):
    file = tmp_path / service_unit.NAME
    file.write_text(service_unit.unit("root", "dialout", [shutil.which("true") or "", "--all"]))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True)
    assert service_unit.NAME not in done.stderr
