"""The process of one virtual USB board: real MicroPython, its flash as the root, its USB terminal at the host.

Started by usb_board.VirtualBoard with one line of JSON at its standard input, whose rest is the terminal's input:

    {"port": control socket, "flash": image, "size": bytes, "erase_ms": 45, "uid": hex, "board": name,
     "chip": "RP2040", "platform": "rp2", "release": "1.29.0", "cause": "power_on", "reformats": true,
     "world": [messages that say how things stand]}

Over the control socket come messages of the board's world and {"run": number, "code": text, "single": bool} or
{"run": number, "file": "main.py"}. What the program prints goes to standard output, between marks: lines of JSON
{"begun": number} and {"over": number, "error": traceback}. {"cut_at": k, "part": 0.5} lets the power go at the k-th
operation of the flash from now on; so does "cut": [k, 0.5] of the arguments.
"""

import gc
import json
import sys

_SIM = __file__.rsplit("/", 1)[0]
sys.path.insert(0, _SIM)
MARK = "\x1b]pullcord;"
_HOST = "/host"  # where the development machine's files are, for the stand-ins
_BLOCK = 4096


def _mount(arguments, wire):
    """The flash becomes the root, as on a board. None when it cannot be mounted and this board leaves it so."""
    import vfs

    from pullcord.sim.flash import File
    from pullcord.sim.usb_flash import UsbFlash

    cells = File(arguments["flash"], arguments["size"])
    device = wire.device = UsbFlash(cells, arguments["size"] // _BLOCK, arguments["erase_ms"])
    device.attach(wire.tell)
    if arguments["cut"]:
        device.cut(arguments["cut"][0], arguments["cut"][1])
    vfs.umount("/")
    vfs.mount(vfs.VfsPosix(), _HOST)
    sys.path[:] = ["", ".frozen", "/lib"] + [_HOST + path for path in sys.path if path.startswith("/")]
    try:
        vfs.mount(vfs.VfsLfs2(device, progsize=256), "/")
        return
    except OSError as error:
        wrong = error
    first = bytearray(256)
    device.readblocks(0, first)  # looked at only now: while littlefs renews this block, the next one holds everything
    if first != b"\xff" * 256 and not arguments["reformats"]:
        print("The filesystem appears to be corrupted: %s" % wrong)
        return
    vfs.VfsLfs2.mkfs(device, progsize=256)
    vfs.mount(vfs.VfsLfs2(device, progsize=256), "/")


class Wire:
    """The control socket: JSON lines, both ways. When it ends, so does the process."""

    def __init__(self, port):
        import socket

        self._socket = socket.socket()
        self._socket.setsockopt(6, 1, 1)  # TCP_NODELAY
        self._socket.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        self._rest = b""
        self._waiting = []
        self.device = None
        self.jobs = []
        self.begun = 0

    def tell(self, message):
        try:
            self._socket.send(json.dumps(message).encode() + b"\n")
        except OSError:
            raise SystemExit("the simulator is gone")

    def job(self):
        """Wait for the next thing to run."""
        self._socket.setblocking(True)
        while not self.jobs:
            self._heard(self._socket.recv(512))
        return self.jobs.pop(0)

    async def listen(self):
        """While the app runs: do what the host says, for ever."""
        import asyncio

        self._socket.setblocking(False)
        reader = asyncio.StreamReader(self._socket)
        while True:
            self._heard(await reader.read(512))

    def _heard(self, data):
        if not data:
            raise SystemExit("the simulator is gone")
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                continue  # the rest of what an interrupt took: it is said again
            if message:  # an empty one only ends a line that was torn
                self._take(message)

    def _take(self, message):
        import machine

        if "run" in message:
            if message["run"] > self.begun:
                self.jobs = [message]
        elif "cut_at" in message:
            self.device.cut(message["cut_at"], message["part"])
        elif "heap" in message:
            gc.collect()
            self.tell({"heap": {"used": gc.mem_alloc(), "free": gc.mem_free()}})
        else:
            machine.world.apply(message)


def _pose(arguments):
    """What the program finds when it asks where it runs."""
    import os

    class Uname(os.uname):
        sysname = nodename = arguments["platform"]
        release = arguments["release"]
        version = "v" + arguments["release"]

        def __init__(self):
            self.machine = arguments["board"] + " with " + arguments["chip"]

    os.uname = Uname
    listdir, ilistdir = os.listdir, os.ilistdir

    def at_root(path):
        return path in ("", ".", "/") and (path == "/" or os.getcwd() == "/")

    def shown(path=""):
        return [name for name in listdir(path) if not (at_root(path) and "/" + name == _HOST)]

    def ishown(path=""):
        return iter([entry for entry in ilistdir(path) if not (at_root(path) and "/" + entry[0] == _HOST)])

    os.listdir, os.ilistdir = shown, ishown


def _with_the_wire(wire):
    """An app's event loop also hears the board's surroundings."""
    import asyncio

    run = asyncio.run

    async def both(main):
        asyncio.create_task(wire.listen())
        return await main

    asyncio.run = lambda main: run(both(main))


def _run(message, names):
    """The text of what it raised, "" when nothing. SystemExit passes: the board begins anew."""
    import io

    try:
        _mark({"begun": message["run"]})
        if "file" in message:
            try:
                with open(message["file"]) as file:
                    code = file.read()
            except OSError:
                return ""
            exec(compile(code, message["file"], "exec"), names)
        elif message["single"]:
            exec(compile(message["code"], "<stdin>", "single"), names)
        else:
            exec(compile(message["code"], "<stdin>", "exec"), names)
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001  whatever the program raises is shown, as a board does
        _leave_a_broken_heap()
        text = io.StringIO()
        sys.print_exception(error, text)
        return "".join([line + "\n" for line in text.getvalue().split("\n")[:-1] if "/usb_side.py" not in line])
    return ""


def _leave_a_broken_heap():
    """An interrupt may come in the middle of a collection, which leaves the heap locked; the host has it done anew."""
    import micropython

    micropython.heap_lock()
    broken = micropython.heap_unlock()
    while broken and micropython.heap_unlock():
        pass
    if broken:
        end = SystemExit()
        end.kind = "broken"
        raise end


def _mark(message):
    sys.stdout.write(MARK + json.dumps(message) + "\n")


def _over(message, error):
    while True:
        try:
            _mark({"over": message["run"], "error": error})
            return
        except KeyboardInterrupt:
            pass  # it came too late: said twice is heard once


def serve(arguments):
    from station_side import set_paths

    set_paths(_SIM, "/")
    import machine
    from world import World

    wire = Wire(arguments["port"])
    uid = bytes.fromhex(arguments["uid"])
    machine.world = World(uid, arguments["cause"], wire.tell, arguments["board"])
    _pose(arguments)
    _with_the_wire(wire)
    for message in arguments["world"]:
        machine.world.apply(message)
    _mount(arguments, wire)
    names = {"__name__": "__main__"}
    wire.tell({"hello": {}})
    while True:
        message = None
        try:
            message = wire.job()
            wire.begun = message["run"]
            error = _run(message, names)
        except KeyboardInterrupt:
            _leave_a_broken_heap()
            if message is None:
                wire.tell({"torn": True})  # it came too late, and may have taken an order with it
                continue
            error = "KeyboardInterrupt: \n"
        except SystemExit as end:
            if not hasattr(end, "kind"):  # sys.exit() begins anew, machine.reset() said so already, or it is broken
                wire.tell({"reset": "soft"})
            return
        _over(message, error)


if __name__ == "__main__":
    serve(json.loads(sys.stdin.readline()))
