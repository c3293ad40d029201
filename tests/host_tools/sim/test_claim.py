"""One line at a time in one folder."""

import os
import shutil

import pytest

from pullcord.sim.claim import Claimed, claim


def test_a_second_one_is_told_who_has_it_and_what_to_do(tmp_path):
    with claim(tmp_path / "line"):
        with pytest.raises(Claimed, match=rf"process {os.getpid()}\).*--dir"):
            with claim(tmp_path / "line"):
                pass


def test_it_is_free_again_afterwards_and_folders_do_not_disturb_one_another(tmp_path):
    for _ in range(2):
        with claim(tmp_path / "line"), claim(tmp_path / "scenario"):
            pass


def test_it_stays_claimed_when_the_folder_is_made_anew(tmp_path):
    with claim(tmp_path / "line"):
        (tmp_path / "line").mkdir()
        shutil.rmtree(tmp_path / "line")
        with pytest.raises(Claimed):
            with claim(tmp_path / "line"):
                pass
