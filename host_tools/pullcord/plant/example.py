"""A plant of any size, to try things on: lines of twenty stations, a kanban post in every five."""

from collections.abc import Iterator

A_LINE = 20
AN_AREA = 5
CARDS = 4
ITEMS = 24
MOST = 2_000

_HEAD = """\
# yaml-language-server: $schema=../plant.schema.json
# A generated plant of {stations} stations: `pullcord plant example --stations {stations}`.
format: 1
site: {{name: works, time_zone: Europe/Berlin}}
broker: {{host: 192.168.10.5}}

calendar:
  closed: ["2026-12-25", "2027-01-01"]
  shifts:
    early: {{from: "06:00", to: "14:00", stops: [{{from: "09:00", to: "09:15"}}, {{from: "12:00", to: "12:30"}}]}}
    late: {{from: "14:00", to: "22:00", stops: [{{from: "17:00", to: "17:15"}}, {{from: "20:00", to: "20:30"}}]}}
    night: {{from: "22:00", to: "06:00", days: [sun, mon, tue, wed, thu], stops: [{{from: "02:00", to: "02:30"}}]}}

channels: {{leaders: {{name: Leaders of the lines}}, managers: {{name: Managers}}}}
roles:
  leader: {{name: Team leader, channels: [leaders]}}
  manager: {{name: Shift manager, channels: [managers]}}

andon:
  repeat_s: 2
  mark: {{from: delay, delay_s: 20}}
  categories:
    quality: {{stop: fixed_position, escalate_s: [60, 180], tell: {{0: [leader], 2: [leader, manager]}}}}
    material: {{stop: never, escalate_s: [120, 300], tell: {{1: [leader]}}}}
    maintenance: {{stop: immediate, escalate_s: [60, 300], tell: {{0: [leader], 1: [manager]}}}}

reasons: {{part_defect: Defective part, tool_worn: Tool worn, material_missing: Material missing, other: Other}}
"""
_WORKPLACE = """\
          {name}:
            board: raspberry-pi-pico-w
            light: {{kind: tower, pins: {{red: GP10, yellow: GP11, green: GP12}}}}
            buzzer: GP15
            permit: GP16
            inputs:
              cord: {{pin: GP2, does: call, category: quality, stuck_s: 60}}
              material: {{pin: GP3, does: call, category: material, via: button}}
              ack: {{pin: GP4, does: acknowledge}}
              resolve: {{pin: GP5, does: resolve}}
              restart: {{pin: GP6, does: restart}}
              cycle: {{pin: GP7, does: cycle, stable_ms: 5}}
"""
_POST = """\
          {name}:
            board: esp32-devkitc
            takt: null
            light: {{kind: tower, pins: {{red: IO25, yellow: IO26, green: IO27, blue: IO14}}}}
            buzzer: IO13
            inputs:
              material: {{pin: IO32, does: call, category: material, via: button}}
            readers:
              empty: {{kind: mfrc522, role: signal, pins: {{ok: IO16, bad: IO17}},
                      bus: {{sck: IO18, mosi: IO23, miso: IO19, cs: IO4}}}}
              filled: {{kind: mfrc522, role: receive, pins: {{ok: IO21, bad: IO22}},
                       bus: {{sck: IO18, mosi: IO23, miso: IO19, cs: IO33}}}}
"""


def example(stations: int) -> str:
    """The text of a plant file. ValueError when it is no number of stations that a plant has."""
    if not 1 <= stations <= MOST:
        raise ValueError(f"{stations} stations: from 1 to {MOST} can be made")
    places = [_place(number) for number in range(stations)]
    parts = [_HEAD.format(stations=stations), _goods(), "\nareas:\n", *_areas(places), "\nloops:\n"]
    posts = [place for place in places if place[2].startswith("post")]
    parts += [_loop(number, "/".join(place)) for number, place in enumerate(posts)]
    return "".join(parts) if posts else "".join(parts[:-1])


def _place(number: int) -> tuple[str, str, str]:
    line = number // A_LINE
    name = f"post-{number + 1:03}" if number % 5 == 4 else f"st-{number + 1:03}"
    return f"hall-{line // AN_AREA + 1}", f"line-{line + 1:02}", name


def _areas(places: list[tuple[str, str, str]]) -> Iterator[str]:
    area = line = ""
    for area_name, line_name, name in places:
        if area_name != area:
            area = area_name
            yield f"  {area}:\n    lines:\n"
        if line_name != line:
            line = line_name
            members = [each for _, its_line, each in places if its_line == line and each.startswith("st")]
            yield f"      {line}:\n        makes: [product]\n        takt: {{takt_s: 60, overrun_percent: 20}}\n"
            yield f"        segments: {{all: [{', '.join(members)}]}}\n        stations:\n"
        yield (_POST if name.startswith("post") else _WORKPLACE).format(name=name)


def _goods() -> str:
    """Items and who sells them."""
    numbers = range(1, ITEMS + 1)
    items = [f'  part-{n:02}: {{name: "Part {n}", price: {n}.5, stock: {{safety: 100}}}}\n' for n in numbers]
    offers = ", ".join(f"part-{n:02}: {{part_number: NF-{n:04}, pack: 20}}" for n in numbers)
    product = "  product: {name: Product, demand: 1200}\n"
    return (
        "\nitems:\n" + product + "".join(items)
        + "\nsuppliers:\n  factory: {name: North Factory, lead_time_days: 3,\n            items: {" + offers + "}}\n"
    )  # fmt: skip


def _loop(number: int, consumer: str) -> str:
    uids = ", ".join(f'"04{number:08x}{card:04x}"' for card in range(CARDS))
    item = f"part-{number % ITEMS + 1:02}"
    head = f"  loop-{number + 1:03}: {{item: {item}, consumer: {consumer}, supplier: factory, quantity: 20,"
    return f"{head}\n             kind: supplier, cards: [{uids}]}}\n"
