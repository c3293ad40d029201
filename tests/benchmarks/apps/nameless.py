"""The station's app where the first look-ups of a name fail, as without a name server; four times as fast."""

import socket

FAILURES = 3


def main(root, extra_tasks=()):
    class Socket:
        """Stands in for the module."""

        def __getattr__(self, name):
            return getattr(socket, name)

        def getaddrinfo(self, host, port, *more):
            if failed:
                failed.pop()
                raise OSError(-2)
            return socket.getaddrinfo(host, port, *more)

    failed = [1] * FAILURES
    import sys

    sys.modules["socket"] = Socket()
    import brisk

    brisk.main(root, extra_tasks)
