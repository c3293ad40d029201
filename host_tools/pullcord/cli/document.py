"""Makes the page of all commands from the commands themselves: `make commands`.

[python -m pullcord.cli.document docs/technicians/commands.md]
"""

import re
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from pullcord.cli.main import build

HEAD = """\
# Commands

Made from the commands themselves by `make commands`; what is changed here by hand is lost. In a terminal
`pullcord COMMAND --help` shows the same.

Exit codes: 0 done, 1 failed (what is wrong and what to do stands on standard error), 2 wrong use. `--json` prints for
programs; progress and complaints go to standard error, so that they do not mix with it.
`pullcord --debug COMMAND` shows where an error came from that nobody expected.

**Completion.** `pullcord --install-completion` teaches your shell (bash, zsh, fish) to complete commands and options by
the Tab key, from the next terminal on. `pullcord --show-completion` prints what it would write, to put it elsewhere.
"""
EXAMPLE = re.compile(r"\[(pullcord [^\]]*(?:\[[^\]]*\][^\]]*)*)\]")


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for name, command in commands(typer.main.get_command(build()), "pullcord"):
        parts.append(_section(name, command))
    return "\n".join([*parts, "Back to [the index](../index.md).\n"])


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """(name, command) of each that does something, groups left out."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for below, inner in sorted(command.commands.items()):
        yield from commands(inner, f"{name} {below}")


def examples(command: Any) -> list[str]:
    """What stands in brackets in its help."""
    return EXAMPLE.findall(command.help or "")


def _section(name: str, command: Any) -> str:
    words = EXAMPLE.sub("", command.help or "")
    paragraphs = [" ".join(paragraph.split()) for paragraph in words.split("\n\n")]
    shown = "\n".join(f"    {example}" for example in examples(command))
    parts = [f"## {name}", *paragraphs, f"    {_usage(name, command)}", _table(command), "Such as:", shown]
    return "\n\n".join(part for part in parts if part) + "\n"


def _usage(name: str, command: Any) -> str:
    arguments = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    options = "[OPTIONS]" if any(one.param_type_name == "option" for one in command.params) else ""
    return " ".join([name, *filter(None, [options]), *arguments])


def _argument(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _table(command: Any) -> str:
    rows = [f"| `{_spelt(one)}` | {_cell(one.help or '')}{_default(one)} |" for one in command.params]
    return "\n".join(["| | |", "| --- | --- |", *rows]) if rows else ""


def _spelt(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _argument(parameter)
    return ", ".join(parameter.opts) + ("" if parameter.is_flag else " " + _cell(parameter.metavar or _kind(parameter)))


def _kind(option: Any) -> str:
    kind = option.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(one.value) for one in kind)
    return {Path: "FILE", int: "N", float: "N"}.get(kind, "TEXT")


def _default(parameter: Any) -> str:
    default = parameter.default
    shown = isinstance(default, str | int | float | Path) and not isinstance(default, bool) and str(default)
    if not shown or parameter.param_type_name == "argument":
        return ""
    return f" Unless said: `{default}`."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page())
