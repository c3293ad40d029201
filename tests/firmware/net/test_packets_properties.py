"""Round trips and rubbish: a packet is read as it was written, and noise makes PacketError only."""

from hypothesis import given
from hypothesis import strategies as st

from station.net import greeting, packets
from station.net.packets import PacketError, Splitter

topics = st.text(max_size=60)
readers = [
    greeting.read_connack,
    packets.read_puback,
    greeting.read_suback,
    lambda body: packets.read_publish(0x30, body),
    lambda body: packets.read_publish(0x32, body),
]


messages_of_any_kind = st.tuples(topics, st.binary(max_size=300), st.integers(0, 1), st.integers(1, 65535))


@given(st.lists(messages_of_any_kind, max_size=5), st.data())
def test_messages_survive_any_cutting_of_the_stream(messages, data):
    stream = b"".join(packets.publish(name, text, qos, False, number) for name, text, qos, number in messages)
    splitter, found = Splitter(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        splitter.feed(stream[:size])
        stream = stream[size:]
        while packet := splitter.next():
            found.append(packets.read_publish(*packet))
    assert found == [(topic, payload, qos, number if qos else 0) for topic, payload, qos, number in messages]


@given(st.lists(st.binary(min_size=1, max_size=256), max_size=20))
def test_noise_is_bounded_and_refused_in_words(pieces):
    splitter = Splitter(512)
    try:
        for piece in pieces:
            splitter.feed(piece)
            while splitter.next():
                pass
            assert len(splitter._data) <= 512 + 5 + 256
    except PacketError as error:
        assert str(error).startswith("a packet")


@given(st.sampled_from(readers), st.binary(max_size=80))
def test_a_body_of_noise_is_read_or_refused(reader, body):
    try:
        reader(body)
    except PacketError as error:
        assert str(error)
