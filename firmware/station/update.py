"""A new config or card table from the plant, part after part. Loaded when one comes, and forgotten when it is through.

Parts go to the flash, beside what is in use; what is in use gives way to a whole and valid one only. A part is
`{"version", "hash", "digest", "part", "parts", "data"}`, counted from 0; `digest`: the first 12 hex digits of the
SHA-256 over the data of all parts. Parts come in order: one that was taken is ignored, and so is one too early.
"""

import gc
import json
import os
from binascii import hexlify
from hashlib import sha256

from .health.memory import forget

MOST_PARTS = {"config": 24, "cards": 2000}
MOST_DATA = 1024  # characters of a part
PATIENCE_MS = 60000  # so long without a part, and the files are given back
GOOD_MS = 65000  # a boot that lasted so long does not count towards safe mode
QUIET_MS = 10000  # somebody who has just resolved a call may be on the way to the restart button


class Refused(Exception):
    """`str()` says why, for the plant and its people."""


def take(app, now: int, what: str, payload: bytes) -> None:
    """A part came for `app`, the station at work. What became of it is in its `/state`, and in the end in an event."""
    app.touch()
    head = None
    try:
        head = _read(what, payload)
        if _is_known(app, what, head):
            return
        if app.transfer is None or not app.transfer.is_of(what, head):
            if head["part"]:
                return  # the plant begins at 0
            drop(app)
            app.transfer = Transfer(app, what, head)
        if app.transfer.take(now, head):
            _through(app, now)
    except (Refused, ValueError, OSError, MemoryError) as error:
        if head is not None or app.transfer is None:  # what is no part at all ends no transfer
            _refuse(app, now, what, head, error)


def look(app, now: int) -> None:
    """Called about every 100 ms while something is open: a transfer that goes to sleep, or a restart that waits."""
    if app.transfer is not None and now - app.transfer.heard_at >= PATIENCE_MS:
        drop(app)
        app.update = None
        app.touch()
    if app.restarts and not is_quiet(app, now):
        app.restarts = now
    elif app.restarts and now - app.restarts >= QUIET_MS:
        app.machine.soft_reset()


def is_quiet(app, now: int) -> bool:
    """Nobody waits for an answer, everything is recorded, and no line loses its permit by a restart."""
    station = app.station
    return (
        now >= GOOD_MS
        and not (app.permit is not None and station.permit())
        and not station.drafts
        and not station.answers
        and not station.mode
        and not [call for call in station.andon.calls.values() if call.open()]
    )


def drop(app) -> None:
    """Let go of a transfer that is under way."""
    if app.transfer is not None:
        app.transfer.drop()
        app.transfer = None


class Transfer:
    """One on its way. `heard_at`: when its latest part came."""

    def __init__(self, app, what: str, head: dict):
        self.what = what
        self.heard_at = 0
        self._head = head
        self._next = 0
        self._digest = sha256()
        self._rest = b""
        self._app = app
        app.update = {"what": what, "version": head["version"], "hash": head["hash"], "next": 0, "parts": head["parts"]}
        app.update["result"], app.update["why"] = "receiving", ""
        self._cards = self._file = None
        if what == "config":
            self._file = open(app.root + "config.new", "wb")
        elif app.cards is None:
            raise Refused("this station has no reader")
        else:
            from .store.card_build import Builder

            self._cards = Builder(app.root + "cards")

    def is_of(self, what: str, head: dict) -> bool:
        mine = self._head
        return what == self.what and [mine[key] for key in _SAME] == [head[key] for key in _SAME]

    def take(self, now: int, head: dict) -> bool:
        """True when this was the last part that was missing."""
        self.heard_at = now
        if head["part"] != self._next:
            return False
        data = head["data"].encode()
        self._digest.update(data)
        if self._file is not None:
            self._file.write(data)
        else:
            self._take_cards(data)
        self._next += 1
        self._app.update["next"] = self._next
        return self._next == self._head["parts"]

    def finish(self):
        """Put it in the place of what is in use. Refused, ValueError or OSError when it is not right."""
        digest = hexlify(self._digest.digest())[:12].decode()
        if digest != self._head["digest"]:
            raise Refused("the digest of its parts is %s, not %s" % (digest, self._head["digest"]))
        if self._file is not None:
            self._file.close()
            _judge(self._app, self._head)
            os.rename(self._app.root + "config.new", self._app.root + "config.json")
        elif self._rest:
            raise Refused("its last line has no end")
        else:
            self._cards.finish(self._head["version"], self._head["hash"])

    def drop(self) -> None:
        """Let go of its files; what is not finished is gone."""
        if self._file is None:
            self._cards.drop()
            forget("store.card_build")
            return
        self._file.close()
        try:
            os.remove(self._app.root + "config.new")
        except OSError:
            pass  # it is the config now

    def _take_cards(self, data: bytes) -> None:
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > MOST_DATA:
            raise Refused("a line of cards has no end")
        for line in lines:
            fields = line.decode().split(",")
            if len(fields) != 4:
                raise Refused("a line of cards reads uid,loop,here,state, not %s" % line[:40].decode())
            self._cards.add(bytes.fromhex(fields[0]), fields[1], fields[2], fields[3])


