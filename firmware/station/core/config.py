"""What a station's config.json must look like; the same rules at the compiler and on the board."""

from . import config_parts
from .schema import check, problem

_PIN = ("int", 0, 48)
_NAME = ("text", 32)
_LEVEL = ("one", ("high", "low"))
_PULL = ("one", ("up", "down", "none"))
_READBACK = ("maybe", ("object", {"pin": _PIN, "active": _LEVEL}, {"pull": _PULL}))
_PIXELS = ("object", {"pin": _PIN, "each": ("int", 1, 64), "brightness": ("int", 1, 255)}, {})
_EXPANDER = (
    "object",
    {
        "name": _NAME,
        "kind": ("one", ("pcf8574", "mcp23017")),
        "address": ("int", 32, 63),
        "bus": ("object", {"i2c": ("int", 0, 1), "scl": _PIN, "sda": _PIN}, {}),
    },
    {},
)
_PERMIT = (
    "object",
    {"pin": _PIN, "active": _LEVEL, "resume": ("bool",)},
    {"readback": _READBACK, "bypass_s": ("int", 0, 14400)},
)
_PAIRS = ("list", ("list", ("int", -1000, 4102444800)))
_CALENDAR = (
    "object",
    {"week": ("list", ("int", 0, 60479)), "zone": _PAIRS, "closed": ("list", ("int", 0, 65535))},
    {},
)
_BUZZER = ("object", {"kind": ("one", ("pwm", "plain")), "pin": _PIN}, {"volume": _PAIRS, "zone": _PAIRS})
_SECONDS = ("int", 0, 86400)
_READING = ("int", 1, 65534)

_INPUT = (
    "object",
    {
        "name": _NAME,
        "pin": _PIN,
        "does": (
            "one",
            ("call", "acknowledge", "arrive", "resolve", "restart", "cancel", "mute", "cycle", "mark"),
        ),
    },
    {
        "kind": ("one", ("contact", "loop", "expander", "pulse")),
        "expander": _NAME,
        "active": _LEVEL,
        "rest": _READING,
        "pulled": _READING,
        "pull": _PULL,
        "stable_ms": ("int", 1, 1000),
        "stuck_s": _SECONDS,
        "category": _NAME,
        "via": ("one", ("cord", "button", "input")),
    },
)
_READER = (
    "object",
    {"name": _NAME, "kind": _NAME, "role": ("one", ("signal", "ship", "receive", "badge"))},
    {"pins": ("map", _PIN), "bus": ("map", _PIN)},
)
_CATEGORY = (
    "object",
    {
        "name": _NAME,
        "stop": ("one", ("fixed_position", "immediate", "never")),
        "escalate_s": ("list", ("int", 1, 86400)),
    },
    {},
)
_ANDON = (
    "object",
    {"repeat_ms": ("int", 0, 60000), "mute_s": ("int", 1, 3600), "categories": ("list", _CATEGORY)},
    {"mark": ("object", {"from": ("one", ("delay", "input", "takt"))}, {"delay_s": ("int", 1, 3600)})},
)
_LINK = (
    "object",
    {"kind": ("one", ("wifi", "ethernet", "usb", "none"))},
    {
        "host": ("text", 253),
        "port": ("int", 1, 65535),
        "keepalive_s": ("int", 5, 3600),
        "delivery": ("one", ("receipt", "broker")),
        "interface": ("one", ("LAN", "WIZNET5K")),
        "pins": ("map", _PIN),
        "options": ("map", ("int", 0, 1000000)),
        "constants": ("map", _NAME),
        "tls": ("maybe", ("object", {}, {"name": ("text", 253), "certificate": ("bool",)})),
    },
)
CONFIG = (
    "object",
    {
        "format": ("int", 1, 1),
        "version": ("int", 0, 1000000000),
        "hash": ("text", 64),
        "station": ("text", 120),
        "board": _NAME,
        "light": (
            "object",
            {"kind": ("one", ("tower", "rgb")), "active": _LEVEL, "pins": ("map", _PIN)},
            {
                "expander": _NAME,
                "pixels": ("maybe", _PIXELS),
                "sense": ("maybe", ("object", {"pins": ("map", _PIN), "active": _LEVEL}, {"pull": _PULL})),
            },
        ),
        "inputs": ("list", _INPUT),
        "readers": ("list", _READER),
        "andon": _ANDON,
        "kanban": ("object", {"same_card_s": ("int", 0, 3600)}, {}),
        "link": _LINK,
        "journal": ("object", {"limit_kb": ("int", 32, 16384)}, {"full": ("one", ("refuse", "drop_oldest"))}),
    },
    {
        "uid": ("text", 32),
        "expanders": ("list", _EXPANDER),
        "machine": ("text", 64),
        "self_test": ("bool",),
        "buzzer": ("maybe", _BUZZER),
        "permit": ("maybe", _PERMIT),
        "calendar": ("maybe", _CALENDAR),
        "takt": (
            "maybe",
            (
                "object",
                {"takt_s": ("int", 1, 86400), "overrun_percent": ("int", 0, 1000)},
                {"calls": ("text", 32)},
            ),
        ),
    },
)


