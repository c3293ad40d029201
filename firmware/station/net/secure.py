"""TLS to the broker, loaded only when the config asks for it (`link.tls`).

The broker must show a certificate of the plant's CA for the right name. On the flash, all in DER: `broker-ca.der`,
and for `"certificate": true` `station-cert.der` and `station-key.der`.
"""

import asyncio
import gc

import tls

from station.net import in_words
from station.net.mqtt import MqttError

WAIT_S = 15  # for connection and handshake: a board needs seconds for its sums
CA, CERTIFICATE, KEY = "broker-ca.der", "station-cert.der", "station-key.der"


class Opener:
    """`await opener(host, port)` gives (reader, writer), as asyncio's open_connection does; MqttError says why not.

    `root`: the flash, with a slash at its end; `settings`: the config's `link.tls`; `wall()`: UTC ms, None while
    the station does not know the time. OSError, ValueError: a file is missing or damaged.
    """

    def __init__(self, root, settings, wall):
        self._name = settings.get("name")
        self._wall = wall
        self._chain = []
        context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        context.verify_mode = tls.CERT_REQUIRED  # type: ignore[attr-defined]
        context.load_verify_locations(_read(root + CA))
        if settings.get("certificate"):
            context.load_cert_chain(_read(root + CERTIFICATE), _read(root + KEY))
        context.verify_callback = self._look  # type: ignore[attr-defined]
        self._context = _Prompt(context)

    async def __call__(self, host, port):
        self._chain.clear()
        gc.collect()  # the buffers are two large pieces
        wall = self._wall()
        if wall is not None:
            _set_clock(wall)
        name = self._name or host
        try:
            streams = await asyncio.open_connection(host, port, ssl=self._context, server_hostname=name)
        except (OSError, ValueError) as error:
            raise self.explain(error)
        stream = Stream(streams[0], streams[1], self.explain)
        return stream, stream

    def explain(self, error):
        """The MqttError for what TLS or the socket raised. A clock that is behind is put right for the next try."""
        text = in_words("tls", error)
        # signed by the CA and only not valid yet: then it is later than this board believes
        if "not valid yet" in text and self._wall() is None and self._chain:
            _set_clock(max(self._chain))
            text += "; its clock is set now, and it tries again"
        self._chain.clear()
        return MqttError(text)

    def _look(self, certificate, depth):
        """mbedtls shows each certificate of the chain; 0: its own judgement stands."""
        from station.net import der

        try:
            self._chain.append(der.not_before(bytes(certificate)))
        except ValueError:
            pass  # mbedtls reads it for itself, and refuses it
        return 0


class Stream:
    """Both directions. The first packet written takes the handshake with it, a turn at a time.

    Reading waits for that: a handshake that fails in a read does not tell why (MicroPython 1.25).
    """

    def __init__(self, reader, writer, explain):
        self._reader = reader
        self._writer = writer
        self._explain = explain
        self._open = asyncio.Event()

    async def read(self, most):
        await self._open.wait()
        try:
            return await self._reader.read(most)
        except (OSError, ValueError) as error:
            raise self._explain(error)

    def write(self, data):
        try:
            self._writer.write(data)
        except (OSError, ValueError) as error:
            raise self._explain(error)

    async def drain(self):
        try:
            await self._writer.drain()
        except (OSError, ValueError) as error:
            raise self._explain(error)
        self._open.set()

    def close(self):
        self._writer.close()

    async def wait_closed(self):
        await self._writer.wait_closed()


class _Prompt:
    """A context whose sockets send small packets at once."""

    def __init__(self, context):
        self._context = context

    def wrap_socket(self, sock, **how):
        try:
            sock.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY
        except OSError:
            pass  # not on this board: only slower
        return self._context.wrap_socket(sock, **how)

    def __getattr__(self, name):
        return getattr(self._context, name)


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _set_clock(unix_ms):
    """The board's clock, which mbedtls asks; not on ports that have none to set."""
    import machine

    if not hasattr(machine, "RTC"):
        return
    from station.core.wall import iso

    text = iso(unix_ms)
    date, time = text[:10].split("-"), text[11:19].split(":")
    year, month, day = [int(part) for part in date]
    hour, minute, second = [int(part) for part in time]
    machine.RTC().datetime((year, month, day, 0, hour, minute, second, 0))
