"""What a board at USB says of itself is text in the view of a crate: no markup, no control sequence."""

import io

from rich.console import Console

from pullcord.cli.crate_view import CrateView
from pullcord.usb.crate import Outcome
from pullcord.usb.place import Place

EVIL = "[/red]\x1b[2J"


def test_words_of_a_board_neither_break_nor_command_the_terminal():
    place = Place("1-1.3", "/dev/ttyACM0")
    shown = io.StringIO()
    with CrateView([place], Console(file=shown, force_terminal=True, width=200)) as view:
        view.station(place, EVIL)
        view.step(place, EVIL, 5)
        view.ended(place, Outcome(str(place), trouble=[EVIL]))
    assert "[/red]\\x1b[2J" in shown.getvalue()
    assert "\x1b[2J" not in shown.getvalue()
