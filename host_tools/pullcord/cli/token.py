"""`pullcord token`: who may use a line's pages and API."""

import getpass
import json
import time
from enum import StrEnum
from typing import Annotated

import typer

from pullcord.cli.database import Database, opened
from pullcord.cli.failure import Failure
from pullcord.cli.options import AsJson
from pullcord.line import moments, tokens
from pullcord.line.log_reader import LogReader
from pullcord.line.tokens import Token, Tokens


class Role(StrEnum):
    """`tokens.ROLES`"""

    viewer = "viewer"
    operator = "operator"
    planner = "planner"
    admin = "admin"


Name = Annotated[str, typer.Argument(metavar="NAME", help="Of a person or a program: a-z, 0-9, dot, - and _.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Say who may use a line's pages and API.")
    group.command("add")(add)
    group.command("list")(list_all)
    group.command("revoke")(revoke)
    app.add_typer(group, name="token")


def add(
    file: Database,
    name: Name,
    role: Annotated[Role, typer.Option("--role", help="Each may do what those before it may.")],
    as_json: AsJson = False,
) -> None:
    """Make a token. It is shown once, and kept nowhere.  [pullcord token add line.db maria --role operator]"""
    if _find(file, name):
        raise Failure(f"pullcord token: {name} has a token. Revoke it first: pullcord token revoke {file} {name}")
    token = tokens.new()
    now = time.time_ns() // 1_000_000
    with opened(file) as store:
        try:
            store.append(tokens.added(now, getpass.getuser(), name, role.value, token), now)
        except ValueError as error:
            raise Failure(f"pullcord token: {name}: is no name: 1 to 40 of a-z 0-9 . - _") from error
    if as_json:
        typer.echo(json.dumps({"name": name, "role": role.value, "token": token}))
        return
    typer.echo(f"{name} is a {role.value}. The token, which is shown only now:")
    typer.echo(token)


def list_all(file: Database, as_json: AsJson = False) -> None:
    """List the tokens in force, and those that were revoked.  [pullcord token list line.db]"""
    found = _all(file)
    if not found and not as_json:
        typer.echo(f"Nobody has a token yet: pullcord token add {file} NAME --role admin")
    for token in found:
        gone = None if token.revoked_at is None else moments.to_text(token.revoked_at)
        made = moments.to_text(token.added_at)
        if as_json:
            told = {"name": token.name, "role": token.role, "added_at": made, "by": token.added_by, "revoked_at": gone}
            typer.echo(json.dumps(told))
        else:
            state = f"revoked {gone}" if gone else "in force"
            typer.echo(f"{token.name:<20} {token.role:<9} {state}, made {made} by {token.added_by}")


def revoke(file: Database, name: Name, as_json: AsJson = False) -> None:
    """Take a token back, at once.  [pullcord token revoke line.db maria]"""
    if not _find(file, name):
        raise Failure(f"pullcord token: {name} has no token in force; `pullcord token list {file}` shows who has.")
    now = time.time_ns() // 1_000_000
    with opened(file) as store:
        store.append(tokens.revoked(now, getpass.getuser(), name), now)
    typer.echo(json.dumps({"name": name, "revoked": True}) if as_json else f"{name}'s token is no longer taken.")


def _find(where: str, name: str) -> Token | None:
    return next((token for token in _all(where) if token.name == name and token.revoked_at is None), None)


def _all(where: str) -> list[Token]:
    with opened(where) as store:
        reader = LogReader(store.place)
        try:
            return Tokens(reader).all()
        finally:
            reader.close()
