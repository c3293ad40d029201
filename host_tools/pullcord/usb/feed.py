"""Sends bytes to a program on a board that asks for them chunk by chunk (on_board/install.py, class Input)."""

import re
import zlib
from collections.abc import Callable

from pullcord.usb.session import ANSWER_S, Session
from pullcord.usb.trouble import Trouble

CHUNK = 2048  # of what is sent; a board holds it three times while it unpacks it
STALL_S = 5.0  # longer than a chunk takes at 9600 baud
TRIES = 4
REQUEST = re.compile(rb"<(\d+)>")

Progress = Callable[[int, int], None]


def feed(session: Session, data: bytes, progress: Progress, deadline_s: float = 300.0) -> str:
    """Serve the program that was started until it ends; what else it printed. What is lost on the way is sent again."""
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    said, stalls = b"", 0
    while True:
        new = session.read_some(STALL_S)
        if not new:
            stalls += 1
            if stalls > TRIES:
                raise Trouble(
                    f"{session.port.device}: the board stopped taking data.",
                    "Is the cable good? Try another one or another port, then run this once more.",
                )
            session.write(b"\x03")  # it waits for bytes that were lost: let it ask anew
            continue
        said += new
        if b"\x04" in said:
            session.put_back(REQUEST.sub(b"", said))
            return session.finish(max(ANSWER_S, deadline_s))
        if asked := REQUEST.findall(said):
            said, stalls = REQUEST.sub(b"", said), 0
            number = int(asked[-1])
            if number < len(chunks):
                session.write(framed(number, chunks[number]))
                progress(min(len(data), (number + 1) * CHUNK), len(data))


def framed(number: int, chunk: bytes) -> bytes:
    """Number, length and CRC-32 in hex, then the bytes, without what would interrupt the program."""
    escaped = chunk.replace(b"\x10", b"\x10P").replace(b"\x03", b"\x10C").replace(b"\x01", b"\x10A")
    return b"%04x%04x%08x" % (number, len(escaped), zlib.crc32(escaped)) + escaped
