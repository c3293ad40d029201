"""The other end of a channel: a web service and a mail server on this computer, which note what they were told."""

import asyncio
import contextlib
import email
import json
from collections.abc import AsyncIterator
from email.header import decode_header, make_header
from typing import Any

from aiosmtpd.smtp import SMTP

DEADLINE_S = 30.0


class Webhook:
    """Answers `statuses` one after the other, then 200. `told`: titles and texts that it took."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.told: list[tuple[str, str]] = []
        self.asked = 0
        self.port = 0

    def address(self, path: str = "s3cret-path") -> str:
        return f"json://127.0.0.1:{self.port}/{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lengths = [line.split(":")[1] for line in head.splitlines() if line.lower().startswith("content-length")]
            body = json.loads(await reader.readexactly(int(lengths[0])))
            self.asked += 1
            status = self.statuses.pop(0) if self.statuses else 200
            if status == 200:
                self.told.append((body["title"], body["message"]))
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def webhook() -> AsyncIterator[Webhook]:
    hook = Webhook()
    server = await asyncio.start_server(hook.serve, "127.0.0.1", 0)
    hook.port = server.sockets[0].getsockname()[1]
    async with server:
        yield hook


class Mailbox:
    """`mails`: sender, receivers, subject and text of each."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], str, str]] = []
        self.port = 0

    def address(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=andon@plant.example&to=lead@plant.example&mode=insecure&format=text"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content)
        subject = str(make_header(decode_header(mail["Subject"])))
        part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
        text = part.get_payload(decode=True).decode()
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, subject, text))
        return "250 OK"


@contextlib.asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="plant.example", loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()


async def until(true: Any) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not true():
            await asyncio.sleep(0.01)
