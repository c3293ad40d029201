"""A whole board at a virtual USB port: real MicroPython with a littlefs of its own, which one can do things to.

    with VirtualUsb(folder) as usb:
        board = usb.add("pico-1")
        subprocess.run(["mpremote", "connect", board.path, "exec", "print(1)"])

Its methods may be called from any thread and return when it is done. It lives in the thread of its `VirtualUsb`.
"""

import asyncio
import contextlib
import hashlib
import re
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from pullcord.sim.board import Board, ControlLine, Message
from pullcord.sim.esp_rom import EspRom
from pullcord.sim.log import BoundedLog
from pullcord.sim.runtime import Runtime, find
from pullcord.sim.usb_drive import UsbDrive
from pullcord.sim.usb_image import BoardFailed, FlashImage
from pullcord.sim.usb_kinds import KINDS
from pullcord.sim.usb_line import UsbLine
from pullcord.sim.usb_programs import Programs
from pullcord.sim.watchdog import Watchdog

FLASH_BYTES = 848 * 1024  # what a Pico W leaves for files
HEAP_KIB = 224  # a Pico W's is a little smaller; the stand-ins take the difference
DEADLINE_S = 30.0
RELEASE = "1.29.0"
AFRESH = "afresh"  # another process in the place of a broken one; for those outside nothing happened
AWAY_S = 0.15  # a board that is reset is off the bus for a moment
AGAIN_S = 0.01
VERSION = re.compile(rb"MicroPython v(\d+\.\d+\.\d+)")


