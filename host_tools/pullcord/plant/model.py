"""What a plant file may say: the only place where a plant is described.

Its shape is checked here, by pydantic; what must fit together across sections is checked in `rules`. Names of
keys are those of the file. Durations carry their unit in the name.
"""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from .flow import Calendar, Item, Loop, Supplier
from .names import Digit, Host, Level, Name, Part, Pin, Pull, Text, TimeOfDay
from .people import Channel, Person, Role

LightName = Literal["red", "yellow", "green", "blue", "white"]
Does = Literal["call", "acknowledge", "arrive", "resolve", "restart", "cancel", "mute", "cycle", "mark"]
Wire = Literal["sck", "mosi", "miso", "cs", "tx", "rx", "reset"]
Stop = Literal["fixed_position", "immediate", "never"]


def _pin_alone(value: object) -> object:
    """`buzzer: GP15` is short for `buzzer: {pin: GP15}`."""
    return {"pin": value} if isinstance(value, str) else value


def _broker_as_url(value: object) -> object:
    """`broker: mqtts://HOST:PORT` is short for `{host, port, tls: {}}`, `mqtt://` for the same without `tls`."""
    found = re.fullmatch(r"(mqtts?)://([^/@:]+)(?::([0-9]{1,5}))?/?", value) if isinstance(value, str) else None
    if not found:
        return value
    port = {"port": int(found[3])} if found[3] else {}
    return {"host": found[2], **port, **({"tls": {}} if found[1] == "mqtts" else {})}


class Site(Part):
    name: Name
    time_zone: str = "UTC"


class Tls(Part):
    """`name`: what the broker's certificate bears, when not its host. `certificates`: each station shows its own."""

    name: Host | None = None
    certificates: bool = False


class Broker(Part):
    """`host` is what the stations are told; in numbers it needs no name service. `port`: 1883, with TLS 8883."""

    host: Host
    port: int | None = Field(None, ge=1, le=65535)
    tls: Tls | None = None

    @property
    def listens_at(self) -> int:
        return self.port or (1883 if self.tls is None else 8883)


class Readback(Part):
    """A contact of the permit relay itself; `active`: the level at the pin while the relay is energised."""

    pin: Pin
    active: Level = "low"
    pull: Pull = "up"


class Sense(Part):
    """Diagnosis pins of the lamps' drivers; `active`: the level that says that no current flows."""

    pins: dict[LightName, Pin]
    active: Level = "low"
    pull: Pull = "up"


class Pixels(Part):
    """A chain of addressable LEDs (WS2812) at `pin`; `each`: LEDs a tier, `brightness`: of 255."""

    pin: Pin
    each: int = Field(8, ge=1, le=64)
    brightness: int = Field(80, ge=1, le=255)
    tiers: list[LightName] = []


class Expander(Part):
    """An I2C expander. `address`: as its pins set it; several may share a bus."""

    kind: Literal["pcf8574", "mcp23017"]
    address: int = Field(ge=0x20, le=0x3F)
    sda: Pin
    scl: Pin


class Light(Part):
    """`pins`: at the board, or at `expander`. `pixels` instead: `tiers` from the near end."""

    kind: Literal["tower", "rgb"]
    active: Level = "high"
    pins: dict[LightName, Pin] = {}
    expander: Name | None = None
    pixels: Pixels | None = None
    sense: Sense | None = None


class Buzzer(Part):
    """`volume`: percent from a time of day on, in the site's time zone, such as {"06:00": 100, "22:00": 30}."""

    pin: Pin
    kind: Literal["pwm", "plain"] = "pwm"
    volume: dict[TimeOfDay, Annotated[int, Field(ge=0, le=100)]] = {}


class Permit(Part):
    """The line-permit relay. `resume`: a reset brings it back by itself when the line was running."""

    pin: Pin
    active: Level = "high"
    resume: bool = False
    readback: Annotated[Readback | None, BeforeValidator(_pin_alone, Pin | Readback | None)] = None
    bypass_s: int = Field(0, ge=0, le=14400)


class SupervisedLoop(Part):
    """Resistors that make rest, pulled, a cut wire and a short circuit four voltages; see `loops`."""

    end_ohm: int = Field(ge=100, le=1_000_000)
    contact_ohm: int = Field(ge=100, le=1_000_000)
    pull_up_ohm: int = Field(ge=100, le=1_000_000)
    tolerance_percent: int = Field(5, ge=0, le=20)


