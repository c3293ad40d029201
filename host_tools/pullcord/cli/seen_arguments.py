"""Arguments that everybody on this computer can read: they stand in the list of processes while a command runs."""

import re
from collections.abc import Iterable

_PASSWORD = re.compile(r"postgresql[+\w]*://(?:[^/?#@\s:]*:[^/?#@\s]+@|\S*[?&]password=)")


def warnings(arguments: Iterable[str]) -> list[str]:
    """What to tell who gave a database's password as an argument; it never repeats the password."""
    if not any(_PASSWORD.search(argument) for argument in arguments):
        return []
    return [
        "pullcord: a password in an argument is seen by everybody on this computer, in the list of processes.",
        "pullcord: write the address into a file of your own (chmod 600) and name it as @FILE, or set passfile "
        "(docs/integrators/database.md); then change that password.",
    ]
