"""`pullcord broker`: everything that a Mosquitto needs for a plant."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pullcord.cli.failure import Failure
from pullcord.cli.options import AsJson, SecretsFile, opened_plant, secret_store
from pullcord.plant import broker_files, pem
from pullcord.plant.broker_files import Listening, Tls
from pullcord.plant.model import Plant
from pullcord.plant.secret_store import PRIVATE, SecretStore, StoreProblem, write_private

PUBLIC = 0o644


def register(app: typer.Typer) -> None:
    app.command("broker")(broker)


def broker(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plant file, such as plant.yaml.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files are written.")] = Path(
        "build/plant"
    ),
    listen: Annotated[
        str, typer.Option("--listen", metavar="ADDRESS", help="Where stations come in; without it everywhere.")
    ] = "",
    plant_port: Annotated[int, typer.Option("--plant-port", help="The plant side's port on this computer.")] = 1884,
    certfile: Annotated[
        Path | None, typer.Option("--certfile", help="The broker's certificate (PEM), for TLS.")
    ] = None,
    keyfile: Annotated[Path | None, typer.Option("--keyfile", help="Its key (PEM), for TLS.")] = None,
    cafile: Annotated[Path | None, typer.Option("--cafile", help="The CA's certificate (PEM), for TLS.")] = None,
    renew: Annotated[
        list[str] | None, typer.Option("--renew", metavar="ACCOUNT", help="Give this account a new password.")
    ] = None,
    secrets: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Write mosquitto.conf, access rules and accounts.

    Passwords are made here, and kept at the next run. None is shown; the files are for their owner only.

    [pullcord broker plant.yaml]   [pullcord broker plant.yaml --renew acme/assembly/line-1/st-04]
    """
    plant, _ = opened_plant(file)
    listening = Listening(listen, plant.broker.listens_at, plant_port, _tls(plant, certfile, keyfile, cafile))
    if listening.port == plant_port:
        raise Failure(f"pullcord broker: port {plant_port} is the stations' already; give --plant-port another.")
    folder = (out / "broker").absolute()
    store = secret_store(file, secrets)
    accounts, new = _accounts(plant, store, renew or [], cafile if listening.tls else None)
    try:
        _write_broker(plant, folder, listening, accounts)
    except OSError as error:
        raise Failure(
            f"pullcord broker: {error.filename}: {error.strerror}. Choose another place with --out."
        ) from error
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "secrets": str(store.file), "new": new}, indent=1))
        return
    typer.echo(f"{len(accounts) - 1} stations and the plant side. Start it: mosquitto -c {folder}/mosquitto.conf")
    typer.echo(f"Their passwords are in {store.file}, from which `pullcord flash` brings them to boards.")
    typer.echo(f"The plant side finds it by {folder}/plant.url: BROKER=$(cat {folder}/plant.url)")


def _tls(plant: Plant, certfile: Path | None, keyfile: Path | None, cafile: Path | None) -> Tls | None:
    wanted = plant.broker.tls
    given = {"--certfile": certfile, "--keyfile": keyfile, "--cafile": cafile}
    if wanted is None:
        if any(given.values()):
            raise Failure(
                "pullcord broker: the plant file's broker has no tls: say `tls: {}` there, or leave these out."
            )
        return None
    for option, path in given.items():
        if path is None or not path.is_file():
            place = f"{path} is not there" if path else f"{option} is missing"
            raise Failure(f"pullcord broker: the plant file's broker has tls, and {place}: docs/integrators/broker.md.")
    assert certfile and keyfile and cafile
    return Tls(str(certfile.absolute()), str(keyfile.absolute()), str(cafile.absolute()), wanted.certificates)


def _accounts(
    plant: Plant, store: SecretStore, renew: list[str], cafile: Path | None
) -> tuple[dict[str, str], list[str]]:
    """All of them, and those that got a new password."""
    known = [broker_files.PLANT_SIDE, *broker_files.paths(plant)]
    strangers = [user for user in renew if user not in known]
    if strangers:
        raise Failure(f"pullcord broker: --renew {strangers[0]}: no such account; one of {', '.join(known)}.")
    try:
        with store.changing() as secrets:
            new = secrets.update_accounts(plant, renew)
            if cafile:
                secrets.broker_ca = pem.certificate(cafile)
            return dict(secrets.accounts), new
    except (StoreProblem, pem.NotPem) as problem:
        raise Failure(f"pullcord broker: {problem}") from problem


def _write_broker(plant: Plant, folder: Path, listening: Listening, accounts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "passwd", broker_files.passwd(accounts), PRIVATE)
    _write(folder / "acl", broker_files.acl(plant), PRIVATE)
    _write(folder / "plant.url", broker_files.plant_url(accounts, listening) + "\n", PRIVATE)
    _write(folder / "mosquitto.conf", broker_files.mosquitto_conf(str(folder), listening), PUBLIC)


def _write(file: Path, text: str, mode: int) -> None:
    write_private(file, text.encode(), mode)
