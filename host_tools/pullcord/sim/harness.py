"""One whole station in virtual time: app, board, flash and plant, on MicroPython and CPython.

    bench = Harness(config())
    bench.run(script, 60000)      # script(bench) is a coroutine function; the power is cut at its end or at that time

`run` again boots the same flash. Import this before the firmware: it replaces the clock.
"""

from pullcord.sim import virtual_time  # isort: skip  (first, it replaces the clock)

import asyncio
import gc
import os
import sys

from pullcord.sim import wires
from pullcord.sim.boxed_plant import BoxedPlant

_MICROPYTHON = sys.implementation.name == "micropython"
FLASH_BYTES = 512 * 1024
OUTPUTS = 2000

CORD, BUTTON, ACK, RESTART = 2, 3, 4, 5
RED, YELLOW, GREEN, BUZZER, PERMIT, OK, BAD = 10, 11, 12, 15, 16, 20, 21
CARD = b"\x04\xa1\xb2\xc3\xd4\xe5\xf6"
OTHER_CARD = b"\x04\xa1\xb2\xc3\xd4\xe5\xf7"
BADGE = b"\x04\x11\x22\x33"


def config(**changes):
    """A station with a cord that stops at a mark, a material button, two buttons, a reader, a permit."""
    contact = {"active": "low", "pull": "up", "stable_ms": 20, "stuck_s": 60}
    made = {
        "format": 1,
        "version": 1,
        "hash": "0123456789ab",
        "station": "acme/assembly/line-1/st-04",
        "board": "raspberry-pi-pico-w",
        "light": {"kind": "tower", "active": "high", "pins": {"red": RED, "yellow": YELLOW, "green": GREEN}},
        "buzzer": {"kind": "pwm", "pin": BUZZER},
        "permit": {"pin": PERMIT, "active": "high", "resume": True},
        "inputs": [
            dict(contact, name="cord-1", pin=CORD, does="call", category="quality"),
            dict(contact, name="material", pin=BUTTON, does="call", category="material", via="button"),
            dict(contact, name="ack", pin=ACK, does="acknowledge"),
            dict(contact, name="restart", pin=RESTART, does="restart"),
        ],
        "readers": [{"name": "reader-1", "kind": "stand_in", "role": "signal", "pins": {"ok": OK, "bad": BAD}}],
        "andon": {
            "repeat_ms": 2000,
            "mute_s": 120,
            "mark": {"from": "delay", "delay_s": 20},
            "categories": [
                {"name": "quality", "stop": "fixed_position", "escalate_s": [60, 180]},
                {"name": "material", "stop": "never", "escalate_s": [120]},
            ],
        },
        "kanban": {"same_card_s": 5},
        "link": {"kind": "wifi", "host": "10.0.0.1", "port": 1883, "keepalive_s": 15, "delivery": "receipt"},
        "journal": {"limit_kb": 256},
    }
    made.update(changes)
    return made


class Harness:
    """`world` is what stands around the board, `plant` the other end, `app` the station of the running boot, `flash`
    the device below littlefs (None on CPython).

    `outputs` are the latest (uptime ms, pin, level) in order. The flash is littlefs in memory on MicroPython, a
    temporary directory on CPython.
    """

    def __init__(self, its_config, start_ticks=0, cells=None):
        """`cells`: what holds the flash of MicroPython (`flash.File`); in memory when None."""
        import machine
        from world import World

        self.config = its_config
        self.plant = BoxedPlant()
        self.outputs = []
        self.colours = {}  # by pin of the chain
        self.app = None
        self.start_ticks = start_ticks
        self.world = machine.world = World(b"\x01\x02\x03\x04\x05\x06\x07\x08", "power_on", self._tell)
        for message in wires.at_rest(its_config):
            self.world.apply(message)
        self._machine = machine
        self.flash = _fresh_flash(cells) if _MICROPYTHON else None
        self.root = "/flash/" if _MICROPYTHON else self._folder() + "/"
        self.cards = [(CARD, "bolts", "s", "full"), (OTHER_CARD, "nuts", "s", "full"), (BADGE, "", "b", "full")]
        self._build_cards()

    def run(self, script, until_ms, cause="power_on"):
        """Boot, run `script(self)` beside the app to its end or `until_ms` of virtual time; then the power is cut."""
        self.world.cause = cause
        self.world.outputs = {}
        self._machine.world = self.world
        return virtual_time.run(self._main(script), until_ms, self.start_ticks, self.world)

    def lit(self):
        """Names of the lights that are lit now."""
        names = self.config["light"]["pins"]
        return sorted([name for name in names if wires.lit(self.config, name, self.world.levels, self.colours)])

    async def press(self, pin, hold_ms=200):
        await virtual_time.press(self.world, pin, hold_ms)

    async def tap(self, uid=CARD, hold_ms=400):
        await virtual_time.tap(self.world, "reader-1", uid, hold_ms)

    async def _main(self, script):
        from station.app import build

        self.plant._line = None
        self.app = build(self.root, self.config, {"wifi_ssid": "w"}, self._machine, os.urandom, opener=self.plant.open)
        if script is None:
            return await self.app.run([self.plant.beat])
        scripted = asyncio.create_task(script(self))
        running = asyncio.create_task(self._run_app(scripted))
        try:
            return await scripted
        except asyncio.CancelledError:
            await running  # the app died first: that is the story
            raise
        finally:
            running.cancel()
            self.app.journal.close()
            if self.app.cards:
                self.app.cards.close()

    async def _run_app(self, scripted):
        try:
            await self.app.run([self.plant.beat])
        except Exception:
            scripted.cancel()
            raise

    def _folder(self):
        import shutil
        import tempfile
        import weakref

        folder = tempfile.mkdtemp()
        weakref.finalize(self, shutil.rmtree, folder, True)
        return folder

    def _tell(self, message):
        if "pixels" in message:
            self.colours[message["pin"]] = message["pixels"]
        elif "pin" in message:
            self.outputs.append((message["ms"], message["pin"], message["level"]))
            if len(self.outputs) > OUTPUTS:
                self.outputs = self.outputs[OUTPUTS // 2 :]

    def _build_cards(self):
        from station.store import card_build

        card_build.build(self.cards, self.root + "cards", 1)


def _fresh_flash(cells):
    """A fresh littlefs, mounted at /flash; its device."""
    import vfs

    from pullcord.sim.cuts import Ram
    from pullcord.sim.flash import Flash

    try:
        vfs.umount("/flash")
    except OSError:
        pass  # the first of this process
    gc.collect()
    device = Flash(cells or Ram(FLASH_BYTES), FLASH_BYTES // 4096)
    vfs.VfsLfs2.mkfs(device, progsize=256)
    vfs.mount(vfs.VfsLfs2(device, progsize=256), "/flash")
    return device
