"""Certificates and keys, from the files that OpenSSL writes to the form that a board reads."""

import base64
import binascii
import ssl
from pathlib import Path

_KEY_BEGIN, _KEY_END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"


class NotPem(Exception):
    """Says what is wrong with the file, and never what is in it."""


def certificate(file: Path) -> bytes:
    """DER of the one certificate in a PEM file. NotPem."""
    try:
        return ssl.PEM_cert_to_DER_cert(_text(file))
    except ValueError as error:
        raise NotPem(f"{file}: is no certificate in PEM, or holds more than one") from error


def key(file: Path) -> bytes:
    """DER (PKCS 8) of the private key in a PEM file. NotPem."""
    text = _text(file).strip()
    if not (text.startswith(_KEY_BEGIN) and text.endswith(_KEY_END)):
        raise NotPem(
            f"{file}: is no private key in PKCS 8 without a password: "
            "`openssl pkcs8 -topk8 -nodes -in OLD -out NEW` makes one"
        )
    try:
        return base64.b64decode("".join(text.split("\n")[1:-1]), validate=True)
    except binascii.Error:
        raise NotPem(f"{file}: is damaged") from None


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except OSError as error:
        raise NotPem(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise NotPem(f"{file}: is not in PEM, but in DER perhaps") from error
