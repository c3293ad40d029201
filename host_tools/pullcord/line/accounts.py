"""Which broker a station's messages go to, and what it shows there: its own account, CA and certificate."""

import os
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pullcord.line.address import Address
from pullcord.plant.model import Plant
from pullcord.plant.secret_store import Certificate, Secrets


@dataclass(frozen=True)
class Account:
    """`shown`: the broker's address without secrets. `tls`: None for a connection in the clear."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None

    @property
    def shown(self) -> str:
        return f"{self.host}:{self.port}"


Accounts = Callable[[str], Account]


def of_plant(plant: Plant, secrets: Callable[[], Secrets]) -> Accounts:
    """As the plant file and the secrets say; they are read anew each time: a password may have been renewed."""

    def account(station: str) -> Account:
        known, broker = secrets(), plant.broker
        password = known.accounts.get(station)
        own = known.certificates.get(station) if broker.tls and broker.tls.certificates else None
        tls = _context(known.broker_ca, own) if broker.tls else None
        return Account(broker.host, broker.listens_at, station if password else None, password, tls)

    return account


def of_address(address: Address, secrets: Callable[[], Secrets]) -> Accounts:
    """Another broker than the plant file's: the station's own account if there is one, else that of the address."""

    def account(station: str) -> Account:
        own = secrets().accounts.get(station)
        tls = ssl.create_default_context(cafile=address.ca) if address.tls else None
        user, password = (station, own) if own else (address.username, address.password)
        return Account(address.host, address.port, user, password, tls)

    return account


def _context(ca: bytes, own: Certificate | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=ca or None)
    if own:
        with tempfile.TemporaryDirectory() as folder:  # OpenSSL takes them from files only
            pem = Path(folder, "own.pem")
            with os.fdopen(os.open(pem, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(ssl.DER_cert_to_PEM_cert(own.certificate))
                file.write(ssl.DER_cert_to_PEM_cert(own.key).replace("CERTIFICATE", "PRIVATE KEY"))
            context.load_cert_chain(pem)
    return context
