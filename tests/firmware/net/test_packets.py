"""Portable: MQTT 3.1.1 packets, byte by byte."""

from station.net import greeting, packets
from station.net.packets import PacketError, Splitter


def refused(function, *arguments):
    try:
        function(*arguments)
    except PacketError as error:
        return str(error)
    raise AssertionError("it was taken")


def test_connect_with_nothing_but_a_name():
    assert greeting.connect_packet("ab", 15) == b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x0f\x00\x02ab"


def test_connect_with_user_password_and_last_will():
    packet = greeting.connect_packet("c", 300, "me", "secret", ("o", '{"online":false}'))
    assert packet == (
        b'\x10\x2e\x00\x04MQTT\x04\xee\x01\x2c\x00\x01c\x00\x01o\x00\x10{"online":false}\x00\x02me\x00\x06secret'
    )


def test_a_password_is_not_sent_without_a_user():
    assert greeting.connect_packet("c", 15, None, "secret") == greeting.connect_packet("c", 15)


def test_publish_quality_0_and_1():
    assert packets.publish("a/b", b"xyz") == b"\x30\x08\x00\x03a/bxyz"
    assert packets.publish(b"a/b", b"xyz", 1, False, 258) == b"\x32\x0a\x00\x03a/b\x01\x02xyz"
    assert packets.publish("a", "text", 1, True, 1) == b"\x33\x09\x00\x01a\x00\x01text"


def test_lengths_of_one_two_and_three_bytes():
    for size, head in ((124, b"\x30\x7f"), (125, b"\x30\x80\x01"), (16381, b"\x30\x80\x80\x01")):
        assert packets.publish("a", bytes(size)) == head + b"\x00\x01a" + bytes(size)


def test_subscribe_acknowledge_and_ping():
    assert greeting.subscribe_packet(7, [("a/b", 1), ("c", 0)]) == b"\x82\x0c\x00\x07\x00\x03a/b\x01\x00\x01c\x00"
    assert packets.puback(258) == b"\x40\x02\x01\x02"
    assert packets.PINGREQ == b"\xc0\x00"


def test_a_text_that_does_not_fit_is_an_error_here():
    try:
        packets.publish("a" * 65536, b"")
    except ValueError as error:
        assert "65536 bytes" in str(error)
    else:
        raise AssertionError("it was taken")


def test_reads_messages():
    assert packets.read_publish(0x30, b"\x00\x03a/bxyz") == ("a/b", b"xyz", 0, 0)
    assert packets.read_publish(0x3B, b"\x00\x01a\x01\x02") == ("a", b"", 1, 258)


def test_reads_answers():
    assert greeting.read_connack(b"\x00\x05") == 5
    assert packets.read_puback(b"\x01\x02") == 258
    assert greeting.read_suback(b"\x00\x07\x01\x80") == (7, b"\x01\x80")


def test_refuses_messages_that_are_not_right():
    assert "quality of service 2" in refused(packets.read_publish, 0x34, b"\x00\x01a\x00\x01")
    assert "identifier 0" in refused(packets.read_publish, 0x32, b"\x00\x01a\x00\x00")
    for body in (b"", b"\x00", b"\x00\x05abc", b"\xff\xff"):
        assert "cut short" in refused(packets.read_publish, 0x30, body)
    assert "cut short" in refused(packets.read_publish, 0x32, b"\x00\x01a\x00")
    assert "UTF-8" in refused(packets.read_publish, 0x30, b"\x00\x01\xff")
    assert "CONNACK of 1" in refused(greeting.read_connack, b"\x00")
    assert "PUBACK of 3" in refused(packets.read_puback, b"\x00\x01\x02")
    assert "cut short" in refused(greeting.read_suback, b"\x00")


def test_splits_what_arrives_in_any_pieces():
    stream = b"\xd0\x00\x40\x02\x00\x01\x30\x80\x01" + bytes(128) + b"\x20\x02\x00\x00"
    expected = [(0xD0, b""), (0x40, b"\x00\x01"), (0x30, bytes(128)), (0x20, b"\x00\x00")]
    for size in (1, 2, 3, 7, 64, len(stream)):
        splitter = Splitter()
        found = []
        for at in range(0, len(stream), size):
            splitter.feed(stream[at : at + size])
            packet = splitter.next()
            while packet:
                found.append(packet)
                packet = splitter.next()
        assert found == expected


def test_of_a_packet_that_is_too_long_the_beginning_is_given_and_the_rest_skipped():
    for size in (1, 7, 200, 1000):
        splitter, found = Splitter(200), []
        stream = b"\x30\xc8\x01" + b"a" * 200 + b"\x30\xdf\x05" + b"b" * 735 + b"\xd0\x00" + b"\x40\x02cd"
        for at in range(0, len(stream), size):
            splitter.feed(stream[at : at + size])
            packet = splitter.next()
            while packet:
                found.append(packet)
                packet = splitter.next()
            assert len(splitter._data) <= 203 + size
        assert found == [(0x30, b"a" * 200), (0x30, b"b" * 200), (0xD0, b""), (0x40, b"cd")]


def test_a_length_without_an_end_is_refused():
    splitter = Splitter()
    splitter.feed(b"\x30\xff\xff\xff")
    assert splitter.next() is None
    splitter.feed(b"\xff")
    assert "more than four bytes" in refused(splitter.next)
