"""`pullcord backup` and `pullcord restore`: the log of a line, while its service runs."""

import getpass
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from pullcord.cli.database import Database, existing, makeable, telling
from pullcord.cli.failure import Failure
from pullcord.line import backup as backups

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
File = Annotated[Path, typer.Argument(metavar="BACKUP", help="A file that `pullcord backup` wrote.")]
Target = Annotated[Path, typer.Argument(metavar="TO", help="A new file, or a folder: the name is then the time.")]


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(where: Database, target: Target, as_json: AsJson = False) -> None:
    """Copy a line's log into one checked file, while events are recorded.  [pullcord backup line.db /mnt/backups]"""
    source = existing(where)
    if target.is_dir():
        target = target / time.strftime("pullcord-%Y%m%dT%H%M%SZ.db", time.gmtime())
    if not target.absolute().parent.is_dir():
        why = f"there is no folder {target.parent}; is that disk mounted?"
        raise Failure(f"pullcord: {target}: {why} Nothing was copied.")
    with _shown("copying") as progress, telling(source), _in_words():
        kept = backups.take(source, target, progress)
    if as_json:
        typer.echo(json.dumps({"file": str(target), **_told(kept)}))
    else:
        typer.echo(f"{target}: {_counted(kept)}; checked.")


def restore(
    file: File,
    where: Database,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of a line's log; stations send again.  [pullcord restore monday.db line.db]"""
    target = makeable(where)
    with _in_words():
        kept = backups.check(file)
    if not yes:
        typer.confirm(f"Replace what {target.shown} has by the {_counted(kept)} of {file}?", abort=True, err=True)
    now = time.time_ns() // 1_000_000
    with _shown("restoring") as progress, telling(target), _in_words():
        done = backups.restore(file, target, now, getpass.getuser(), progress)
    if as_json:
        told = {"epoch": done.epoch, "lost_decisions": done.lost, "revoked": done.revoked}
        typer.echo(json.dumps(_told(done.kept) | told))
        return
    typer.echo(f"{target.shown}: {_counted(done.kept)}. Epoch {done.epoch}: stations send again what they still have;")
    typer.echo("what they do not have any more is reported as a hole.")
    if done.revoked:
        typer.echo(f"Tokens that were taken back since stay taken back: {', '.join(done.revoked)}.")
    if done.lost:
        typer.echo(f"{done.lost} decisions of people and programs since this backup are lost: enter them again.")


def _counted(kept: backups.Kept) -> str:
    return f"{kept.rows['events']} events and {kept.rows['plant_events']} decisions"


def _told(kept: backups.Kept) -> dict[str, Any]:
    return {"position": kept.position, "rows": kept.rows}


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except backups.BackupUnusable as error:
        raise Failure(f"pullcord: {error}") from error
    except FileExistsError as error:
        raise Failure(f"pullcord: {error}: is there already, and stays as it is; name another file") from error
    except OSError as error:
        raise Failure(
            f"pullcord: {error.filename or ''}: {error.strerror}; see that the folder is there and has room"
        ) from error


@contextmanager
def _shown(what: str) -> Iterator[backups.Progress]:
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)
