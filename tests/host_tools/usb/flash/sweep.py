"""Cuts the power at each operation of the flash while a firmware comes onto it. Runs on MicroPython.

One line of JSON at standard input: {"host_tools", "usb": folders, "old", "new": {"pack", "slot", "config"} in base64,
or null, "parts": [how much of an operation is done], "step": 1}. Says {"cuts", "old_runs", "new_runs", "wrong": [..]}.
"""

import binascii
import json
import os
import sys

import vfs

BLOCKS = 100
STARTER = b""


def mount(device):
    try:
        vfs.umount("/")
    except OSError:
        pass  # nothing was there
    vfs.mount(vfs.VfsLfs2(device, progsize=256), "/")


class Fed:
    """In the place of the host: all bytes at once."""

    data = b""

    def __init__(self):
        self.at = 0

    def readinto(self, buffer):
        count = min(len(buffer), len(Fed.data) - self.at)
        buffer[:count] = Fed.data[self.at : self.at + count]
        self.at += count
        return count


def bring(install, wanted):
    """As `pullcord.usb.deploy` does it."""
    files = {"/config.json": wanted["config"], "/slot.mpy": wanted["slot"], "/main.py": STARTER}
    names = ["/config.json", "/slot.mpy", "/main.py"]
    there = install.look(names)
    changed = [name for name, found in zip(names, there["files"]) if found != sha(files[name])]
    packed = there["pack"] != wanted["digest"]
    if packed and there["new"] != wanted["digest"]:
        Fed.data = wanted["pack"]
        assert install.build([(-1, len(Fed.data))]) == wanted["digest"]
    if changed:
        Fed.data = b"".join([files[name] for name in changed])
        found = install.put([(name, len(files[name]), False) for name in changed])
        assert found == [sha(files[name]) for name in changed]
    install.switch([name for name in changed if name != "/main.py"], packed, [n for n in changed if n == "/main.py"])


def sha(data):
    import hashlib

    return hashlib.sha256(data).digest().hex()


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def judge(install, old, new):
    """(which runs after a cut, what is wrong): what `slot.start` would find."""
    if read("/main.py") is None:
        return ("old" if old is None else "neither"), None if old is None else "main.py is gone"
    if not install.there("/firmware.pack") and install.there("/firmware.old"):
        os.rename("/firmware.old", "/firmware.pack")
    found, known = install.pack("/firmware.pack"), {new["digest"]: "new"}
    if old:
        known[old["digest"]] = "old"
    if read("/main.py") != STARTER or found not in known:
        return "neither", "main.py %s, firmware %s" % (read("/main.py"), found)
    for name in ("slot", "config"):
        content = read("/slot.mpy" if name == "slot" else "/config.json")
        if content not in (new[name], old[name] if old else None):
            return known[found], "%s is torn" % name
    return known[found], None


def sweep(arguments):
    global STARTER
    STARTER = arguments["starter"].encode()
    import install

    from pullcord.sim.cuts import PowerCut, Ram
    from pullcord.sim.flash import Flash

    install.Input = Fed
    old, new = [decoded(arguments[name]) for name in ("old", "new")]
    first = Flash(Ram(BLOCKS * 4096), BLOCKS)
    vfs.VfsLfs2.mkfs(first, progsize=256)
    mount(first)
    if old:
        bring(install, old)
    vfs.umount("/")
    image = bytes(first.cells.data)
    counts, wrong, cut_at, cuts = {"old": 0, "new": 0, "neither": 0}, [], 1, 0
    while True:
        whole = False
        for part in arguments["parts"]:
            device = Flash(Ram(len(image), bytearray(image)), BLOCKS, cut_at=cut_at, part=part)
            mount(device)
            try:
                bring(install, new)
            except (PowerCut, OSError):
                if not device.dead:
                    raise
            if not device.dead:
                whole = True
                break
            cuts += 1
            mount(Flash(device.cells, BLOCKS))
            runs, what = judge(install, old, new)
            counts[runs] += 1
            bring(install, new)
            again, still = judge(install, old, new)
            for told in (what, still, None if again == "new" else "the second run did not complete"):
                if told:
                    wrong.append("cut at %d (%s done): %s" % (cut_at, part, told))
        if whole:
            break
        cut_at += arguments["step"]
    print(json.dumps({"cuts": cuts, "old_runs": counts["old"], "new_runs": counts["new"], "wrong": wrong[:20]}))


def decoded(wanted):
    if wanted is None:
        return None
    made = {name: binascii.a2b_base64(wanted[name]) for name in ("pack", "slot", "config")}
    made["digest"] = made["pack"][16:48].hex()
    return made


if __name__ == "__main__":
    received = json.loads(sys.stdin.readline())
    vfs.umount("/")
    vfs.mount(vfs.VfsPosix(), "/host")
    sys.path[:] = ["/host" + received[name] for name in ("host_tools", "usb")]
    sweep(received)
