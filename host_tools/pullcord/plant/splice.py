"""YAML text cut and joined at the places that the parser names. What is put in is in flow style, so it fits anywhere.

None of these looks at what comes out: `edit` reads it anew and refuses what does not say what was meant. Nor do they
understand everything that YAML can be: LookupError where the text is not as it should be.
"""

import json
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from .problems import Path

WIDEST = 120
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
_SAYS_OTHERWISE = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def replaced(text: str, path: Path, value: Any) -> str:
    """`value` at `path`, whose parent is there."""
    parent = _node(text, path[:-1])
    entries = _entries(parent)
    try:
        key, node = entries[_place(entries, path[-1])]
    except KeyError:
        return _append(text, parent, f"{flow(path[-1])}: {flow(value)}")
    start, end = node.start_mark.index, _end(text, node)
    if isinstance(parent, MappingNode) and (_is_block(node) or start >= end):
        start = text.index(":", key.end_mark.index) + 1
        return text[:start] + " " + flow(value) + text[max(start, end) if _is_block(node) else start :]
    return text[:start] + flow(value) + text[end:]


def appended(text: str, path: Path, item: Any) -> str:
    """`item` at the end of the list at `path`, which is not empty."""
    return _append(text, _node(text, path), flow(item))


def without(text: str, path: Path) -> str:
    """No `path` any more; it was not the only one beside its neighbours."""
    parent = _node(text, path[:-1])
    entries = _entries(parent)
    place = _place(entries, path[-1])
    start, end = entries[place][0].start_mark.index, _end(text, entries[place][1])
    if _is_block(parent):
        return text[: _line_start(text, start)] + text[_line_end(text, end) :].removeprefix("\r").removeprefix("\n")
    if place:
        return text[: _end(text, entries[place - 1][1])] + text[end:]
    return text[:start] + text[entries[1][0].start_mark.index :]


def flow(value: Any) -> str:
    """In flow style, on one line; texts are quoted unless nobody could take them for something else."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _SAYS_OTHERWISE:
        return value
    return json.dumps(value, ensure_ascii=False)


def _append(text: str, holder: Node, new: str) -> str:
    """An entry more in a list or mapping: on a line of its own in block style, else behind the last one."""
    entries = _entries(holder)
    if not entries:
        start = holder.start_mark.index + 1
        return text[:start] + new + text[start:]
    first, last = entries[0][0], _end(text, entries[-1][1])
    newline = "\r\n" if "\r\n" in text else "\n"
    if _is_block(holder):
        at = _line_end(text, last)
        dash = "- " if isinstance(holder, SequenceNode) else ""
        return text[:at] + newline + " " * holder.start_mark.column + dash + new + text[at:]
    used = last - _line_start(text, last)
    if used + len(new) + 4 <= WIDEST:
        return text[:last] + ", " + new + text[last:]
    return text[:last] + "," + newline + " " * first.start_mark.column + new + text[last:]


def _node(text: str, path: Path) -> Node:
    node = YAML().compose(text)
    for part in path:
        entries = _entries(node)
        node = entries[_place(entries, part)][1]
    return node


def _entries(node: Node) -> list[tuple[Node, Node]]:
    """(key, value) of a mapping; of a list each item twice."""
    if isinstance(node, MappingNode):
        return list(node.value)
    return [(item, item) for item in node.value] if isinstance(node, SequenceNode) else []


def _place(entries: list[tuple[Node, Node]], part: str | int) -> int:
    """Raises KeyError."""
    if isinstance(part, int):
        return part
    return {str(key.value): place for place, (key, _) in enumerate(entries)}[part]


def _is_block(node: Node) -> bool:
    return isinstance(node, CollectionNode) and not node.flow_style


def _end(text: str, node: Node) -> int:
    """Behind its last character. The parser's own mark of a block lies behind the comments that follow."""
    while _is_block(node) and node.value:
        node = _entries(node)[-1][1]
    return len(text[: node.end_mark.index].rstrip())


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """Before its newline."""
    found = text.find("\n", at)
    if found < 0:
        return len(text)
    return found - (text[found - 1] == "\r")
