"""The `pullcord` command. Each command lies in a file of its own and adds itself with `register(app)`."""

import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import typer
from typer.exceptions import TyperException

from pullcord.cli import seen_arguments
from pullcord.cli.failure import DONE, FAILED, Failure, complain

# In the order of `pullcord --help`.
NAMES = (
    *("run", "serve", "plant", "cards"),
    *("loops", "stock", "suppliers", "findings"),
    *("report", "log", "alarms", "backup", "token", "broker"),
    *("boards", "deploy", "image", "provision", "flash", "replace", "gateway", "monitor"),
    *("doctor", "check", "rescue"),
)
COMMANDS = tuple(f"pullcord.cli.{name}" for name in NAMES)


def build(modules: Sequence[str] = ()) -> typer.Typer:
    """`modules`: only these commands, instead of all."""
    app = typer.Typer(
        name="pullcord",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        help="Line-side andon and kanban signals: stations, plant file, line service.",
    )

    @app.callback()
    def options(debug: bool = typer.Option(False, "--debug", help="Show where an error came from.")) -> None:
        """The value is read in `run`, which outlives the command."""

    for module in modules or COMMANDS:
        import_module(module).register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Ends the process: 0 done, 1 failed, 2 wrong use."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """The exit code of `pullcord ARGUMENTS`. Nobody ever sees a traceback who did not ask for it."""
    complain(*seen_arguments.warnings(arguments))
    try:
        command = typer.main.get_command(build(_asked_for(arguments)))
        code = command.main(list(arguments), prog_name="pullcord", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except Failure as failure:
        complain(*failure.lines)
        return FAILED
    except TyperException as error:
        return _wrong_use(error)
    except (typer.Abort, KeyboardInterrupt):
        complain("pullcord: stopped.")
        return FAILED
    except Exception as error:  # noqa: BLE001  the one place that turns what nobody expected into words
        _unexpected(error, "--debug" in arguments)
        return FAILED


def _asked_for(arguments: Sequence[str]) -> list[str]:
    """The module of the command, when it is plain which: loading all of them takes longer than many a command."""
    words = [word for word in arguments if word != "--debug"]
    return [f"pullcord.cli.{words[0]}"] if words and words[0] in NAMES else []


def _wrong_use(error: TyperException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "pullcord"
    message = error.format_message()
    if message:  # without one nothing was asked for, and the help is what was printed
        complain(f"pullcord: {message}", f"pullcord: `{command} --help` shows how it is used.")
    return int(error.exit_code)


def _unexpected(error: Exception, debug: bool) -> None:
    if debug:
        traceback.print_exception(error)
    complain(
        f"pullcord: an error that nobody expected: {type(error).__name__}: {error}",
        "pullcord: please report it, with the command, this text and what "
        + ("stands above." if debug else "`pullcord --debug ...` shows."),
    )