_SAME = ("version", "hash", "digest", "parts")


def _read(what: str, payload: bytes) -> dict:
    """The part. Refused when it is none."""
    try:
        head = json.loads(payload)
    except (ValueError, RuntimeError):  # RuntimeError: nested too deep
        raise Refused("a part that is not JSON")
    if not isinstance(head, dict):
        raise Refused("a part that is no object")
    for key, most in (("version", 1000000000), ("parts", MOST_PARTS[what]), ("part", MOST_PARTS[what])):
        if type(head.get(key)) is not int or not 0 <= head[key] <= most:
            raise Refused("a part whose %s is not a number up to %d" % (key, most))
    for key, most in (("hash", 64), ("digest", 12), ("data", MOST_DATA)):
        if not isinstance(head.get(key), str) or len(head[key]) > most:
            raise Refused("a part whose %s is not a text of at most %d characters" % (key, most))
    if head["part"] >= head["parts"]:
        raise Refused("part %d of %d" % (head["part"], head["parts"]))
    return head


def _is_known(app, what: str, head: dict) -> bool:
    """It is in use already, waits for the restart, or is the rest of what was refused: the plant will see `/state`."""
    used = app.cards and {"version": app.cards.version, "hash": app.cards.hash} if what == "cards" else app.version
    if used and used["version"] == head["version"] and used["hash"] == head["hash"]:
        return True
    said = app.update
    if said is None or said["result"] == "receiving" or (said["result"] == "refused" and not head["part"]):
        return False
    return said["what"] == what and (said["version"], said["hash"]) == (head["version"], head["hash"])


def _through(app, now: int) -> None:
    what, update = app.transfer.what, app.update
    app.transfer.finish()
    drop(app)
    if what == "cards":
        _change_over(app)
    else:
        app.restarts = now
        update["why"] = "waits for a moment when nobody calls and no line runs by its permit, or for the next start"
    update["result"] = "done" if what == "cards" else "stored"
    _tell(app, now)


def _change_over(app) -> None:
    app.cards.close()
    app.cards = app.cards.open(app.root + "cards")
    app.station.table_version = app.cards.version
    app.station.signals.table_changed()


def _judge(app, head: dict) -> None:
    """Refused when the config that came is not one for this station, by the same rules as at the start."""
    gc.collect()
    try:
        with open(app.root + "config.new", "rb") as file:
            config = json.loads(file.read())
        wrong = _problems(app, config)
    except (ValueError, RuntimeError):
        wrong = ["config: it is not JSON"]
    except MemoryError:
        wrong = ["config: there is not enough memory to judge it; bring it over USB"]
    if not wrong:
        if config["station"] != app.source:
            wrong = ["station: %s: this is %s: send it there" % (config["station"], app.source)]
        elif (config["version"], config["hash"]) != (head["version"], head["hash"]):
            wrong = ["hash: %s: it came as %s: compile it again" % (config["hash"], head["hash"])]
    if wrong:
        more = " (and %d more)" % (len(wrong) - 1) if len(wrong) > 1 else ""
        raise Refused(wrong[0] + more)


def _problems(app, config) -> list:
    from .core.config import problems
    from .store.settings import another_board

    try:
        return problems(config) or another_board(config, app.uid)
    finally:
        for name in ("core.config", "core.config_parts", "core.schema", "store.settings"):
            forget(name)


def _refuse(app, now: int, what: str, head, error) -> None:
    drop(app)
    text = str(error) if isinstance(error, (Refused, ValueError)) else "%s: %s" % (type(error).__name__, error)
    head = head or {"version": 0, "hash": ""}
    update = {"what": what, "version": head["version"], "hash": head["hash"], "next": 0, "parts": 0}
    update["result"], update["why"] = "refused", text[:200]
    app.update = update
    # each answer is written to flash: one a second, as with commands
    if app.station.gate.room(now):
        _tell(app, now)


def _tell(app, now: int) -> None:
    said = {key: app.update[key] for key in ("what", "version", "hash", "result", "why")}
    app.station.note(now, "station.updated", said)
