"""Which broker a command goes to, and with whose account."""

from pathlib import Path
from typing import Annotated

import typer

from pullcord.cli.failure import Failure
from pullcord.cli.options import opened_plant, secret_store
from pullcord.line import accounts, address
from pullcord.line.accounts import Accounts
from pullcord.plant.secret_store import StoreProblem

Broker = Annotated[
    str, typer.Option("--broker", metavar="URL", envvar="BROKER", help="Another broker than the plant file's.")
]


def broker_accounts(plant_file: Path, secrets_file: Path | None, broker: str) -> Accounts:
    """By the plant file and its secrets, or at the broker that was named. Failure says what is wrong with either."""
    secrets = secret_store(plant_file, secrets_file)
    try:
        secrets.read()
        if broker:
            return accounts.of_address(address.read(broker), secrets.read)
    except (StoreProblem, ValueError) as problem:
        raise Failure(f"pullcord: {problem}") from problem
    return accounts.of_plant(opened_plant(plant_file)[0], secrets.read)
