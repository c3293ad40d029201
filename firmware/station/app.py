"""The one place where the parts of a station are wired together. Its work is done when the station runs."""

import asyncio
import json
import select
import sys

from . import fitting
from .core import restore
from .core.delivery import Delivery
from .core.outputs import Light
from .core.station import Station
from .drivers.outputs import Output
from .health import boot
from .health.supervisor import Supervisor
from .health.uptime import Uptime
from .net.network import open_network
from .net.uplink import Uplink
from .running import Running
from .store.cards import CardTable
from .store.journal import Journal


def build(root: str, config: dict, secrets: dict, machine, random_bytes, watchdog_ms=8000, opener=None) -> Running:
    """A station that is ready to `run`. The permit is off from the first line on.

    `root`: the folder of the flash, with a slash at its end; `machine`: the board; `watchdog_ms` 0: service boot;
    `opener(host, port)` opens the stream to the broker, asyncio's own when None; `opener()` the console at a USB cable.
    """
    permit = config.get("permit")
    relay = Output(permit["pin"], permit["active"], machine) if permit else None
    expanders = fitting.open_expanders(config, machine)
    lights = fitting.open_lights(config["light"], expanders, machine)
    uid = machine.unique_id()
    flag = asyncio.ThreadSafeFlag()
    journal = Journal.open(root + "journal", uid, random_bytes, config["journal"]["limit_kb"] * 1024)
    _same_identity(journal, config["station"])
    uptime = Uptime()
    station = _restored(config, journal, boot.count(root + "boot"), uptime.ms())
    cards = None
    if config["readers"]:
        cards = CardTable.open(root + "cards")
        station.table_version = cards.version
        journal.findings.extend(cards.findings)
    delivery = Delivery(trust_broker=config["link"].get("delivery") == "broker")
    delivery.appended(journal.next - 1)
    parts = {
        "machine": machine,
        "root": root,
        "uid": uid.hex(),
        "reset": boot.cause(machine),
        "uptime": uptime,
        "permit": relay,
        "lights": lights,
        "light": Light(config["light"]["kind"], lights.names),
        "buzzer": fitting.open_buzzer(config.get("buzzer"), machine, lambda: station.clock.unix_ms(uptime.ms())),
        "answers": {item["name"]: _answer_lights(item, machine) for item in config["readers"]},
        "flag": flag,
        "inputs": fitting.open_inputs(config, machine, flag, relay, lights, expanders),
        "journal": journal,
        "cards": cards,
        "station": station,
        "delivery": delivery,
    }
    app = Running(config, parts)
    app.uplink = _uplink(app, root, config, secrets, opener)
    if config["link"]["kind"] != "usb":
        app.typed = _typed()
    app.begin()
    # last: what cannot be built is for a person to correct, not for a reset
    dog = machine.WDT(timeout=watchdog_ms) if watchdog_ms else None
    app.supervisor = Supervisor(uptime, dog, app.fault)
    return app


def _same_identity(journal, station: str) -> None:
    """ValueError while events wait that were recorded under another name: the plant would look for them there."""
    if not journal.depth:
        return
    try:
        source = json.loads(journal.read(journal.next - 1))["source"][1:]
    except KeyError:
        return  # too damaged to say
    if source != station:
        raise ValueError(
            "station: %s: %d events of %s are not with the plant yet: run it as %s until they are, then restart it"
            % (station, journal.depth, source, source)
        )


def _restored(config: dict, journal, boots: int, now: int) -> Station:
    station = Station(config, journal.name, boots)
    if journal.checkpoint:
        try:
            restore.restore(station, now, journal.checkpoint)
            restore.hold(station)
        except Exception as error:  # noqa: BLE001  half of a checkpoint is worse than none: begin afresh, held
            journal.findings.append("checkpoint: %r" % error)
            station = Station(config, journal.name, boots)
    station.receipt(now, journal.through)
    return station


def _uplink(app: Running, root: str, config: dict, secrets: dict, opener):
    kind = config["link"]["kind"]
    if kind == "none":
        return None
    if kind == "usb":
        return _cable(app, config, opener)
    try:
        network = open_network(config["link"], secrets)
    except KeyError as missing:
        # the station works without; the technician reads what is not there
        app.missing.append("%s in secrets.json" % missing)
        return None
    options = dict(config["link"], station=config["station"], uid=app.uid)
    for key in ("mqtt_user", "mqtt_password"):
        options[key] = secrets.get(key)
    if config["link"].get("tls") is not None and opener is None:
        from .net import secure

        settings = {"name": config["link"]["host"]}  # what it connects to may be the address of that name
        settings.update(config["link"]["tls"])
        try:
            opener = secure.Opener(root, settings, lambda: app.station.clock.unix_ms(app.uptime.ms()))
        except (OSError, ValueError) as error:
            app.missing.append("certificates for TLS: %s" % error)
            return None
        options["wait_s"] = secure.WAIT_S
    beat = app.beat_uplink
    return Uplink(options, network, app.journal, app.delivery, app, app.uptime, opener=opener, beat=beat)


def _typed():
    """Says whether somebody types at the console; None where there is no console."""
    console = select.poll()
    try:
        console.register(sys.stdin, select.POLLIN)
    except (OSError, ValueError, TypeError):
        return None
    return console


def _cable(app: Running, config: dict, opener):
    from .health.memory import forget
    from .net import cable

    options = {"station": config["station"], "uid": app.uid}
    way = cable.Cable(app.uptime, app.asked, opener() if opener else None)
    uplink = cable.CableUplink(options, way, app.journal, app.delivery, app, app.uptime, app.beat_uplink)
    from .net import by_cable  # noqa: F401 (what only a network needs is given back, and what only made these)

    forget("net.by_cable")
    return uplink


def _answer_lights(item: dict, machine) -> list:
    pins = item.get("pins", {})
    return [Output(pins[name], "high", machine) for name in ("ok", "bad") if name in pins]
