"""One virtual station: a process that runs the firmware, with hands on its pins, cards and plugs.

For example:

    async with VirtualStation("st-04", directory, config=config, runtime=runtime.find()) as station:
        bounce = await station.press(2)
        lit = await station.wait_pin(10, 1)

Times are seconds of `time.monotonic()` on the host.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pullcord.sim import compiled_side, contacts
from pullcord.sim.board import Board, ControlLine, Observer
from pullcord.sim.board import Message as Message
from pullcord.sim.cable import Cable
from pullcord.sim.log import BoundedLog
from pullcord.sim.runtime import Runtime, find
from pullcord.sim.watchdog import Watchdog

HERE = Path(__file__).resolve().parent
FIRMWARE = HERE.parents[2] / "firmware"
FLASH_BYTES = 848 * 1024  # what a Pico W leaves for files
ERASE_MS = 45  # a 4 KiB sector of the RP2's NOR flash
HEAP_KIB = 160
START_S = 30.0
PROVISION_S = 60.0
LAST_WORDS_S = 5.0


class StationFailed(Exception):
    """The station's process did not do what it should; the message ends with the tail of its log."""


class Bounce(NamedTuple):
    """When the first and the last edge went out: seconds of `time.monotonic()`."""

    first: float
    last: float


class VirtualStation:
    """A station's process, its flash, and what is around its board.

    uid: chip id, hex; made from the name when empty, and the seed of its bounces. board: what it says of itself; empty:
    what its config is for. inputs: levels of the pins that are driven from outside; around: the same as messages of
    the board's world. cards: rows (uid hex, loop, here, state) of the card table. app: the module whose
    `main(root, extra_tasks=..)` runs, looked for in app_folder, then in firmware.

    `pins` (level), `pwm` ((Hz, duty)) and `pixels` mirror the outputs; `boots` lists the causes. `state`:
    `off`, `starting`, `running` or `halted` (the program ended and only a watchdog brings it back).
    """

    def __init__(
        self,
        name: str,
        directory: Path,
        *,
        config: dict[str, Any],
        secrets: dict[str, Any] | None = None,
        files: dict[str, bytes] | None = None,
        uid: str = "",
        board: str = "",
        runtime: Runtime | None = None,
        cable: Cable | None = None,
        cards: list[tuple[str, str, str, str]] | None = None,
        cards_version: int = 1,
        inputs: dict[int, int] | None = None,
        around: Sequence[Message] = (),
        heap_kib: int | None = HEAP_KIB,
        flash_bytes: int = FLASH_BYTES,
        app: str = "main",
        app_folder: Path | None = None,
        firmware: Path = FIRMWARE,
    ) -> None:
        self.name = name
        self.uid = uid or hashlib.sha256(name.encode()).hexdigest()[:16]
        self.board = board or config.get("machine", "")
        self.directory = directory
        self.runtime = runtime or find()
        self.cable = cable
        self.state = "off"
        self.boots: list[str] = []
        self.hello: Message = {}
        self._board = Board(self._heard)
        self.pins, self.pwm, self.pixels = self._board.pins, self._board.pwm, self._board.pixels
        self._content = (config, secrets, cards, cards_version)
        self._files = files or {}
        self._heap_kib, self._flash_bytes = heap_kib, flash_bytes
        self._app, self._app_folder, self._firmware = app, app_folder, firmware
        for pin, level in (inputs or {}).items():
            self._board.say({"pin": pin, "level": level})
        for message in around:
            self._board.say(message)
        self._log = BoundedLog(directory / "station.log")
        self._server: asyncio.Server | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None
        self._greeted = asyncio.Event()
        self._bitten = asyncio.Event()
        self._watchdog = Watchdog(self._bite)
        self._next_cause = ""
        self._provisioned = False
        self._seed = int(self.uid[:6], 16)

    # Life

    async def start(self) -> None:
        """Fill the flash (first time only) and switch on; returns once the station has said hello."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if not self._provisioned:
            await self._provision()
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(lambda: ControlLine(self._board), "127.0.0.1", 0)
        await self.restore_power()

    async def stop(self) -> None:
        """Switch off and let go of everything. The directory stays."""
        await self.cut_power()
        if self._server:
            self._server.close()
            self._server = None

    async def __aenter__(self) -> "VirtualStation":
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def cut_power(self) -> None:
        """The process dies at once (SIGKILL); flash and surroundings stay. The broker hears no end."""
        self.state = "off"
        self._watchdog.stop()
        self._leave_the_broker()
        self._board.power(False)
        self._kill()
        life, self._life = self._life, None
        if life:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    async def restore_power(self) -> None:
        """Switch on. Raises StationFailed when it says no hello in time; then it is off again."""
        if self.state != "off":
            return
        self.state = "starting"
        self._life = asyncio.create_task(self._live("power_on"))
        greeted = asyncio.create_task(self._greeted.wait())
        try:
            await asyncio.wait({self._life, greeted}, return_when=asyncio.FIRST_COMPLETED)
            if self._life.done():
                self._life.result()
        except BaseException:
            await self.cut_power()
            raise
        finally:
            greeted.cancel()

    # Hands

    def set_pin(self, pin: int, level: int) -> float:
        """Move an input without bounce; returns when (`time.monotonic()`)."""
        self._board.say({"pin": pin, "level": level})
        return time.monotonic()

    async def bounce(self, pin: int, level: int) -> Bounce:
        """Move an input as a contact does: 5 or 7 edges in about 4 ms, the same ones in each run."""
        self._seed += 1
        first = last = time.monotonic()
        for at_us, edge in contacts.bounce(level, self._seed):
            ahead = first + at_us / 1e6 - time.monotonic()
            if ahead > 0.0005:
                await asyncio.sleep(ahead)
            last = self.set_pin(pin, edge)
        return Bounce(first, last)

    async def press(self, pin: int, hold_ms: int = 150, active: int = 0) -> Bounce:
        """Press (level `active`) and let go, with bounce; returns when it was pressed."""
        pressed = await self.bounce(pin, active)
        await asyncio.sleep(hold_ms / 1000)
        await self.bounce(pin, 1 - active)
        return pressed

    def card(self, reader: str, uid: str | None) -> float:
        """Lay a card (uid hex; several with spaces between) on a reader, or take it away; returns when."""
        self._board.say({"card": reader, "uid": uid})
        return time.monotonic()

    async def tap(self, reader: str, uid: str, hold_ms: int = 400) -> float:
        """Hold a card to a reader and take it away; returns when it was laid there."""
        at = self.card(reader, uid)
        await asyncio.sleep(hold_ms / 1000)
        self.card(reader, None)
        return at

    def reader(self, name: str, answers: bool) -> None:
        """A reader that does not answer fails as one with a broken cable does."""
        self._board.say({"reader": name, "answers": answers})

    def adc(self, pin: int, u16: int) -> None:
        self._board.say({"adc": pin, "u16": u16})

    def say(self, message: Message) -> float:
        """Change something around the board (see sim/wires.py), from now on; returns when."""
        self._board.say(message)
        return time.monotonic()

    def network(self, up: bool) -> None:
        """Pull or put back the network plug: the board's link, and the cable when it has one."""
        if self.cable:
            self.cable.plug() if up else self.cable.unplug()
        self._board.say({"network": up})

    # Eyes

    def on_output(self, observer: Observer) -> Callable[[], None]:
        """Call `observer(monotonic seconds, message)` for each message; returns what removes it."""
        return self._board.on_output(observer)

    async def wait_for(self, condition: Callable[[Message], bool], timeout_s: float = 10.0) -> float:
        """When a message that fulfils `condition` arrived; TimeoutError with the log's tail when none did."""
        seen: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def look(at: float, message: Message) -> None:
            if not seen.done() and condition(message):
                seen.set_result(at)

        remove = self.on_output(look)
        try:
            return await asyncio.wait_for(seen, timeout_s)
        except TimeoutError:
            raise TimeoutError(
                f"{self.name}: what was waited for did not come in {timeout_s:g} s; "
                f"pins {self.pins}\n{self.log_tail()}"
            ) from None
        finally:
            remove()

    async def wait_pin(self, pin: int, level: int, timeout_s: float = 10.0) -> float:
        """When the output got this level; now, when it has it already."""
        if self.pins.get(pin) == level:
            return time.monotonic()
        return await self.wait_for(lambda said: said.get("pin") == pin and said["level"] == level, timeout_s)

    async def heap(self, timeout_s: float = 10.0) -> dict[str, int]:
        """{"used", "free"}: bytes after a garbage collection, of the whole process.

        `hello["heap_before_app"]` of `used` is the simulator's.
        """
        answer: dict[str, int] = {}

        def is_answer(said: Message) -> bool:
            answer.update(said.get("heap", {}))
            return bool(answer)

        asked = asyncio.ensure_future(self.wait_for(is_answer, timeout_s))
        await asyncio.sleep(0)  # it listens now
        self._board.ask({"heap": True})
        await asked
        return answer

    def log_tail(self, lines: int = 25) -> str:
        return self._log.tail(lines)

    def forget_flash(self) -> None:
        """Its flash was taken away while it was off: the next start puts its files there again."""
        self._provisioned = False

    async def run_on_flash(self, script: Path, **arguments: Any) -> None:
        """While it is off: run a program of the station's own runtime, as one comes by cable, on its flash.

        It gets `arguments` with "firmware", "flash" and "size" as a line of JSON. StationFailed: it did not end well.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        arguments = {"firmware": str(self._firmware.absolute()), **self._flash(), **arguments}
        process = await self.runtime.start(script, arguments, heap_kib=2048)
        try:
            await asyncio.wait_for(self._log.follow(process.stdout), PROVISION_S)
            code = await asyncio.wait_for(process.wait(), PROVISION_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise self._failed(f"{script.name} took more than {PROVISION_S:g} s on its flash") from None
        if code:
            raise self._failed(f"{script.name} failed on its flash (exit code {code})")

    # The process

    async def _provision(self) -> None:
        config, secrets, cards, version = self._content
        with tempfile.TemporaryDirectory(dir=self.directory.absolute()) as folder:
            (Path(folder) / "config.json").write_text(json.dumps(config))
            if secrets is not None:
                (Path(folder) / "secrets.json").write_text(json.dumps(secrets))
            for name, content in self._files.items():
                (Path(folder) / name).write_bytes(content)
            await self.run_on_flash(
                HERE / "provision.py", **{"from": folder, "cards": cards, "cards_version": version}
            )
        self._provisioned = True

    def _flash(self) -> Message:
        path = self.directory / ("flash.img" if self.runtime.is_micropython else "flash")
        if not self.runtime.is_micropython:
            path.mkdir(exist_ok=True)
        return {"flash": str(path.absolute()), "size": self._flash_bytes}

    async def _live(self, cause: str) -> None:
        """One boot after the other, until the power is cut."""
        try:
            while cause:
                self.boots.append(cause)
                cause = await self._one_boot(cause)
                self._watchdog.stop()
                self._board.go_dark()
        except StationFailed as failed:
            self.state = "halted"
            self._log.write(f"{failed}\n".encode())
            raise

    async def _one_boot(self, cause: str) -> str:
        """From switching on to the end of the process; returns why it is to start again."""
        self.state, self._next_cause = "starting", ""
        self._board.power(True)
        self._greeted.clear()
        self._bitten.clear()
        script = HERE / "boot_station.py"
        if self.runtime.is_micropython:
            script = await asyncio.to_thread(compiled_side.start_script)
        process = self._process = await self.runtime.start(script, self._arguments(cause), self._heap_kib)
        over = asyncio.create_task(self._until_over(process))
        greeted = asyncio.create_task(self._greeted.wait())
        try:
            await asyncio.wait({over, greeted}, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
            if not greeted.done():
                late = f"said nothing for {START_S:g} s"
                what = f"ended with exit code {process.returncode}" if over.done() else late
                raise self._failed(f"boot {len(self.boots)} ({cause}) {what} instead of saying hello")
            await asyncio.wait({over})  # unlike `await over`, this does not cancel it with us
        finally:
            greeted.cancel()
            self._kill()
            await over
        if self._next_cause:
            return self._next_cause
        self.state = "halted"  # its outputs stay as they are, and only a watchdog brings it back
        await self._bitten.wait()
        return "watchdog"

    async def _until_over(self, process: asyncio.subprocess.Process) -> None:
        await self._log.follow(process.stdout)
        await process.wait()
        await self._board.last_words(LAST_WORDS_S)

    def _arguments(self, cause: str) -> Message:
        assert self._server, "start() opens the control socket"
        return {
            "port": self._server.sockets[0].getsockname()[1],
            "erase_ms": ERASE_MS,
            "uid": self.uid,
            "board": self.board,
            "cause": cause,
            "app": self._app,
            "firmware": str(self._firmware.absolute()),
            "app_folder": str(self._app_folder.absolute() if self._app_folder else ""),
            "world": self._board.around(),
            **self._flash(),
        }

    def _heard(self, message: Message) -> None:
        if "hello" in message:
            self.hello = message["hello"]
            self.state = "running"
            self._greeted.set()
        elif "wdt" in message:
            self._watchdog.start(message["wdt"] / 1000)
        elif "feed" in message:
            self._watchdog.feed()
        elif "reset" in message:
            self._next_cause = message["reset"]
            self._leave_the_broker()

    def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            # not Process.kill(): that looks for the end itself, and asyncio then misses it
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    def _bite(self) -> None:
        self._next_cause = "watchdog"
        self._bitten.set()
        self._leave_the_broker()
        self._kill()

    def _leave_the_broker(self) -> None:
        """A board that is reset or has no power says no goodbye: before its sockets are closed for it."""
        if self.cable:
            self.cable.abandon()

    def _failed(self, why: str) -> StationFailed:
        return StationFailed(
            f"station {self.name} on {self.runtime}: {why}. The end of its log:\n{self.log_tail()}"
        )
