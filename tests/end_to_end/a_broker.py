"""A Mosquitto that can be killed, stopped in the middle of its work, and started again at the same port."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

from pullcord.line.broker import find_mosquitto, free_port

DEADLINE_S = 20.0


class Mosquitto:
    """With the settings of its package, but for what `settings` (lines of its configuration) say.

    `users`: name to password; without any, everybody may connect.
    """

    def __init__(self, folder: Path, *settings: str, users: dict[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self._folder = folder / "broker"
        self._folder.mkdir()
        self._folder.chmod(0o755)
        self._passwords = self._folder / "users"
        self._process: subprocess.Popen[bytes] | None = None
        lines = [f"listener {self.port} 127.0.0.1", *settings]
        if os.geteuid() == 0:
            lines.append("user root")
        if users:
            lines.append(f"password_file {self._passwords}")
            self._write_passwords(users)
        lines.append(f"allow_anonymous {'false' if users else 'true'}")
        self._config = self._folder / "mosquitto.conf"
        self._config.write_text("\n".join(lines) + "\n")

    @staticmethod
    def persistent(folder: Path) -> tuple[str, ...]:
        """Settings of a broker that keeps what it knows on the disk, after each change."""
        return (
            "persistence true",
            f"persistence_location {folder}/",
            "autosave_on_changes true",
            "autosave_interval 1",
        )

    async def start(self) -> None:
        command = [str(find_mosquitto()), "-c", str(self._config)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        async with asyncio.timeout(DEADLINE_S):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                assert self._process.poll() is None, f"mosquitto ended at its start with {self._process.returncode}"
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        """At once, as a power cut does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hang(self) -> None:
        """It does nothing any more, and its connections stay up."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def change_passwords(self, users: dict[str, str]) -> None:
        self._write_passwords(users)
        self._signal(signal.SIGHUP)

    async def __aenter__(self) -> "Mosquitto":
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process, "it runs"
        self._process.send_signal(number)

    def _write_passwords(self, users: dict[str, str]) -> None:
        self._passwords.write_text("".join(f"{name}:{password}\n" for name, password in users.items()))
        encrypt = shutil.which("mosquitto_passwd") or "mosquitto_passwd"
        subprocess.run([encrypt, "-U", str(self._passwords)], check=True)
        self._passwords.chmod(0o644)
