"""A new station's wiring, checked by a person at the USB line (`pullcord check`). Loaded for that alone.

The station runs as always, but its hands are held: no input reaches its rules and no rule reaches an output, so nobody
is called and no line runs. What the other end of the line asks for comes as a line of JSON, and so does the answer.
When it falls silent, the board starts afresh.
"""

import asyncio
import gc
import json
import sys

from .drivers.readers import Presence
from .health.memory import forget

_SILENCE_MS = 15000
_READER_MS = 50
_MOST = 40  # what was seen and not asked for yet


def run(root: str) -> None:
    """Until `end`, or until nobody asks any more; then the board restarts."""
    import machine

    from . import starting

    wrong = []
    app, _ = starting.start(root, machine, {}, wrong)
    forget("starting")
    gc.collect()
    if app is None:
        wrong = wrong or ["there is no config.json"]
    elif app.station.andon.calls:
        wrong = ["a call is open here, and its lamp must show it: resolve it first"]
    else:
        _say({"ready": True, "wrong": wrong})
        asyncio.run(app.run([Acceptance(app, machine).serve]))
    _say({"ready": False, "wrong": wrong})


class Acceptance:
    """Stands between a station and its terminals. `seen`: [name, what] as inputs and readers told it."""

    def __init__(self, app, machine):
        self._app = app
        self._machine = machine
        self._seen = []
        self._lights, self._buzzer, self._permit = app.lights, app.buzzer, app.permit
        self._inputs, self._readers, self._answers = app.inputs, app.readers, app.answers
        if app.permit is not None:
            app.permit.set(False)
        if app.typed is None:
            app.uplink = None  # by the cable at which we sit
        app.typed = app.permit = app.station.takt = None
        app.answers, app.readers = {}, []
        self.watched, self.blind = app.inputs.watched, app.inputs.blind
        self._active = app.inputs.active_now(app.uptime.ms())  # its code is given back when the station runs
        app.lights = app.buzzer = app.inputs = self

    # what the app finds in the place of lights, buzzer and inputs

    def show(self, lit) -> None:
        pass

    def play(self, hertz: int) -> None:
        pass

    def sample(self, now: int) -> list:
        for name, what in self._inputs.sample(now):
            self._see(name, what)
        return []

    def wait_ms(self, now: int):
        return self._inputs.wait_ms(now)

    def rejected(self) -> dict:
        return self._inputs.rejected()

    # the line

    async def serve(self) -> None:
        from .net.console import Console

        for item in self._readers:
            asyncio.create_task(self._read(item))
        console, data = Console(), b""
        while True:
            try:
                data += await asyncio.wait_for_ms(console.read(), _SILENCE_MS)
            except asyncio.TimeoutError:
                self._machine.reset()
            lines = data.split(b"\n")
            data = lines.pop()
            for line in lines:
                _say(self._answer(line))

    def _answer(self, line: bytes) -> dict:
        try:
            asked = json.loads(line)
            return getattr(self, "_do_" + asked["do"])(asked) or {}
        except Exception as error:  # noqa: BLE001  whoever asked reads it
            return {"error": "%s: %s" % (type(error).__name__, error)}

    def _do_who(self, asked) -> dict:
        app = self._app
        state = json.loads(app.state(app.uptime.ms()))
        return {
            "station": app.source,
            "uid": app.uid,
            "versions": state["versions"],
            "config": app.version,
            "cards": state.get("cards"),
            "journal": app.journal.name,
            "lights": self._lights.names,
            "active": self._active,
            "uplink": app.uplink is not None,
            "missing": app.missing,
        }

    def _do_light(self, asked) -> None:
        self._lights.show(dict.fromkeys(asked["names"], True))

    def _do_sound(self, asked) -> None:
        self._buzzer.play(asked["hertz"])

    def _do_permit(self, asked) -> None:
        self._permit.set(asked["on"])

    def _do_answer(self, asked) -> None:
        """The two lights of a reader."""
        for pin, on in zip(self._answers[asked["reader"]], asked["lit"]):
            pin.set(on)

    def _do_seen(self, asked) -> dict:
        """What inputs and readers told since the last time, and how the way to the plant stands."""
        seen, self._seen = self._seen, []
        uplink, journal = self._app.uplink, self._app.journal
        link = None
        if uplink is not None:
            link = {"network": uplink.network.is_up(), "broker": uplink.connected, "reason": uplink.reason}
        return {"seen": seen, "link": link, "next": journal.next, "through": journal.through}

    def _do_note(self, asked) -> None:
        """An event of the check: recorded, and never counted."""
        station, now = self._app.station, self._app.uptime.ms()
        data = {"what": asked["what"], "input": asked["input"], "left": asked["left"], "by": asked["by"]}
        station.note(now, "station.checked", data, True)

    def _do_end(self, asked) -> None:
        from . import starting

        starting.good(self._app.root)
        self._machine.reset()

    async def _read(self, item: dict) -> None:
        """Cards at one reader, for ever. One that does not answer is told once, and tried again."""
        reader, presence, before = None, Presence(), None
        while True:
            try:
                reader = reader or _opened(item, self._machine)
                found = presence.look(await reader.scan())
                found = found and (found.hex() or "several")
            except (OSError, ValueError) as error:
                found = "error: %s" % error
            if found and found != before:
                self._see(item["name"], found)
            before = found
            await asyncio.sleep_ms(_READER_MS)

    def _see(self, name: str, what) -> None:
        if len(self._seen) < _MOST:
            self._seen.append([name, what])


def _opened(item: dict, machine):
    from .drivers import opening

    reader = opening.open_reader(item, machine)
    forget("drivers.opening")
    return reader


def _say(answer: dict) -> None:
    sys.stdout.write("=" + json.dumps(answer) + "\n")
