"""The common way to send a backlog, to compare with: for MicroPython, without anything of ours.

As the usual small clients do it: one QoS 1 message at a time, each acknowledged before the next; the packet goes out in
pieces, each a write of its own; the socket is as it is by default. Reads one line of JSON: {"port", "topic", "online":
topic, "events": file with one a line}.
"""

import json
import socket
import struct
import sys


class Client:
    def __init__(self, port):
        self._socket = socket.socket()
        self._socket.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        self._packet_id = 0

    def connect(self, client_id):
        self._head(0x10, 10 + 2 + len(client_id))
        self._socket.write(b"\x00\x04MQTT\x04\x02\x00\x3c")
        self._text(client_id)
        assert self._answer(0x20, 2)[1] == 0

    def publish(self, topic, message):
        """Returns once the broker has acknowledged it."""
        self._packet_id = self._packet_id % 65535 + 1
        self._head(0x32, 2 + len(topic) + 2 + len(message))
        self._text(topic)
        self._socket.write(struct.pack(">H", self._packet_id))
        self._socket.write(message)
        assert struct.unpack(">H", self._answer(0x40, 2))[0] == self._packet_id

    def _head(self, kind, length):
        head = bytearray([kind])
        while length > 127:
            head.append(length & 0x7F | 0x80)
            length >>= 7
        head.append(length)
        self._socket.write(head)

    def _text(self, text):
        self._socket.write(struct.pack(">H", len(text)))
        self._socket.write(text)

    def _answer(self, kind, length):
        first = self._socket.read(2)
        assert first == bytes([kind, length]), first
        return self._socket.read(length)


def main(arguments):
    client = Client(arguments["port"])
    client.connect(b"the-common-way")
    client.publish(arguments["online"].encode(), b'{"online":true,"uid":"common"}')
    with open(arguments["events"]) as file:
        for line in file:
            client.publish(arguments["topic"].encode(), line.strip().encode())


main(json.loads(sys.stdin.readline()))
