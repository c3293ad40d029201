"""MicroPython's `tls` on CPython's `ssl`: certificates and keys are bytes, in DER (the key as PKCS 8)."""

import ssl
import tempfile
from pathlib import Path
from typing import Any

PROTOCOL_TLS_CLIENT = ssl.PROTOCOL_TLS_CLIENT
PROTOCOL_TLS_SERVER = ssl.PROTOCOL_TLS_SERVER
CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED = ssl.CERT_NONE, ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED


class SSLContext:
    """`verify_callback` is kept and never called: OpenSSL judges alone."""

    def __init__(self, protocol: int) -> None:
        self._context = ssl.SSLContext(protocol)  # type: ignore[arg-type]
        self.verify_callback: Any = None

    @property
    def verify_mode(self) -> int:
        return self._context.verify_mode

    @verify_mode.setter
    def verify_mode(self, mode: int) -> None:
        self._context.verify_mode = mode  # type: ignore[assignment]

    def load_verify_locations(self, certificate: bytes) -> None:
        try:
            self._context.load_verify_locations(cadata=certificate)
        except ssl.SSLError as error:
            raise ValueError("invalid cert") from error

    def load_cert_chain(self, certificate: bytes, key: bytes) -> None:
        """OpenSSL takes both from files only."""
        with tempfile.TemporaryDirectory() as folder:
            cert_file, key_file = Path(folder, "cert.pem"), Path(folder, "key.pem")
            cert_file.write_text(ssl.DER_cert_to_PEM_cert(certificate))
            text = ssl.DER_cert_to_PEM_cert(key).replace("CERTIFICATE", "PRIVATE KEY")
            key_file.touch(mode=0o600)
            key_file.write_text(text)
            self._context.load_cert_chain(cert_file, key_file)

    def wrap_bio(self, *arguments: Any, **how: Any) -> Any:
        return self._context.wrap_bio(*arguments, **how)