def problems(config) -> list:
    """Every problem at once, each `path: value: what is wrong: what would be right`. [] when it is good."""
    out = []
    check(config, CONFIG, "", out)
    if not out:
        _names(config, out)
        _meaning(config, out)
        _pins(config, out)
    return out


def _names(config: dict, out: list) -> None:
    parts = config["station"].split("/")
    if len(parts) != 4 or not all(_plain_name(part) for part in parts):
        right = "site/area/line/station, of a-z 0-9 - _"
        out.append(problem("station", config["station"], "is not the path of a station", right))
    for section, items in (
        ("expanders", config.get("expanders", [])),
        ("inputs", config["inputs"]),
        ("readers", config["readers"]),
        ("andon.categories", config["andon"]["categories"]),
    ):
        seen = set()
        for index, item in enumerate(items):
            if item["name"] in seen:
                path = "%s[%d].name" % (section, index)
                out.append(problem(path, item["name"], "is there twice", "a name of its own"))
            seen.add(item["name"])


def _meaning(config: dict, out: list) -> None:
    for index, item in enumerate(config["readers"]):
        config_parts.reader(item, "readers[%d]" % index, out)
    categories = [item["name"] for item in config["andon"]["categories"]]
    known = "one of " + ", ".join(categories)
    for index, item in enumerate(config["inputs"]):
        path = "inputs[%d]" % index
        config_parts.kind(item, path, out)
        if item["does"] == "call" and item.get("category") not in categories:
            out.append(
                problem(path + ".category", item.get("category"), "is not a category of this station", known)
            )
        if item["does"] == "cycle" and not config.get("takt"):
            out.append(problem(path + ".does", "cycle", "there is no takt to count for", "add takt"))
    takt = config.get("takt")
    if takt and takt.get("calls") and takt["calls"] not in categories:
        out.append(problem("takt.calls", takt["calls"], "is not a category of this station", known))
    for index, item in enumerate(config["andon"]["categories"]):
        if item["stop"] == "fixed_position":
            _mark(config, index, out)
        if sorted(item["escalate_s"]) != item["escalate_s"]:
            path = "andon.categories[%d].escalate_s" % index
            out.append(problem(path, item["escalate_s"], "the levels are out of order", "rising seconds"))
    _lights(config["light"], out)
    config_parts.counters(config["inputs"], out)
    config_parts.sensors(config, out)
    config_parts.expanders(config, out)
    config_parts.volume(config.get("buzzer") or {}, out)
    if config.get("calendar"):
        config_parts.zone("calendar.zone", config["calendar"]["zone"], out)
    if config["link"]["kind"] in ("wifi", "ethernet") and not config["link"].get("host"):
        out.append(problem("link.host", None, "is missing", "the broker's address, better in numbers"))


def _lights(light: dict, out: list) -> None:
    wanted = (
        ("red", "green", "blue") if light["kind"] == "rgb" else ("red", "yellow", "green", "blue", "white")
    )
    for name in sorted(light["pins"]):
        if name not in wanted:
            out.append(
                problem(
                    "light.pins." + name, light["pins"][name], "is no light", "one of " + ", ".join(wanted)
                )
            )
    for name in ("red", "green") if light["kind"] == "tower" else wanted:
        if name not in light["pins"]:
            out.append(problem("light.pins." + name, None, "is missing", "its pin"))


def _mark(config: dict, index: int, out: list) -> None:
    path = "andon.categories[%d].stop" % index
    mark = config["andon"].get("mark") or {}
    came_from = mark.get("from")
    if came_from is None:
        out.append(problem(path, "fixed_position", "no mark is given", "add andon.mark"))
    elif came_from == "delay" and "delay_s" not in mark:
        out.append(problem("andon.mark.delay_s", None, "is missing", "seconds from the pull to the mark"))
    elif came_from == "takt" and not config.get("takt"):
        out.append(problem("andon.mark.from", "takt", "there is no takt", "add takt, or take delay or input"))
    elif came_from == "input" and not any(item["does"] == "mark" for item in config["inputs"]):
        out.append(problem("andon.mark.from", "input", "no input does mark", "an input that does mark"))


def _pins(config: dict, out: list) -> None:
    taken = {}
    for path, pin in _used(config):
        if pin in taken:
            out.append(problem(path, pin, "this pin is used by " + taken[pin], "a pin of its own"))
        else:
            taken[pin] = path


def _used(config: dict) -> list:
    used = config_parts.light_pins(config["light"])
    for name in ("buzzer", "permit"):
        if config.get(name):
            used.append((name + ".pin", config[name]["pin"]))
    used += config_parts.sensor_pins(config)
    for index, item in enumerate(config["inputs"]):
        if item.get("kind") != "expander":
            used.append(("inputs[%d].pin" % index, item["pin"]))
    for index, item in enumerate(config["readers"]):
        for name, pin in sorted(item.get("pins", {}).items()):
            used.append(("readers[%d].pins.%s" % (index, name), pin))
    return used + config_parts.bus_pins(config["readers"])


def _plain_name(part: str) -> bool:
    return bool(part) and all(c in "abcdefghijklmnopqrstuvwxyz0123456789-_" for c in part)
