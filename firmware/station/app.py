"""The one place where the parts of a station are wired together. Its work is done when the station runs."""

import asyncio

from .core import restore
from .core.delivery import Delivery
from .core.outputs import Light
from .core.station import Station
from .drivers.buzzer import Buzzer
from .drivers.inputs import Inputs
from .drivers.outputs import Lights, Output
from .health import boot
from .health.supervisor import Supervisor
from .health.uptime import Uptime
from .net.network import open_network
from .net.uplink import Uplink
from .running import Running
from .store.cards import CardTable
from .store.journal import Journal

_WATCHDOG_MS = 8000


def build(root: str, config: dict, secrets: dict, machine, random_bytes, watchdog: bool = True, opener=None) -> Running:
    """A station that is ready to `run`. The permit is off from the first line on.

    `root`: the folder of the flash, with a slash at its end; `machine`: the board; `watchdog` False: service boot;
    `opener(host, port)` opens the stream to the broker, asyncio's own when None.
    """
    permit = config.get("permit")
    relay = Output(permit["pin"], permit["active"], machine) if permit else None
    lights = Lights(config["light"]["pins"], config["light"]["active"], machine)
    uid = machine.unique_id()
    app = Running(config, "".join("%02x" % byte for byte in uid), boot.cause(machine))
    app.permit, app.lights = relay, lights
    app.light = Light(config["light"]["kind"], lights.names)
    app.buzzer = Buzzer(config.get("buzzer"), machine)
    app.answers = {item["name"]: _answer_lights(item, machine) for item in config["readers"]}
    app.flag = asyncio.ThreadSafeFlag()
    app.inputs = Inputs(config["inputs"], machine, app.flag)
    app.uptime = Uptime()
    app.journal = Journal.open(root + "journal", uid, random_bytes, config["journal"]["limit_kb"] * 1024)
    app.cards = CardTable.open(root + "cards") if config["readers"] else None
    app.station = Station(config, app.journal.name, boot.count(root + "boot"))
    app.station.table_version = app.cards.version if app.cards else 0
    _restore(app)
    app.delivery = Delivery(trust_broker=config["link"].get("delivery") == "broker")
    app.delivery.appended(app.journal.next - 1)
    app.uplink = _uplink(app, config, secrets, opener)
    dog = machine.WDT(timeout=_WATCHDOG_MS) if watchdog else None
    app.supervisor = Supervisor(app.uptime, dog, app.fault)
    return app


def _restore(app: Running) -> None:
    now = app.uptime.ms()
    if app.journal.checkpoint:
        try:
            restore.restore(app.station, now, app.journal.checkpoint)
            restore.hold(app.station)
        except (ValueError, TypeError, KeyError) as error:
            app.journal.findings.append("checkpoint: %s" % error)
    app.station.receipt(now, app.journal.through)


def _uplink(app: Running, config: dict, secrets: dict, opener):
    if config["link"]["kind"] not in ("wifi", "ethernet"):
        return None
    try:
        network = open_network(config["link"], secrets)
    except KeyError as missing:
        # the station works without; the technician reads what is not there
        app.missing.append("%s in secrets.json" % missing)
        return None
    options = dict(config["link"], station=config["station"], uid=app.uid)
    for key in ("mqtt_user", "mqtt_password"):
        options[key] = secrets.get(key)
    beat = app.beat_uplink
    return Uplink(options, network, app.journal, app.delivery, app, app.uptime, opener=opener, beat=beat)


def _answer_lights(item: dict, machine) -> list:
    pins = item.get("pins", {})
    return [Output(pins[name], "high", machine) for name in ("ok", "bad") if name in pins]