class VirtualBoard:
    """`state`: off, running, uf2 (its drive is there) or mute (no MicroPython in it). `boots` lists the causes.

    path: its port, a link that stays the same and is there while plugged. flash: its image, which survives everything.
    pins: levels of its outputs. operations: of its flash, since `cut_at`. image: payload of the UF2 copied last.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        call: Callable[[Coroutine[Any, Any, Any]], Any],
        changed: Callable[[], None],
        *,
        location: str,
        board: str = "raspberry-pi-pico-w",
        uid: str = "",
        runtime: Runtime | None = None,
        release: str = RELEASE,
        blank: bool = False,
        erase_ms: int = 0,
        heap_kib: int = HEAP_KIB,
        flash_bytes: int = FLASH_BYTES,
    ) -> None:
        self.name, self.folder, self.location = name, folder, location
        self.kind = KINDS[board]
        self.uid = uid or hashlib.sha256(name.encode()).hexdigest()[:16]
        self.serial_number = self.uid if self.kind.own_usb else "0001"
        self.release = release
        self.erase_ms = erase_ms
        self.has_image = not blank
        self.image = b""
        self.flash = folder / "flash.img"
        self.path = str(folder / "port")
        self.drive = UsbDrive(folder / (self.kind.drive or "none"), self.kind.machine, self.kind.uf2_family)
        self.rom = EspRom()
        self.state = "off"
        self.boots: list[str] = []
        self.world = Board(self._heard)
        self.pins = self.world.pins
        self.line = UsbLine(Path(self.path), self._typed)
        self._heap_kib = heap_kib
        self._runtime = runtime or find()
        self._call, self._changed = call, changed
        self._plugged = True
        self._log = BoundedLog(folder / "board.log")
        self._watchdog = Watchdog(self._bite)
        self._image = FlashImage(self.flash, flash_bytes, self._runtime, name)
        self._programs = Programs(self.line, self.world, self._log, lambda: self._begin_again("soft"))
        self._programs.greet_with(self._banner())
        self._life: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None
        self._next = ""
        self._ready = asyncio.Event()
        self._off = threading.Event()
        self.operations = 0
        self._cut: tuple[int, float] | None = None

    # Hands; from any thread

    def power_on(self) -> None:
        """Switch on and wait until it is there (its main.py may run already)."""
        self._call(self._power_on())

    def cut_power(self) -> None:
        """The process dies at once; the flash stays. The board is gone from the bus, too."""
        self._call(self._power_off())

    def unplug(self) -> None:
        """Pull the data line; the board has its power from elsewhere and runs on."""
        self._call(self._plug(False))

    def plug(self) -> None:
        self._call(self._plug(True))

    def bootloader(self) -> None:
        """Switch on with BOOTSEL held: the drive appears."""
        self._call(self._enter_bootloader())

    def cut_at(self, operation: int, part: float = 0.5) -> None:
        """The power goes at this operation of the flash, counted from now (1: the next); `part` of it is done."""
        self._off.clear()
        self._call(self._arm(operation, part))

    def wait_off(self, timeout_s: float = DEADLINE_S) -> bool:
        """Whether the power went within that time."""
        return self._off.wait(timeout_s)

    def slow(self, baud: int | None) -> None:
        """As fast as a serial line of `baud`; None: as fast as it can."""
        self.line.baud = baud

    def lose(self, count: int, skip: int = 0) -> None:
        """Bytes from the host get lost: `count`, after `skip` that arrive."""
        self.line.lose(count, skip)

    def say(self, message: Message) -> None:
        """Change something around the board (see sim/wires.py), from now on and at each boot."""
        self._call(self._say(message))

    # Its flash, while it is off

    def put(self, files: dict[str, bytes]) -> None:
        """Files as if they had always been there."""
        self._image_while_off().put(files)

    def files(self) -> dict[str, bytes]:
        """What is on its flash: content by path, such as "main.py"."""
        return self._image_while_off().files()

    def fill(self, leave: int) -> None:
        """Fill the file system until about `leave` bytes are free."""
        self._image_while_off().fill(leave)

    def damage(self) -> None:
        """Spoil both superblocks: no file system is found any more."""
        self._image_while_off().damage()

    def _image_while_off(self) -> FlashImage:
        assert self.state != "running", "switch it off first"
        return self._image

    def log_tail(self, lines: int = 25) -> str:
        return self._log.tail(lines)

    # Life

    async def _power_on(self) -> None:
        if self.state in ("running", "mute"):
            return
        await self._power_off()
        if not self.has_image:
            return await self._without_image()
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(lambda: ControlLine(self.world), "127.0.0.1", 0)
        self.state = "running"
        self._off.clear()
        self._ready.clear()
        self._life = asyncio.create_task(self._live("power_on"))
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({ready, self._life}, timeout=DEADLINE_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if not self._ready.is_set():
            await self._power_off()
            raise BoardFailed(f"{self.name}: MicroPython did not start:\n{self.log_tail()}")

    async def _without_image(self) -> None:
        """An RP2 without a program is a drive at once; an ESP32 waits in its ROM for esptool."""
        if self.kind.uf2_family:
            return await self._enter_bootloader()
        self.state = "mute"
        self.rom.reset()
        await self._plug(self._plugged)
        self._life = asyncio.create_task(self._loaded())

    async def _loaded(self) -> None:
        """esptool ends with a reset by RTS, which a pseudo-terminal does not carry: letting go of the port is it."""
        while not self.rom.is_written or self.line.opened:  # noqa: ASYNC110  nobody tells when a port is let go
            await asyncio.sleep(AGAIN_S)
        self.state = "off"
        await self._has_new(bytes(self.rom.flash))

    def _typed(self, data: bytes) -> None:
        if self.state == "mute":
            self.line.say(self.rom.feed(data))
        else:
            self._programs.typed(data)

    async def _power_off(self) -> None:
        self.state = "off"
        self._cut = None
        self._watchdog.stop()
        self.world.power(False)
        self._programs.kill()
        life, self._life = self._life, None
        if life and life is not asyncio.current_task():
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
        await self.line.unplug()
        self.drive.vanish()
        self._changed()
        self._off.set()

    async def close(self) -> None:
        await self._power_off()
        if self._server:
            self._server.close()
            self._server = None

    async def _live(self, cause: str) -> None:
        """One boot after the other, until the power is cut."""
        while cause != "bootloader":
            if cause != AFRESH:
                self.boots.append(cause)
            if cause not in ("soft", AFRESH):
                self._programs.power_up()
            await self._one_boot(cause)
            if self._next == AFRESH:
                cause = AFRESH
                continue
            self.world.go_dark()
            if not self._ready.is_set():
                return  # it never came up: power_on() says so
            cause = self._next
            if cause != "soft":
                self._watchdog.stop()
                await self._leave_the_bus()
        await self._enter_bootloader()

    async def _leave_the_bus(self) -> None:
        """For a moment. A bridge chip stays, and passes on what the chip's ROM says."""
        if self.kind.own_usb:
            await self.line.unplug()
            self._changed()
        else:
            self.line.say(b"ets Jul 29 2019 12:21:46\r\n\r\nrst:0xc (SW_CPU_RESET),boot:0x13\r\n")
        await asyncio.sleep(AWAY_S)

    async def _one_boot(self, cause: str) -> None:
        """From the start of the process to its end. One that ends by itself was a crash: a hard reset."""
        self._next = ""
        self.world.power(True)
        await self._programs.process().run(self._runtime, self._heap_kib, self._arguments(cause))
        with contextlib.suppress(TimeoutError):
            await self.world.last_words(DEADLINE_S)
        if not self._next:
            self._next = AFRESH if self._programs.is_shaken and self.state == "running" else "hard"
            if self._next == AFRESH:
                self._programs.interrupted()

    def _arguments(self, cause: str) -> Message:
        assert self._server
        return {
            "port": self._server.sockets[0].getsockname()[1],
            **self._image.where,
            "erase_ms": self.erase_ms,
            "uid": self.uid,
            "board": self.kind.machine,
            "chip": self.kind.chip,
            "platform": self.kind.platform,
            "release": self.release,
            "cause": "soft" if cause == AFRESH else cause,
            "reformats": self.kind.platform == "rp2",
            "cut": self._cut and (self._cut[0] - self.operations, self._cut[1]),
            "world": self.world.around(),
        }

    def _banner(self) -> bytes:
        return f"MicroPython v{self.release}; {self.kind.machine} with {self.kind.chip}".encode()

    def _heard(self, message: Message) -> None:
        loop = asyncio.get_running_loop()
        if "hello" in message:
            self._ready.set()
            if self._plugged:
                self.line.plug()
            self._changed()
            self._programs.go_on()
        elif "torn" in message:
            self._programs.ask_again()
        elif "interrupt" in message:
            loop.call_later(AGAIN_S, self._programs.interrupt_again)
        elif "operation" in message:
            self.operations += 1
        elif "cut" in message:
            self._cut = None
            self._cutting = loop.create_task(self._power_off())
        elif "wdt" in message:
            self._watchdog.start(message["wdt"] / 1000)
        elif "feed" in message:
            self._watchdog.feed()
        elif "reset" in message:
            self._next = message["reset"]
            self._programs.boot()

    def _begin_again(self, cause: str) -> None:
        self._next = cause
        self._programs.kill()

    def _bite(self) -> None:
        self._begin_again("watchdog")

    async def _say(self, message: Message) -> None:
        self.world.say(message)

    async def _arm(self, operation: int, part: float) -> None:
        self.operations, self._cut = 0, (operation, part)
        self.world.ask({"cut_at": operation, "part": part})

    async def _plug(self, plugged: bool) -> None:
        self._plugged = plugged
        if not plugged:
            await self.line.unplug()
        elif self.state in ("running", "mute"):
            self.line.plug()
        self._changed()

    async def _enter_bootloader(self) -> None:
        await self._power_off()
        self.state = "uf2"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.drive.appear()
        self._changed()
        self._life = asyncio.create_task(self._take_image())

    async def _take_image(self) -> None:
        try:
            image = await self.drive.image()
        except asyncio.CancelledError:
            self.drive.look()
            self.has_image = self.has_image and not self.drive.begun
            raise
        await self._has_new(image)

    async def _has_new(self, image: bytes) -> None:
        """MicroPython is in it: it starts."""
        self.image, self.has_image = image, True
        if found := VERSION.search(self.image):
            self.release = found[1].decode()
        self._programs.greet_with(self._banner())
        await self._power_on()
