"""Parts that are needed seldom are loaded, used and forgotten: a board has little memory."""

import sys


def forget(name: str) -> None:
    """Give back the memory of a module, such as "net.words"; the next import loads it again."""
    package, _, child = ("station." + name).rpartition(".")
    if sys.modules.pop(package + "." + child, None) is not None:
        delattr(sys.modules[package], child)
