"""The one place of a plant's secrets: accounts at the broker, Wi-Fi, certificates.

The broker's files and each board's files come from it, so that both know the same password. It is a file for its
owner only, beside the plant file; it never goes into a repository.
"""

import base64
import binascii
import contextlib
import fcntl
import json
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from . import broker_files
from .model import Plant

PRIVATE = 0o600
_OTHERS = 0o077


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise ValueError("is not base64") from error


Binary = Annotated[bytes, BeforeValidator(_bytes), PlainSerializer(lambda value: base64.b64encode(value).decode())]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True, hide_input_in_errors=True)


class Wifi(_Part):
    """`password`: empty for an open network."""

    ssid: str
    password: str = Field("", repr=False)

    def problem(self) -> str:
        """What no access point can have (IEEE 802.11: SSID 1 to 32 bytes; WPA: 8 to 63 characters); empty: nothing."""
        if not 1 <= len(self.ssid.encode()) <= 32:
            return "the network's name has 1 to 32 characters"
        if not self.password.isascii() or not self.password.isprintable():
            return "the password has a character that no keyboard of an access point knows"
        if self.password and not 8 <= len(self.password) <= 64:
            return f"a Wi-Fi password has 8 to 63 characters; this one has {len(self.password)}"
        return ""

    def doubt(self) -> str:
        """What is allowed and still looks like a slip."""
        if not self.password:
            return "no password: an open network"
        if self.password != self.password.strip() or self.ssid != self.ssid.strip():
            return "there is a space at the beginning or end"
        return ""


class Certificate(_Part):
    """What a station shows: DER, the key as PKCS 8."""

    certificate: Binary
    key: Binary = Field(repr=False)


class Secrets(_Part):
    """`accounts`: password by account. `wifi`: by place, "" for the whole site, the nearest one counts."""

    format: Literal[1] = 1
    accounts: dict[str, str] = Field({}, repr=False)
    wifi: dict[str, Wifi] = {}
    broker_ca: Binary = b""
    certificates: dict[str, Certificate] = {}

    def update_accounts(self, plant: Plant, renew: Iterable[str] = ()) -> list[str]:
        """One for each station and the plant side; those of stations that are gone go. Returns who got a new one."""
        before = self.accounts
        self.accounts = broker_files.credentials(plant, before, renew)
        return [user for user, password in self.accounts.items() if before.get(user) != password]

    def wifi_at(self, place: str) -> Wifi | None:
        """`place`: area/line/station."""
        while place and place not in self.wifi:
            place = place.rpartition("/")[0]
        return self.wifi.get(place)


class StoreProblem(Exception):
    """The store cannot be used, in a sentence that says what to do. It never holds a secret."""


class SecretStore:
    def __init__(self, file: Path) -> None:
        self.file = file

    @classmethod
    def beside(cls, plant_file: Path) -> "SecretStore":
        """plant.yaml has its secrets in plant.secrets."""
        return cls(plant_file.with_suffix(".secrets"))

    def read(self) -> Secrets:
        """Empty when there is none yet. StoreProblem."""
        try:
            with self.file.open("rb") as file:
                self._check(os.fstat(file.fileno()))
                return Secrets.model_validate(json.loads(file.read()))
        except FileNotFoundError:
            return Secrets()
        except OSError as error:
            raise StoreProblem(f"{self.file}: cannot be read ({error.strerror})") from error
        except (ValueError, RecursionError) as error:
            raise StoreProblem(f"{self.file}: is damaged ({_where(error)}): bring it back from a copy") from None

    @contextlib.contextmanager
    def changing(self) -> Iterator[Secrets]:
        """What is changed in it is kept when the block ends well. Nobody else changes it meanwhile. StoreProblem."""
        with self._alone():
            secrets = self.read()
            before = secrets.model_dump_json()
            yield secrets
            if secrets.model_dump_json() != before:
                self._save(secrets.model_dump_json(indent=1) + "\n")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            folder = os.open(self.file.parent, os.O_RDONLY)
        except OSError as error:
            raise StoreProblem(f"{self.file.parent}: {error.strerror}") from error
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _save(self, text: str) -> None:
        try:
            write_private(self.file, text.encode())
        except OSError as error:
            raise StoreProblem(f"{self.file}: cannot be written ({error.strerror}); nothing was changed") from error

    def _check(self, found: os.stat_result) -> None:
        if found.st_mode & _OTHERS:
            mode = stat.S_IMODE(found.st_mode)
            raise StoreProblem(
                f"{self.file}: others on this computer can read it (mode {mode:o}): `chmod 600 {self.file}`; "
                "if somebody could have, `pullcord broker --renew ACCOUNT` makes new passwords"
            )
        if found.st_uid not in (os.geteuid(), 0):
            raise StoreProblem(f"{self.file}: belongs to another user: work as that one, or take a copy of your own")


def write_private(file: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Whole or as it was before, and never readable for others in between. OSError."""
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink()
        raise


def _where(error: Exception) -> str:
    """The place, and never the value."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return "it is not JSON"
