"""Questions to the person at the keyboard. What is secret is not shown, and a slip can be put right at once."""

import getpass
import sys
from collections.abc import Callable

import typer

from pullcord.cli.failure import Failure
from pullcord.plant.secret_store import Wifi

Hidden = Callable[[str], str]
Shown = Callable[[str], str]


def is_possible() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def line(question: str) -> str:
    """An answer that may be seen. The question goes where it does not mix with what programs read."""
    sys.stderr.write(question)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise typer.Abort
    return answer.rstrip("\r\n")


def say(words: str) -> None:
    typer.echo(words, err=True)


def wifi(where: str, known: Wifi | None, shown: Shown = line, hidden: Hidden = getpass.getpass) -> Wifi:
    """Asks until it is right in form and the person says so; Enter keeps what is known."""
    typer.echo(f"The Wi-Fi of {where}. The password is not shown; an empty one keeps what is there.", err=True)
    while True:
        asked = _wifi_once(known, shown, hidden)
        problem = "the two passwords differ" if asked is None else asked.problem()
        if asked is None or problem:
            typer.echo(f"{problem}: once more, please.", err=True)
            continue
        doubt = f" ({asked.doubt()})" if asked.doubt() else ""
        if yes(f"{asked.ssid}, a password of {len(asked.password)} characters{doubt}. Right?", shown):
            return asked
        known = asked


def _wifi_once(known: Wifi | None, shown: Shown, hidden: Hidden) -> Wifi | None:
    """None: what was typed twice differs."""
    ssid = shown(f"  name (SSID){f' [{known.ssid}]' if known else ''}: ").strip() or (known.ssid if known else "")
    first = hidden("  password: ")
    if not first and known and known.ssid == ssid:
        return known
    second = hidden("  once more: ")
    return Wifi(ssid=ssid, password=first) if first == second else None


def yes(question: str, shown: Shown = line) -> bool:
    """Enter means yes."""
    return shown(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes")


def password_from_stdin() -> str:
    """One line, for scripts: never an argument, which every user of the computer can read. Failure: there is none."""
    answer = sys.stdin.readline()
    if not answer:
        raise Failure("pullcord: --password-stdin, and nothing came on standard input; write the password there")
    return answer.rstrip("\r\n")
