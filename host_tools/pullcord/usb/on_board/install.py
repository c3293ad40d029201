"""Brings firmware and files onto the board's flash: new beside old, verified by reading back, switched by rename."""

import binascii
import hashlib
import io
import os
import sys

PACK = "/firmware.pack"
OLD = "/firmware.old"
BAD = "/firmware.bad"
NEW = "/firmware.new"
TRIAL = "/firmware.trial"
HEAD = 64
PART = 1024
GIVE_UP = 4


class Input(io.IOBase):
    """What the host sends, asked for in numbered chunks. A Ctrl-C while one is awaited: ask once more."""

    def __init__(self):
        self.data, self.at, self.number = b"", 0, 0

    def readinto(self, buffer):
        if self.at == len(self.data):
            self.data, self.at = self.chunk(), 0
            self.number += 1
        count = min(len(buffer), len(self.data) - self.at)
        buffer[:count] = self.data[self.at : self.at + count]
        self.at += count
        return count

    def chunk(self):
        tries = 0
        while True:
            try:
                sys.stdout.write("<%d>" % self.number)
                head = sys.stdin.buffer.read(16)
                size = int(head[4:8], 16)
                data = sys.stdin.buffer.read(size)
                if int(head[:4], 16) == self.number and int(head[8:], 16) == binascii.crc32(data):
                    return plain(data)
            except KeyboardInterrupt:
                tries += 1
                if tries > GIVE_UP:
                    raise
            except ValueError:
                pass
            self.quiet()

    def quiet(self):
        import select

        poll = select.poll()
        poll.register(sys.stdin, select.POLLIN)
        while poll.poll(300):
            if sys.stdin.buffer.read(1) == b"\x01":  # no data has this: somebody wants the prompt
                raise KeyboardInterrupt


def plain(data):
    """Without the escapes for Ctrl-A, Ctrl-C and the escape itself."""
    for short, byte in ((b"\x10A", b"\x01"), (b"\x10C", b"\x03"), (b"\x10P", b"\x10")):
        data = data.replace(short, byte)
    return data


def look(names):
    """What is there: hashes by reading back, of packs without their head."""
    size = os.statvfs("/")
    return {
        "pack": pack(PACK),
        "new": pack(NEW),
        "old": there(OLD),
        "free": size[0] * size[3],
        "files": [digest(name) for name in names],
    }


def pack(path):
    """The hash that its head gives, when its content has it; "" of one that is torn; None: it is not there."""
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
    except OSError:
        return None
    found = digest(path, HEAD)
    return found if head[16:48].hex() == found else ""


def start():
    """Head, index and check sums of the pack in use, in hex."""
    with open(PACK, "rb") as file:
        head = file.read(HEAD)
        return (head + file.read(12 * int.from_bytes(head[8:12], "little"))).hex()


def build(steps):
    """Make the new pack: [(offset in the old one or -1: from the host, length), ...]. Its hash as read back."""
    came, part = Input(), bytearray(PART)
    with open(NEW, "wb") as new:
        for offset, length in steps:
            if offset < 0:
                move(came, new, length, part)
                continue
            with open(PACK, "rb") as old:
                old.seek(offset)
                move(old, new, length, part)
    return pack(NEW)


def put(files):
    """[(path, size, whether it comes deflated), ...]: each beside the old one. Their hashes as read back."""
    came, part, found = Input(), bytearray(PART), []
    for path, size, deflated in files:
        folders(path)
        source = came
        if deflated:
            import deflate

            source = deflate.DeflateIO(came, deflate.RAW, 10)
        with open(path + ".new", "wb") as file:
            move(source, file, size, part)
        if deflated:
            source.read(1)  # the mark at its end must be gone, too
        found.append(digest(path + ".new"))
    return found


def switch(names, packed, last):
    """What was verified takes its place: files, the firmware (the one before stays), then the files that start it."""
    for name in names:
        os.rename(name + ".new", name)
    if packed:
        if there(PACK):
            with open(TRIAL, "w"):
                pass
            os.rename(PACK, OLD)
        os.rename(NEW, PACK)
    for name in last:
        os.rename(name + ".new", name)
    if there(BAD):
        os.remove(BAD)


def room(wanted):
    """Make room for a new pack: what failed, then what was before, never what is in use. Bytes that are free."""
    for path in (BAD, NEW, OLD):
        size = os.statvfs("/")
        if size[0] * size[3] >= wanted:
            break
        if there(path) and there(PACK):
            os.remove(path)
    size = os.statvfs("/")
    return size[0] * size[3]


def move(source, target, count, part):
    view = memoryview(part)
    while count:
        got = source.readinto(view[: min(count, len(part))])
        if not got:
            raise ValueError("less came than was said")
        target.write(view[:got])
        count -= got


def digest(path, skip=0):
    found, part = hashlib.sha256(), bytearray(PART)
    try:
        with open(path, "rb") as file:
            file.seek(skip)
            while True:
                count = file.readinto(part)
                if not count:
                    return found.digest().hex()
                found.update(memoryview(part)[:count])
    except OSError:
        return None


def folders(path):
    for at in range(1, len(path)):
        if path[at] == "/" and not there(path[:at]):
            os.mkdir(path[:at])


def there(path):
    try:
        os.stat(path)
    except OSError:
        return False
    return True