class Input(Part):
    """`active`: the level when the contact is closed; `contact`: how it rests. `stuck_s` 0: however long it is active,
    that is no fault. `loop`: its wire is watched. `counted`: in the chip, for pulses that must not be lost."""

    pin: Pin
    does: Does
    category: Name | None = None
    via: Literal["cord", "button", "input"] | None = None
    contact: Literal["open", "closed"] = "open"
    active: Level = "low"
    pull: Pull = "up"
    expander: Name | None = None
    counted: bool = False
    loop: SupervisedLoop | None = None
    stable_ms: int = Field(20, ge=1, le=1000)
    stuck_s: int = Field(0, ge=0, le=86400)


class Reader(Part):
    """`pins` are its answer lights, `bus` the wires of its chip. `stand_in` is the simulator's reader."""

    kind: Literal["stand_in", "mfrc522", "pn532-spi", "pn532-uart"]
    role: Literal["signal", "ship", "receive", "badge"]
    pins: dict[Literal["ok", "bad"], Pin] = {}
    bus: dict[Wire, Pin] = {}


class Mark(Part):
    """Where the fixed position is: `delay_s` after the pull, at the next pulse, or at the end of the takt."""

    came_from: Literal["delay", "input", "takt"] = Field(alias="from")
    delay_s: int | None = Field(None, ge=1, le=3600)


class Category(Part):
    """`escalate_s`: seconds from the call to level 1, 2, ... `tell`: roles by level; level 0 is the call itself."""

    stop: Stop
    escalate_s: list[Annotated[int, Field(ge=1, le=86400)]] = []
    tell: dict[Digit, list[Name]] = {}


class Andon(Part):
    """Each level (site, line, station) may say a part; the nearest one counts, a category as a whole."""

    repeat_s: float | None = Field(None, ge=0, le=60)
    mute_s: int | None = Field(None, ge=1, le=3600)
    mark: Mark | None = None
    categories: dict[Name, Category] = {}


class Takt(Part):
    """`calls`: the category that an overrun calls by itself."""

    takt_s: int = Field(ge=1, le=86400)
    overrun_percent: int = Field(20, ge=0, le=1000)
    calls: Name | None = None


class Kanban(Part):
    same_card_s: int = Field(5, ge=0, le=3600)


class Link(Part):
    kind: Literal["wifi", "ethernet", "usb", "none"] = "wifi"
    keepalive_s: int = Field(15, ge=5, le=3600)
    delivery: Literal["receipt", "broker"] = "receipt"


class Journal(Part):
    """`full`: what happens when all of it waits for receipts; the lamp or a `gap` event tells it either way."""

    limit_kb: int = Field(600, ge=32, le=16384)
    full: Literal["refuse", "drop_oldest"] = "refuse"


class Station(Part):
    """`uid` binds it to one board. `takt: null` takes the line's takt away."""

    board: str
    light: Light
    uid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,32}$")] | None = None
    buzzer: Annotated[Buzzer | None, BeforeValidator(_pin_alone, Pin | Buzzer | None)] = None
    permit: Annotated[Permit | None, BeforeValidator(_pin_alone, Pin | Permit | None)] = None
    expanders: dict[Name, Expander] = {}
    inputs: dict[Name, Input] = {}
    readers: dict[Name, Reader] = {}
    andon: Andon = Andon()
    takt: Takt | None = None
    self_test: bool = False
    kanban: Kanban = Kanban()
    link: Link = Link()
    journal: Journal = Journal()


class Line(Part):
    """`segments`: stations whose permit relays are in series, so that one of them stops them all. `makes`: items, whose
    demand gives the takt. `shifts`: those of the calendar in which this line works; all, unless said otherwise."""

    stations: dict[Name, Station]
    segments: dict[Name, list[Name]] = {}
    makes: list[Name] = []
    shifts: list[Name] | None = None
    andon: Andon = Andon()
    takt: Takt | None = None


class Area(Part):
    lines: dict[Name, Line]


class Plant(Part):
    format: Literal[1]
    site: Site
    broker: Annotated[Broker, BeforeValidator(_broker_as_url, Broker | str)]
    areas: dict[Name, Area]
    andon: Andon = Andon()
    loops: dict[Name, Loop] = {}
    people: dict[Name, Person] = {}
    roles: dict[Name, Role] = {}
    channels: dict[Name, Channel] = {}
    calendar: Calendar = Calendar()
    items: dict[Name, Item] = {}
    suppliers: dict[Name, Supplier] = {}
    reasons: dict[Name, Text] = {}

    def stations(self) -> dict[str, tuple[Line, Station]]:
        """By area/line/station, in the order of the file."""
        return {
            f"{area_name}/{line_name}/{name}": (line, station)
            for area_name, area in self.areas.items()
            for line_name, line in area.lines.items()
            for name, station in line.stations.items()
        }
