"""`pullcord provision`: what a station needs to come into the network, and that nobody else may read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from pullcord.cli import asking, provision_board
from pullcord.cli.failure import Failure
from pullcord.cli.options import (
    PLANT_FILE,
    AsJson,
    PlantFile,
    SecretsFile,
    named_station,
    opened_plant,
    secret_store,
)
from pullcord.plant import pem, station_secrets
from pullcord.plant.compile import compile_plant
from pullcord.plant.model import Plant
from pullcord.plant.secret_store import Certificate, Secrets, StoreProblem, Wifi, write_private


@dataclass(frozen=True)
class WifiWish:
    """`place`: of whom it is, "" for the whole site. `anew`: although one is known."""

    place: str
    anew: bool
    ssid: str
    from_stdin: bool


def register(app: typer.Typer) -> None:
    app.command("provision")(provision)


def provision(
    stations: Annotated[
        list[str] | None, typer.Argument(metavar="STATION...", help="Such as st-04; all when none is named.")
    ] = None,
    plant_file: PlantFile = PLANT_FILE,
    secrets_file: SecretsFile = None,
    wifi: Annotated[bool, typer.Option("--wifi", help="Ask for the Wi-Fi anew.")] = False,
    place: Annotated[
        str, typer.Option("--wifi-at", metavar="PLACE", help="Wi-Fi of an area, a line or a station only.")
    ] = "",
    ssid: Annotated[str, typer.Option("--ssid", help="The Wi-Fi's name, with --password-stdin.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="The Wi-Fi's password is a line on standard input.")
    ] = False,
    renew: Annotated[bool, typer.Option("--renew", help="Give the named stations new passwords.")] = False,
    cafile: Annotated[
        Path | None, typer.Option("--cafile", help="The CA (PEM) that the broker's certificate is of.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="A station's own certificate (PEM), with --key.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="Its key (PEM, PKCS 8).")] = None,
    port: Annotated[
        str, typer.Option("--port", metavar="PORT", help="Correct the board at this port, and only its passwords.")
    ] = "",
    stop_the_line: Annotated[
        bool, typer.Option("--stop-the-line", help="With --port, even if a line runs by that board.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write the stations' files here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask for the Wi-Fi, make each station's account, keep both safe.

    [pullcord provision]   [pullcord provision st-04 --renew]   [pullcord provision --wifi --port /dev/ttyACM0]
    """
    plant, boards = opened_plant(plant_file)
    configs = {made.path: made.config for made in compile_plant(plant, boards)}
    chosen = [f"{plant.site.name}/{named_station(plant, name)}" for name in stations or []]
    if port:
        chosen = [_at_port(port, chosen, configs)]
    chosen = chosen or list(configs)
    if renew and not stations:
        raise Failure("pullcord provision: --renew: name the stations, or use `pullcord broker --renew`.")
    own = _certificate(certificate, key, chosen)
    wish = WifiWish(_place(plant, place), wifi or bool(place) or password_stdin, ssid, password_stdin)
    store = secret_store(plant_file, secrets_file)
    try:
        ca = pem.certificate(cafile) if cafile else b""
        asked = _wifi(wish, store.read(), [configs[path] for path in chosen], plant.site.name)
        with store.changing() as secrets:
            new = secrets.update_accounts(plant, chosen if renew else [])
            _keep(secrets, ca, {wish.place: asked} if asked else {}, {chosen[0]: own} if own else {})
    except (StoreProblem, pem.NotPem) as problem:
        raise Failure(f"pullcord provision: {problem}") from problem
    if out:
        _write(out, {path: station_secrets.files(configs[path], secrets) for path in chosen})
    rows = [_row(configs[path], secrets, path in new) for path in chosen]
    if port:
        rows[0]["changed"] = provision_board.onto_board(port, configs[chosen[0]], secrets, stop_the_line)
    if as_json:
        typer.echo(json.dumps({"secrets": str(store.file), "new_accounts": new, "stations": rows}, indent=1))
    else:
        _tell(rows, new, store.file, plant_file)


