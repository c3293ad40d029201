"""Images from the internet, when there is one."""

import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict

from pullcord.plant.boards import Board
from pullcord.plant.document import Document

from .folder import ImageProblem

LIST = Path(__file__).parents[3] / "hardware" / "images.yaml"
WAIT_S = 20.0
_CHUNK = 64 * 1024
_MOST_BYTES = 16 << 20
_OFFLINE = "Without internet: bring the file on a stick, and `pullcord image add FILE`"
Progress = Callable[[int, int], None]


class Release(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    version: str
    date: str


class Sources(BaseModel):
    """What hardware/images.yaml says."""

    model_config = ConfigDict(extra="forbid", strict=True)
    release: Release
    address: str
    kinds: dict[str, str]
    sources: list[str]

    def of(self, board: Board) -> str:
        """The address of the image for this board."""
        values = self.release.model_dump()
        return self.address.format(image=board.image, kind=self.kinds[board.chip], **values)


def sources(file: Path = LIST) -> Sources:
    return Sources.model_validate(Document.read(file).data)


def name_of(address: str) -> str:
    """ImageProblem when it is no address of a file."""
    parts = urlsplit(address)
    name = PurePosixPath(unquote(parts.path)).name
    if parts.scheme not in ("https", "http") or not parts.hostname or not name:
        raise ImageProblem(f"{address}: is no address of a file, such as https://micropython.org/.../NAME.uf2")
    return name


def fetch(address: str, progress: Progress = lambda done, total: None) -> bytes:
    """The file at `address`. `progress(bytes so far, bytes in all or 0)`. ImageProblem says what to do."""
    host = urlsplit(address).netloc
    try:
        with urllib.request.urlopen(address, timeout=WAIT_S) as answer:
            return _all_of(answer, int(answer.headers.get("Content-Length") or 0), progress)
    except urllib.error.HTTPError as error:
        raise ImageProblem(f"{address}: {host} says {error.code} {error.reason}: look at the address") from error
    except urllib.error.URLError as error:
        raise ImageProblem(_unreachable(host, error.reason)) from error
    except TimeoutError as error:
        raise ImageProblem(f"{host} fell silent for {WAIT_S:.0f} s. {_OFFLINE}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise ImageProblem(f"the download from {host} broke off ({error}): try again. {_OFFLINE}") from error


def _all_of(answer: "urllib.request._UrlopenRet", total: int, progress: Progress) -> bytes:
    data = bytearray()
    while chunk := answer.read(_CHUNK):
        data += chunk
        progress(len(data), total)
        if len(data) > _MOST_BYTES:
            raise ValueError("it is far too large for an image")
    if len(data) < total:
        raise ValueError(f"{len(data)} of {total} bytes came")
    return bytes(data)


def _unreachable(host: str, reason: object) -> str:
    if isinstance(reason, ssl.SSLError):
        return f"{host}: its certificate was not accepted ({reason.reason or reason}): is the clock right? {_OFFLINE}"
    if isinstance(reason, socket.gaierror):
        return f"{host} cannot be found: this computer has no internet, or no name service. {_OFFLINE}"
    return f"{host} cannot be reached ({reason}). {_OFFLINE}"
