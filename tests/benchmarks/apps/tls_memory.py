"""Run by MicroPython: one session over TLS, and what it takes of Python's heap and of the C library's.

usage: tls_memory.py FIRMWARE, and at the standard input a line of JSON: {"root", "plain", "port", "name"}. Prints its
figures as JSON; the C library writes its own to the standard error, at each `mark`.
"""

import asyncio
import gc
import json
import sys

sys.path.insert(0, sys.argv[1])
import ffi

from station.net.greeting import greet

libc = ffi.open("libc.so.6")
malloc_stats = libc.func("v", "malloc_stats", "")


def mark():
    """Python's heap in use; the C library's goes to the standard error."""
    gc.collect()
    malloc_stats()
    return gc.mem_alloc()


async def connected(opener, port):
    options = {"host": "127.0.0.1", "port": port, "client_id": "st-04", "keepalive_s": 15, "wait_s": 15}
    session = await greet(opener, options, lambda topic, payload: None, None)
    used = mark()
    await session.close()
    return used


async def main(given):
    plain = await connected(asyncio.open_connection, given["plain"])
    before = mark()
    from station.net.secure import Opener

    opener = Opener(given["root"], {"name": given["name"]}, lambda: None)
    secure = await connected(opener, given["port"])
    after = mark()
    print(json.dumps({"connected": secure - plain, "between": after - before}))


asyncio.run(main(json.loads(sys.stdin.readline())))
