"""Whatever a cable does to lines: what is read was sent, and what was left whole is read."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from station.core import lines
from station.core.lines import FROM_BOARD, Lines

PAYLOADS = st.binary(max_size=300).map(lambda data: bytes(byte if byte >= 32 else 32 for byte in data))
TOPICS = st.sampled_from(["event", "state", "online", "receipt/6f1c9a2e41d07b35", "config+"])
MESSAGES = st.tuples(
    st.text("0123456789abcdef", min_size=1, max_size=4), *[st.integers(0, 10**9 - 1)] * 2, TOPICS, PAYLOADS
)
NOISE = st.binary(max_size=200).filter(lambda data: b"#<" not in data)


def sent(message) -> bytes:
    return b"".join(lines.frame(FROM_BOARD, *message))


def heard(data: bytes, cuts=()) -> list:
    """Cut at these places into what is read at once."""
    cut, found = Lines(lines.LONGEST_FROM_BOARD), []
    edges = [0, *sorted(at % (len(data) + 1) for at in cuts), len(data)]
    for start, end in itertools.pairwise(edges):
        cut.feed(data[start:end])
        while (one := cut.next()) is not None:
            if message := lines.read(FROM_BOARD, one):
                found.append(message)
    return found


@given(st.lists(MESSAGES, max_size=5), st.lists(st.integers(0, 2000), max_size=8))
def test_what_was_sent_is_read_in_order_however_it_arrives(messages, cuts):
    assert heard(b"".join(map(sent, messages)), cuts) == messages


@given(st.lists(st.tuples(NOISE, MESSAGES), max_size=4))
def test_noise_between_takes_away_nothing(parts):
    # noise that does not end its line stands before the message in the same line
    assert heard(b"".join(noise + sent(message) for noise, message in parts)) == [message for _, message in parts]


@given(MESSAGES, MESSAGES, st.data())
def test_a_damaged_line_is_none_and_the_next_is_whole(first, second, data):
    line = sent(first)
    at = data.draw(st.integers(0, len(line) - 2))
    kind = data.draw(st.sampled_from(["drop", "change", "insert"]))
    wrong = bytes([line[at] ^ data.draw(st.integers(1, 255))])
    damaged = {
        "drop": line[:at] + line[at + 1 :],
        "change": line[:at] + wrong + line[at + 1 :],
        "insert": line[:at] + wrong + line[at:],
    }[kind]
    found = heard(damaged + sent(second))
    assert found[-1] == second
    # what stands before the mark, behind the end or in its place (a line break) is no damage to the message
    assert all(message in (first, second) for message in found)


@given(MESSAGES, MESSAGES, st.integers(1, 400), st.integers(1, 400))
def test_a_run_of_bytes_that_was_dropped_makes_no_message_up(first, second, start, length):
    data = sent(first) + sent(second)
    found = heard(data[: start % len(data)] + data[start % len(data) + length :])
    assert all(message in (first, second) for message in found)


@given(st.binary(max_size=600))
def test_any_bytes_at_all_are_at_most_no_message(data):
    heard(data)
