"""`pullcord broker`: everything that a Mosquitto needs for a plant, and each station's part of it."""

import json
import os
import ssl
from pathlib import Path
from typing import Annotated

import typer

from pullcord.cli.failure import Failure
from pullcord.plant import boards as board_profiles
from pullcord.plant import broker_files
from pullcord.plant.broker_files import Listening, Tls
from pullcord.plant.load import load
from pullcord.plant.model import Plant
from pullcord.plant.problems import PlantError

PRIVATE, PUBLIC = 0o600, 0o644
CA_FILE = "broker-ca.der"


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
) -> None:
    """Write mosquitto.conf, access rules and accounts, and each station's secrets.

    Passwords are made here, and kept at the next run. None is shown; the files are for their owner only.

    [pullcord broker plant.yaml]   [pullcord broker plant.yaml --renew acme/assembly/line-1/st-04]
    """
    plant = _plant(file)
    listening = Listening(listen, plant.broker.listens_at, plant_port, _tls(plant, certfile, keyfile, cafile))
    if listening.port == plant_port:
        raise Failure(f"pullcord broker: port {plant_port} is the stations' already; give --plant-port another.")
    folder = (out / "broker").absolute()
    accounts = _accounts(plant, folder / "credentials.json", renew or [])
    try:
        _write_broker(plant, folder, listening, accounts)
        for path in broker_files.paths(plant):
            _write_station(out / path, path, accounts[path], cafile if listening.tls else None)
    except OSError as error:
        raise Failure(
            f"pullcord broker: {error.filename}: {error.strerror}. Choose another place with --out."
        ) from error
    typer.echo(f"{len(accounts) - 1} stations and the plant side. Start it: mosquitto -c {folder}/mosquitto.conf")
    typer.echo(
        f"Each station's account is in {out}/SITE/AREA/LINE/STATION/secrets.json; bring it to its board over USB."
    )
    typer.echo(f"The plant side finds it by {folder}/plant.url: BROKER=$(cat {folder}/plant.url)")


def _plant(file: Path) -> Plant:
    try:
        return load(file, board_profiles.load())
    except PlantError as error:
        raise Failure(*error.lines()) from error


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


def _accounts(plant: Plant, file: Path, renew: list[str]) -> dict[str, str]:
    try:
        known = json.loads(file.read_text()) if file.exists() else {}
        if not all(isinstance(value, str) for pair in known.items() for value in pair):
            raise ValueError("it holds more than names and passwords")
    except (OSError, ValueError, AttributeError) as error:
        raise Failure(f"pullcord broker: {file}: cannot be read ({error}). Correct it, or remove it.") from error
    accounts = broker_files.credentials(plant, known, renew)
    strangers = [user for user in renew if user not in accounts]
    if strangers:
        raise Failure(f"pullcord broker: --renew {strangers[0]}: no such account; one of {', '.join(accounts)}.")
    return accounts


def _write_broker(plant: Plant, folder: Path, listening: Listening, accounts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "credentials.json", json.dumps(accounts, indent=1) + "\n", PRIVATE)
    _write(folder / "passwd", broker_files.passwd(accounts), PRIVATE)
    _write(folder / "acl", broker_files.acl(plant), PRIVATE)
    _write(folder / "plant.url", broker_files.plant_url(accounts, listening) + "\n", PRIVATE)
    _write(folder / "mosquitto.conf", broker_files.mosquitto_conf(str(folder), listening), PUBLIC)


def _write_station(folder: Path, user: str, password: str, cafile: Path | None) -> None:
    """What the file says beside, such as the Wi-Fi, stays."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "secrets.json"
    try:
        known = json.loads(file.read_text()) if file.exists() else {}
    except ValueError as error:
        raise Failure(f"pullcord broker: {file}: is not JSON ({error}). Correct it, or remove it.") from error
    _write(file, json.dumps({**known, "mqtt_user": user, "mqtt_password": password}, indent=1) + "\n", PRIVATE)
    if cafile is not None:
        (folder / CA_FILE).write_bytes(_der(cafile))


def _der(cafile: Path) -> bytes:
    try:
        return ssl.PEM_cert_to_DER_cert(cafile.read_text())
    except ValueError as error:
        raise Failure(f"pullcord broker: {cafile}: is no certificate in PEM, or holds more than one.") from error


def _write(file: Path, text: str, mode: int) -> None:
    """Whole or as it was before, and never readable for others in between."""
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as out:
        out.write(text)
    new.replace(file)
