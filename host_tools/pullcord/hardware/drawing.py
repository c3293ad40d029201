"""A sheet as WireViz takes it, and the program that draws it."""

import io
import subprocess
import sys
from pathlib import Path as File
from typing import Any

from ruamel.yaml import YAML

from .circuit import Device, Sheet
from .parts import Item

DRAW_S = 120
_HEAD = "# Made from hardware/reference/ by `make hardware`, which draws it, too: see docs/hardware/.\n"
_OPTIONS = {"fontname": "Liberation Sans", "color_mode": "full", "mini_bom_mode": False}


class DrawingFailed(Exception):
    """WireViz did not draw; the message ends with what it said."""


def source(sheet: Sheet, items: dict[str, Item]) -> str:
    """The WireViz file."""
    data = {
        "options": _OPTIONS,
        "tweak": {"override": {"graph": {"nodesep": "0.25", "ranksep": "1.2"}}},
        "connectors": {name: _connector(device, items) for name, device in sheet.devices.items()},
        "cables": _cables(sheet),
        "connections": _connections(sheet),
    }
    text = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.dump(data, text)
    return _HEAD + text.getvalue()


def draw(file: File, folder: File) -> None:
    """`file` as SVG and PNG in `folder`. DrawingFailed says why not."""
    program = File(sys.executable).with_name("wireviz")
    command = [str(program), "--format", "ps", "--output-dir", str(folder), str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DRAW_S, check=False)
    except FileNotFoundError as error:
        raise DrawingFailed(f"{program} is not there: make hardware installs it") from error
    if done.returncode:
        raise DrawingFailed(f"{file.name} was not drawn: {done.stderr.strip().splitlines()[-1]}")


def shrink(picture: File) -> None:
    """A drawing has few colours: a palette makes the PNG a quarter of its size."""
    from PIL import Image

    with Image.open(picture) as image:
        small = image.convert("RGB").quantize(48, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)


def _connector(device: Device, items: dict[str, Item]) -> dict[str, Any]:
    if device.net:
        return {"style": "simple", "type": device.title}
    made: dict[str, Any] = {"type": device.title}
    if device.part:
        item = items[device.part]
        made.update(manufacturer=item.maker, mpn=item.number)
    if device.note:
        made["notes"] = device.note
    made["pins"] = [_pin(terminal) for terminal in device.terminals]
    return made


def _cables(sheet: Sheet) -> dict[str, Any]:
    made = {}
    for name, cable in sheet.cables.items():
        colours = [wire.colour for wire in sheet.wires if wire.cable == name]
        made[name] = {"length": cable.length_m, "gauge": "0.5 mm2", "colors": colours}
        if not cable.part:
            made[name]["category"] = "bundle"
        elif cable.part == "cable-lan":
            del made[name]["gauge"]
    return made


def _connections(sheet: Sheet) -> list[Any]:
    """One wire each."""
    used: dict[str, int] = {}
    made = []
    for wire in sheet.wires:
        used[wire.cable] = used.get(wire.cable, 0) + 1
        left, right = ({name: [1 if sheet.devices[name].net else _pin(pin)]} for name, pin in (wire.left, wire.right))
        made.append([left, {wire.cable: [used[wire.cable]]}, right])
    return made


def _pin(terminal: str) -> str | int:
    """WireViz takes a text of digits for a number."""
    return int(terminal) if terminal.isdigit() else terminal
