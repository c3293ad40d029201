"""The process of one virtual station, on MicroPython or CPython.

Started by process.VirtualStation with one line of JSON at its standard input:

    {"port": control socket, "flash": image or folder, "size": bytes, "erase_ms": 45, "uid": hex, "board": name,
     "cause": "power_on", "app": "main", "app_folder": "" or a folder, "firmware": folder,
     "world": [messages that say how things stand]}

Connects the control socket, mounts the flash and runs `main(root, extra_tasks=[wire])` of the module `app`.
"""

import errno
import gc
import json
import sys

_SIM = __file__.rsplit("/", 1)[0]
sys.path.insert(0, _SIM)
from station_side import mount, pose_as, set_paths  # noqa: E402

ARGUMENTS = json.loads(sys.stdin.readline())
set_paths(_SIM, ARGUMENTS["firmware"])
import socket  # noqa: E402

import machine  # noqa: E402
from world import World  # noqa: E402

_TCP, _NODELAY = 6, 1  # small writes must not wait for one another
_PIECE = 128  # more would have to lie in one piece


class Wire:
    """The control socket: JSON lines, both ways. When it ends, so does the process."""

    def __init__(self, port):
        self._socket = socket.socket()
        self._socket.setsockopt(_TCP, _NODELAY, 1)
        self._socket.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        self._rest = b""
        self._listening = False

    def tell(self, message):
        """At once, not by way of a task: the host measures with the time of arrival."""
        try:
            self._socket.send(json.dumps(message).encode() + b"\n")
        except OSError:
            raise SystemExit("the simulator is gone")

    async def listen(self):
        """Do what the host says, for ever."""
        self._socket.setblocking(False)
        self._listening = True
        if sys.implementation.name == "micropython":
            import asyncio  # here: on a board it is the app's, so the app's heap pays for it

            read = asyncio.StreamReader(self._socket).read
        else:
            read = _reader(self._socket)
        while True:
            data = await read(_PIECE)
            self._hear(data)
            data = None

    def interrupt(self):
        """What came while the flash was erased, as on a board: between two erases interrupts come, but no task runs."""
        if not self._listening:
            return
        machine.world.mask(True)
        try:
            while True:
                self._hear(self._socket.recv(_PIECE))
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise SystemExit("the simulator is gone")
        finally:
            machine.world.mask(False)

    def _hear(self, data):
        if not data:
            raise SystemExit("the simulator is gone")
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self._take(json.loads(line))

    def _take(self, message):
        if "heap" not in message:
            machine.world.apply(message)
            return
        gc.collect()
        self.tell({"heap": {"used": gc.mem_alloc(), "free": gc.mem_free()}})


class _Flag:
    """Instead of `asyncio.ThreadSafeFlag`: nothing here interrupts, what sets it is a task.

    The unix port polls a flag by waiting a millisecond for it at each step of any task; a board does not.
    """

    def __init__(self):
        import asyncio

        self._event = asyncio.Event()
        self.set = self._event.set
        self.clear = self._event.clear

    async def wait(self):
        await self._event.wait()
        self._event.clear()


def _reader(its_socket):
    import asyncio

    async def read(count):
        return await asyncio.get_running_loop().sock_recv(its_socket, count)

    return read


def _hello(around):
    """`around`: the messages of what is wired."""
    # what is in the image on a board is no part of the app's heap
    import network  # noqa: F401

    for message in around:
        if "adc" in message:
            _ = machine.ADC
        elif "i2c" in message:
            _ = machine.I2C
        elif "chip" in message:
            _ = machine.UART if "uart" in message["bus"] else machine.SPI
    gc.collect()
    version = ".".join(str(part) for part in sys.implementation.version[:3])
    return {"runtime": sys.implementation.name + " " + version, "heap_before_app": gc.mem_alloc()}


def _forget_the_start():
    """A board's own is in its image: the heap is the app's."""
    for name in ("_hello", "mount", "pose_as", "set_paths"):
        globals()[name] = None
    sys.modules.pop("station_side", None)
    gc.collect()


def boot(arguments):
    wire = Wire(arguments["port"])
    world = machine.world = World(bytes.fromhex(arguments["uid"]), arguments["cause"], wire.tell, arguments["board"])
    pose_as(arguments["board"])
    for message in arguments["world"]:
        world.apply(message)
    root = mount(arguments["flash"], arguments["size"], arguments["erase_ms"], wire.interrupt)
    if arguments["app_folder"]:
        sys.path.insert(0, arguments["app_folder"])
    hello = _hello(arguments["world"])
    name = arguments["app"]
    arguments.clear()
    _forget_the_start()
    app = __import__(name)
    if sys.implementation.name == "micropython":
        import asyncio  # only here, after hello: it is the app's

        asyncio.ThreadSafeFlag = _Flag
    wire.tell({"hello": hello})
    app.main(root + "/", extra_tasks=[wire.listen])


if __name__ == "__main__":
    boot(ARGUMENTS)
