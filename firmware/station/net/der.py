"""The few things to be read from an X.509 certificate in DER (RFC 5280, section 4.1; X.690). Loaded on demand."""


def not_before(certificate: bytes) -> int:
    """From when it is valid, in UTC ms since 1970. ValueError: it is not a certificate."""
    from station.core import rfc3339

    at, _ = _enter(certificate, 0, 0x30)  # Certificate
    at, _ = _enter(certificate, at, 0x30)  # TBSCertificate
    if certificate[at : at + 1] == b"\xa0":  # version
        at = _behind(certificate, at)
    for _ in range(3):  # serialNumber, signature, issuer
        at = _behind(certificate, at)
    at, _ = _enter(certificate, at, 0x30)  # validity
    kind = certificate[at] if at < len(certificate) else 0
    if kind not in (0x17, 0x18):
        raise ValueError("a certificate without its times")
    start, end = _enter(certificate, at, kind)
    digits = certificate[start:end].decode()
    if kind == 0x17:  # UTCTime has two digits for the year: 50 to 99 are 19xx
        digits = ("20" if digits < "5" else "19") + digits
    if len(digits) != 15:
        raise ValueError("a certificate with a strange time")
    parts = (digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:])
    moment = rfc3339.parse("%s-%s-%sT%s:%s:%s" % parts)
    if moment < 0:
        raise ValueError("a certificate from before 1970")
    return moment


def _enter(data, at, tag):
    """(start, end) of the content of the value at `at`."""
    if at + 2 > len(data) or data[at] != tag:
        raise ValueError("not a certificate")
    size, start = data[at + 1], at + 2
    if size > 127:
        count = size & 127
        if not 0 < count < 4 or start + count > len(data):
            raise ValueError("not a certificate")
        size = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + size > len(data):
        raise ValueError("a certificate that is cut short")
    return start, start + size


def _behind(data, at):
    if at >= len(data):
        raise ValueError("a certificate that is cut short")
    return _enter(data, at, data[at])[1]
