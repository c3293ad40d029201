"""`pullcord serve`: the line service of a plant."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from sqlalchemy.exc import DBAPIError

from pullcord.cli.database import makeable, telling
from pullcord.cli.failure import DONE, Failure
from pullcord.cli.one_line import one_line
from pullcord.cli.until_stopped import Say, end_on_signals, sayer
from pullcord.line import address, systemd
from pullcord.line.channels import Channels, ChannelsUnusable
from pullcord.line.channels import read as read_channels
from pullcord.line.database import DatabaseUnusable
from pullcord.line.log_reader import LogReader
from pullcord.line.place import Place
from pullcord.line.service import LineService, recording
from pullcord.line.store import Store
from pullcord.line.tokens import Tokens
from pullcord.plant import boards as board_profiles
from pullcord.plant.problems import PlantError
from pullcord.plant.version import Version, read_version
from pullcord.web.app import make_app
from pullcord.web.guard import is_loopback
from pullcord.web.server import PortTaken, ServerFailed, serving, take_port

BROKER = "mqtt://127.0.0.1:1883"


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


class _How(NamedTuple):
    broker: str
    place: Place
    plant: Version | None
    host: str
    port: int
    channels: Channels | None = None
    link: str = ""


def serve(
    database: Annotated[
        str, typer.Option("--database", metavar="DATABASE", envvar="PULLCORD_DATABASE", help="Where the log is kept.")
    ] = "line.db",
    database_file: Annotated[
        Path | None,
        typer.Option("--database-file", metavar="FILE", envvar="PULLCORD_DATABASE_FILE", help="Holds its address."),
    ] = None,
    broker: Annotated[
        str, typer.Option("--broker", metavar="URL", help="Without a password; see --broker-file.")
    ] = BROKER,
    broker_file: Annotated[
        Path | None,
        typer.Option("--broker-file", metavar="FILE", envvar="PULLCORD_BROKER_FILE", help="Holds the broker's URL."),
    ] = None,
    plant: Annotated[
        Path | None, typer.Option("--plant", metavar="FILE", help="Put in force when none is; later: plant apply.")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Where it listens; a proxy with TLS is before it.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8080,
    channels: Annotated[
        Path | None,
        typer.Option("--channels", metavar="FILE", envvar="PULLCORD_CHANNELS", help="How people are told of calls."),
    ] = None,
    link: Annotated[
        str, typer.Option("--link", metavar="URL", envvar="PULLCORD_LINK", help="Where phones reach the pages.")
    ] = "",
) -> int:
    """Run the line service: record, answer stations, serve pages and API. Everybody shows a token.

    [pullcord serve --database /var/lib/pullcord/line.db --broker-file /etc/pullcord/plant.url --plant plant.yaml]
    """
    where = makeable(f"@{database_file}" if database_file else database)
    how = _How(_broker(broker, broker_file), where, _version(plant), host, port, _channels(channels), link)
    say = sayer()
    try:
        with take_port(port, host) as listening:  # before anything is made: perhaps another line serves here
            _begin(how, say)
            return asyncio.run(_until_stopped(how, listening, say))
    except (PortTaken, ServerFailed, DatabaseUnusable) as error:
        raise Failure(f"pullcord serve: {error}") from error
    except OSError as error:
        raise Failure(f"pullcord serve: {host} port {port}: {error.strerror}; choose others: --host, --port") from error


def _broker(url: str, file: Path | None) -> str:
    """Its address, checked. A password comes from a file: arguments are seen in lists of processes."""
    try:
        if file is not None:
            url = one_line(file, "the broker's URL", "`pullcord broker plant.yaml` makes that file, as plant.url")
        elif address.read(url).password:
            raise Failure("pullcord serve: a password has no place in an argument: put the URL into --broker-file FILE")
        address.read(url)
    except ValueError as error:
        raise Failure(f"pullcord serve: {error}") from error
    return url


def _channels(file: Path | None) -> Channels | None:
    try:
        return read_channels(file) if file else None
    except ChannelsUnusable as error:
        raise Failure(f"pullcord serve: {error}") from error


def _version(file: Path | None) -> Version | None:
    if file is None:
        return None
    try:
        return read_version(file, board_profiles.load())
    except PlantError as error:
        raise Failure(*error.lines()) from error


def _begin(how: _How, say: Say) -> None:
    """The plant file in force: the one that is given, when there was none before."""
    with telling(how.place):
        store, log = Store(how.place), LogReader(how.place)
        try:
            store.open()
            versions = log.plant_versions()
            if how.plant is None:
                if not versions:
                    say("No plant file is in force: `pullcord plant apply plant.yaml` puts one there.")
            elif not versions:
                store.declare(how.plant.declared, time.time_ns() // 1_000_000, filed=how.plant.filed)
                say(f"Plant: {how.plant.name} is in force from now on.")
            elif versions[-1].file != how.plant.file:
                say(f"Plant: {how.plant.name} is not what is in force: `pullcord plant apply` changes that.")
        finally:
            log.close()
            store.close()


async def _until_stopped(how: _How, listening: socket.socket, say: Say) -> int:
    end_on_signals(say, "Ending the line service; the stations keep their events meanwhile.")
    try:
        async with _running(how, listening) as (service, task, url):
            _welcome(how, url, say)
            await service.recorder.ready.wait()
            systemd.notify("READY=1")
            living = asyncio.create_task(systemd.live())
            try:
                await asyncio.shield(task)
            finally:
                systemd.notify("STOPPING=1")
                living.cancel()
    except asyncio.CancelledError:
        say("Ended.")
    return DONE


@contextlib.asynccontextmanager
async def _running(
    how: _How, listening: socket.socket
) -> AsyncIterator[tuple[LineService, asyncio.Task[None], str]]:
    sites = [how.plant.plant.site.name] if how.plant else []
    service = LineService(how.broker, how.place, sites, channels=how.channels, link=how.link)
    log = LogReader(how.place)
    app = make_app(service, tokens=Tokens(log))
    async with recording(service) as task, serving(app, listening) as url:
        yield service, task, url


def _welcome(how: _How, url: str, say: Say) -> None:
    say(f"Pages and API: {url}   Database: {how.place.shown}   Broker: {address.read(how.broker).shown}")
    if not is_loopback(how.host):
        say("Tokens travel in the clear to this address: put a proxy with TLS before it (docs/integrators/service.md).")
    if not _has_tokens(how.place):
        say(f"Nobody has a token yet: pullcord token add {how.place.shown} NAME --role admin")


def _has_tokens(place: Place) -> bool:
    log = LogReader(place)
    try:
        return any(token.revoked_at is None for token in Tokens(log).all())
    except DBAPIError:
        return True  # the status says what is wrong with the database
    finally:
        log.close()
