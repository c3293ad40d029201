"""Messages as lines: what a cable may carry between them, and what it may do to them. Portable."""

from station.core import lines
from station.core.lines import FROM_BOARD, TO_BOARD, Lines


def line(topic="event", payload=b'{"a":1}', mark=FROM_BOARD, session="k3f9", number=12, taken=4):
    return b"".join(lines.frame(mark, session, number, taken, topic, payload))


def heard(data, mark=FROM_BOARD, longest=lines.LONGEST_FROM_BOARD):
    cut = Lines(longest)
    cut.feed(data)
    found = []
    while True:
        one = cut.next()
        if one is None:
            return found
        message = lines.read(mark, one)
        if message:
            found.append(message[3:])


def test_a_message_is_one_line_that_people_can_read():
    assert line() == b'#<k3f9 12 4 event {"a":1} ca7eacd6\n'
    assert lines.read(FROM_BOARD, line()) == ("k3f9", 12, 4, "event", b'{"a":1}')


def test_a_payload_may_hold_spaces_marks_and_any_letter():
    payload = '{"why":"#< 7 wörter #> ok"}'.encode()
    assert heard(line(payload=payload)) == [("event", payload)]


def test_it_is_found_behind_a_print_that_did_not_end_its_line():
    assert heard(b">>> hello #< " + line()) == [("event", b'{"a":1}')]


def test_prints_and_tracebacks_between_are_skipped():
    noise = b'Traceback (most recent call last):\r\n  File "main.py", line 9\r\nMemoryError:\r\n'
    assert heard(noise + line("state") + noise + line("event")) == [("state", b'{"a":1}'), ("event", b'{"a":1}')]


def test_a_console_may_make_the_end_of_a_line_two_signs():
    assert heard(line().replace(b"\n", b"\r\n")) == [("event", b'{"a":1}')]


def test_an_echo_of_what_was_sent_is_no_answer():
    assert heard(line(mark=TO_BOARD)) == []


def test_one_wrong_byte_spoils_one_line_only():
    good = line("state")
    for at in range(len(good) - 1):
        bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert ("state", b'{"a":1}') not in heard(bad)
        assert heard(bad + b"\n" + line("event"))[-1] == ("event", b'{"a":1}')


def test_a_byte_that_was_dropped_spoils_one_line_only():
    good = line("state")
    for at in range(len(good) - 1):
        assert heard(good[:at] + good[at + 1 :] + line("event")) == [("event", b'{"a":1}')]


def test_a_line_without_an_end_takes_no_more_memory_than_the_longest():
    cut = Lines(240)
    for _ in range(100):
        cut.feed(b"x" * 64)
        assert cut.next() is None
    cut.feed(line(mark=TO_BOARD))
    assert lines.read(TO_BOARD, cut.next())[3:] == ("event", b'{"a":1}')


def test_numbers_that_are_none_are_no_message():
    import binascii

    for head in (
        b"#<k3f9 -1 4 event {}",
        b"#<k3f9 1 x event {}",
        b"#<k3f9 1 4 event",
        b"#<k3f9 12345678901 4 event {}",
    ):
        assert lines.read(FROM_BOARD, head + b" %08x" % binascii.crc32(head)) is None


def test_the_longest_line_to_a_board_fits_into_what_an_esp32_keeps():
    longest = line(
        "receipt/6f1c9a2e41d07b35+", b"x" * lines.PIECE, TO_BOARD, session="k3f9", number=999999999, taken=999999999
    )
    assert len(longest) <= lines.LONGEST_TO_BOARD