def _keep(secrets: Secrets, ca: bytes, wifi: Mapping[str, Wifi], certificates: Mapping[str, Certificate]) -> None:
    secrets.broker_ca = ca or secrets.broker_ca
    secrets.wifi.update(wifi)
    secrets.certificates.update(certificates)


def _at_port(port: str, named: list[str], configs: Mapping[str, Any]) -> str:
    there = provision_board.station_at(port, configs)
    if named not in ([], [there]):
        raise Failure(f"pullcord provision: the board at {port} is {there}: name that one, or none.")
    return there


def _wifi(wish: WifiWish, known: Secrets, configs: Sequence[Mapping[str, Any]], site: str) -> Wifi | None:
    """What was asked for; None when nothing needs to be."""
    lacking = [config for config in configs if config["link"]["kind"] == "wifi" and not _has_wifi(config, known)]
    if wish.from_stdin:
        made = Wifi(ssid=wish.ssid, password=asking.password_from_stdin())
        if made.problem():
            raise Failure(f"pullcord provision: {made.problem()}")
        return made
    if not wish.anew and not lacking:
        return None
    if not asking.is_possible():
        if wish.anew:
            raise Failure("pullcord provision: nobody to ask; give --ssid NAME --password-stdin, or use a terminal.")
        return None  # what is missing is told
    return asking.wifi(f"{site}/{wish.place}".rstrip("/"), known.wifi.get(wish.place) or known.wifi.get(""))


def _has_wifi(config: Mapping[str, Any], secrets: Secrets) -> bool:
    return secrets.wifi_at(config["station"].partition("/")[2]) is not None


def _place(plant: Plant, called: str) -> str:
    """An area, area/line, or a station's path; "" for the site."""
    places = {"/".join(path.split("/")[:depth]) for path in plant.stations() for depth in (1, 2)}
    return called if called in places or not called else named_station(plant, called)


def _certificate(certificate: Path | None, key: Path | None, chosen: list[str]) -> Certificate | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None or len(chosen) != 1:
        raise Failure("pullcord provision: --certificate and --key go together, for one station.")
    try:
        return Certificate(certificate=pem.certificate(certificate), key=pem.key(key))
    except pem.NotPem as problem:
        raise Failure(f"pullcord provision: {problem}") from problem


def _write(out: Path, stations: Mapping[str, Mapping[str, bytes]]) -> None:
    try:
        for path, files in stations.items():
            (out / path).mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                write_private(out / path / name, data)
    except OSError as error:
        raise Failure(f"pullcord provision: {error.filename}: {error.strerror}. Choose another --out.") from error


def _row(config: Mapping[str, Any], secrets: Secrets, is_new: bool) -> dict[str, Any]:
    wifi = secrets.wifi_at(config["station"].partition("/")[2])
    kind = config["link"]["kind"]
    return {
        "station": config["station"],
        "link": kind,
        "ssid": wifi.ssid if wifi and kind == "wifi" else None,
        "account": "new" if is_new else "kept",
        "missing": station_secrets.missing(config, secrets),
    }


def _tell(rows: list[dict[str, Any]], new: list[str], store: Path, plant_file: Path) -> None:
    for row in rows:
        network = f"Wi-Fi {row['ssid']}" if row["ssid"] else row["link"]
        typer.echo(f"{row['station']}: {network}, account {row['account']}")
        for words in row["missing"]:
            typer.echo(f"  it still needs {words}")
        if "changed" in row:
            did = ", ".join(row["changed"])
            typer.echo(f"  corrected on the board: {did}" if did else "  the board has all of that already")
    typer.echo(f"Kept in {store}, for you only. `pullcord flash` brings it to the boards.")
    if new:
        typer.echo(f"The broker does not know {len(new)} of the accounts yet: `pullcord broker {plant_file}`.")
