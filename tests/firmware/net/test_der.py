"""Portable: the start of a certificate's time is read, and nothing but a certificate is taken for one."""

import os

from station.net import der

HEAD = b"\xa0\x03\x02\x01\x02" + b"\x02\x01\x07" + b"\x30\x02\x05\x00" + b"\x30\x00"


def value(tag, content):
    size = len(content)
    head = bytes((tag, size)) if size < 128 else bytes((tag, 0x82, size >> 8, size & 255))
    return head + content


def certificate(validity, head=HEAD, rest=b""):
    return value(0x30, value(0x30, head + value(0x30, validity) + rest))


def times(kind, text):
    return value(kind, text) + value(kind, text)


def refused(data):
    try:
        der.not_before(data)
    except ValueError:
        return True
    return False


def test_two_digits_of_a_year_are_of_1950_to_2049():
    assert der.not_before(certificate(times(0x17, b"261120175603Z"))) == 1795197363000
    assert der.not_before(certificate(times(0x17, b"491120175603Z"))) > 2500000000000
    assert der.not_before(certificate(times(0x17, b"701120175603Z"))) == 27971763000


def test_four_digits_and_a_certificate_without_a_version():
    assert der.not_before(certificate(times(0x18, b"20261120175603Z"))) == 1795197363000
    assert der.not_before(certificate(times(0x17, b"261120175603Z"), HEAD[5:])) == 1795197363000


def test_long_values_are_stepped_over():
    assert der.not_before(certificate(times(0x17, b"261120175603Z"), HEAD, bytes(700))) == 1795197363000


def test_what_is_no_certificate_is_refused():
    good = certificate(times(0x17, b"261120175603Z"))
    for wrong in (b"", b"\x30", b"\x30\x80", b"\x31" + good[1:], b"\x30\x84\x7f\xff\xff\xff", good[:20]):
        assert refused(wrong)
    for text in (b"261320175603Z", b"2611201756Z", b"xx1120175603Z", b"\xff61120175603Z"):
        assert refused(certificate(times(0x17, text)))
    assert refused(certificate(times(0x17, b"691231235959Z")))  # no clock of a board goes back so far
    assert refused(certificate(times(0x18, b"00001120175603Z")[:-1]))
    assert refused(certificate(value(0x04, b"261120175603Z")))
    assert refused(certificate(b""))


def test_any_cut_and_any_changed_byte_is_read_or_refused():
    good = certificate(times(0x17, b"261120175603Z"))
    for size in range(len(good)):
        assert refused(good[:size])
    noise = os.urandom(len(good))
    for place in range(len(good)):
        changed = good[:place] + noise[place : place + 1] + good[place + 1 :]
        try:
            assert der.not_before(changed) >= 0
        except ValueError:
            pass


def test_a_certificate_with_nothing_in_it_is_none():
    assert refused(value(0x30, value(0x30, b"")))
    assert refused(value(0x30, b""))
