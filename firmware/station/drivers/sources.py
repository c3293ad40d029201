"""All that tells about inputs, where that is more than plain contacts: with one face, the one of `inputs.Inputs`."""

from .inputs import Inputs


def open_sources(config: dict, machine, flag, relay=None, lights=None, expanders=None) -> "Sources":
    """By kind of input; what no input asks for is not loaded."""
    kinds = {}
    for item in config["inputs"]:
        kinds.setdefault(item.get("kind", "contact"), []).append(item)
    parts, missing = _counters(kinds, machine) if "pulse" in kinds else ([], [])
    contacts = Inputs(kinds.get("contact", []), machine, flag, getattr(lights, "felt", None))
    parts.append(contacts)
    if "loop" in kinds:
        from .loops import Loops

        parts.append(Loops(kinds["loop"], machine))
    if expanders:
        from .expanders import Expanders

        parts.append(Expanders(expanders, kinds.get("expander", [])))
    if (config.get("permit") or {}).get("readback") or config["light"].get("sense"):
        from .agreement import Agreements

        parts.append(Agreements(config, machine, relay, lights))
    return Sources(parts, contacts.blind, missing)


def _counters(kinds: dict, machine) -> tuple:
    """(parts, what is missing). What the chip cannot count is looked at like any contact."""
    from .pulses import Pulses

    try:
        return [Pulses(kinds["pulse"], machine)], []
    except (ImportError, OSError, ValueError) as error:
        kinds.setdefault("contact", []).extend(kinds["pulse"])
        return [], ["pulse counter: %s" % error]


class Sources:
    """`watched`: names whose faults the drivers tell, as [(name, fault)] among what `sample` returns.

    `blind(since, until)` is told when nobody could look for some time.
    """

    def __init__(self, parts: list, blind, missing=()):
        self.blind = blind
        self.missing = missing
        self._parts = parts
        self.watched = [name for part in parts for name in part.watched]

    def active_now(self, now: int) -> list:
        return [name for part in self._parts for name in part.active_now(now)]

    def sample(self, now: int) -> list:
        return [change for part in self._parts for change in part.sample(now)]

    def wait_ms(self, now: int):
        waits = [part.wait_ms(now) for part in self._parts]
        waits = [wait for wait in waits if wait is not None]
        return min(waits) if waits else None

    def rejected(self) -> dict:
        counts = {}
        for part in self._parts:
            counts.update(part.rejected())
        return counts
