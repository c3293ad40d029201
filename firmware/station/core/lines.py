"""Messages as lines of text, for a serial cable that carries other things too: prints, tracebacks, noise.

    #<k3f9 12 4 event {"specversion":"1.0", ...} 5e0c8f21
    mark and session, number, taken, topic, payload, CRC-32 of all before it in hex

`session`: what both ends call their present conversation. `number` counts the messages of this direction, `taken` says
how many of the other direction's were taken. A `+` behind the topic: the payload goes on in the next line. Pure.
"""

import binascii

# A board that waits at its prompt takes what begins with # for a comment; the sign behind it tells an echo.
TO_BOARD, FROM_BOARD = b"#>", b"#<"
MESSAGE = 4096  # bytes of a payload to a board
# An ESP32 keeps 260 bytes that nobody has read yet: a line is to fit, and the next waits until this one is taken.
PIECE = 160  # bytes of a payload in one line to a board
LONGEST_TO_BOARD = 240
LONGEST_FROM_BOARD = 32768
_CRC = 9  # a space and eight digits


def frame(mark, session, number, taken, topic, payload):
    """(head, payload, tail): written one after another they are the line."""
    head = b"%s%s %d %d %s " % (mark, session.encode(), number, taken, topic.encode())
    crc = binascii.crc32(payload, binascii.crc32(head))
    return head, payload, b" %08x\n" % (crc & 0xFFFFFFFF)


def read(mark, line):
    """(session, number, taken, topic, payload) of the message that ends this line; None when there is none."""
    line = line.rstrip()
    start = line.find(mark)
    while start >= 0:
        found = _read(line[start:])
        if found is not None:
            return found
        start = line.find(mark, start + 1)
    return None


def _read(line):
    body, crc = line[:-_CRC], line[-_CRC:]
    if crc != b" %08x" % (binascii.crc32(body) & 0xFFFFFFFF):
        return None
    parts = body.split(b" ", 4)
    if len(parts) != 5 or not (_is_count(parts[1]) and _is_count(parts[2])):
        return None
    try:
        return parts[0][2:].decode(), int(parts[1]), int(parts[2]), parts[3].decode(), parts[4]
    except UnicodeError:
        return None


def _is_count(digits):
    return digits.isdigit() and len(digits) < 10


class Lines:
    """Cuts what arrives into lines. Keeps the last `longest` bytes of one that does not end."""

    def __init__(self, longest):
        self._longest = longest
        self._data = b""

    def feed(self, data):
        """Take what was read. Call `next` until it returns None before more is read."""
        self._data += data

    def next(self):
        """The next line without its end, or None until the whole of it is there."""
        end = self._data.find(b"\n")
        if end < 0:
            self._data = self._data[-self._longest :]
            return None
        line = self._data[:end]
        self._data = self._data[end + 1 :]
        return line
