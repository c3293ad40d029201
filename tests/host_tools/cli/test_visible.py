"""What a board says is shown at a terminal and does nothing there."""

import pytest

from pullcord.cli.failure import complain
from pullcord.cli.visible import visible


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("st-04", "st-04"),
        ("Prüfplatz – 3 µm", "Prüfplatz – 3 µm"),
        ("a\n\tb", "a\n\tb"),
        ("\x1b]0;root\x07", "\\x1b]0;root\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("gnp.\u202eexe", "gnp.\\u202eexe"),
    ],
)
def test_only_what_moves_the_terminal_is_escaped(said, shown):
    assert visible(said) == shown


def test_an_error_with_words_of_a_board_moves_no_cursor(capsys):
    complain("/dev/ttyACM0: the board's program failed: \x1b[2J\x1b[H all is well")
    assert "\x1b" not in capsys.readouterr().err
