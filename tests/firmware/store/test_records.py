"""A record is taken whole or not at all. Portable: runs on MicroPython as it is."""

import io

from station.store import records

KNOWN = (b"12345678", 77, 5, 0, 3, 1, 2, 1, 1, 40)


def record(event=b'{"an":"event"}', checkpoint=b"a checkpoint"):
    return KNOWN + (event, checkpoint)


def bytes_of(one):
    return b"".join(records.packed(one))


def refused(data):
    try:
        records.read(io.BytesIO(data))
    except ValueError:
        return True
    return False


def test_what_was_packed_is_read():
    for one in (record(), record(b"", b""), record(b"e" * 2000, b"c" * 2000)):
        assert records.read(io.BytesIO(bytes_of(one))) == one


def test_an_empty_file_holds_none():
    assert records.read(io.BytesIO(b"")) is False


def test_a_torn_one_is_refused_wherever_it_was_torn():
    data = bytes_of(record())
    assert all(refused(data[:length]) for length in range(1, len(data))) and refused(data + b"!")


def test_a_changed_bit_is_found_wherever_it_is():
    """Also in the two lengths: nothing so long is asked of a board's memory."""
    data = bytes_of(record())
    for at in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            assert refused(bytes(changed)), (at, bit)


def test_what_is_too_long_is_not_packed():
    for one in (record(event=b"e" * 2001), record(checkpoint=b"c" * 2001)):
        try:
            records.packed(one)
        except ValueError:
            continue
        raise AssertionError("taken")
