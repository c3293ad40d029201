"""Asks a running line service, by its API."""

import json
import os
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import typer

from pullcord.cli.failure import Failure
from pullcord.cli.one_line import one_line

HERE = "http://127.0.0.1:8080"
PATIENCE_S = 90.0  # a plant file of hundreds of stations is read for some seconds, on a small computer for more

ServiceUrl = Annotated[
    str,
    typer.Option("--service", metavar="URL", envvar="PULLCORD_SERVICE", help="The line service."),
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="Where your token is; $PULLCORD_TOKEN holds it otherwise."),
]


class Refused(Failure):
    """The service understood, and said no. `status` is that of HTTP, `body` its answer."""

    def __init__(self, status: int, body: dict[str, Any], *lines: str) -> None:
        self.status = status
        self.body = body
        super().__init__(*lines)


class ServiceClient:
    """`get` and `post` below /api. Failure says in words what is in the way."""

    def __init__(self, url: str = HERE, token_file: Path | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Failure(f"pullcord: {url}: is no address of a line service: one such as {HERE}")
        self._url = url.rstrip("/")
        self._token = _token(token_file)

    def get(self, path: str, **query: Any) -> Any:
        given = urlencode({key: value for key, value in query.items() if value is not None})
        return json.loads(self._ask("GET", path + (f"?{given}" if given else ""), None))

    def text(self, path: str, **query: Any) -> str:
        given = urlencode({key: value for key, value in query.items() if value is not None})
        return self._ask("GET", path + (f"?{given}" if given else ""), None).decode()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return json.loads(self._ask("POST", path, json.dumps(body).encode()))

    def _ask(self, method: str, path: str, body: bytes | None) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(f"{self._url}/api{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise _refused(self._url, error) from error
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            why = getattr(error, "reason", error)
            raise Failure(
                f"pullcord: no line service answers at {self._url} ({why}).",
                "pullcord: start it (`pullcord serve`), or name the right one with --service URL.",
            ) from error


def _token(file: Path | None) -> str:
    if file is None:
        return os.environ.get("PULLCORD_TOKEN", "").strip()
    return one_line(file, "the token", "`pullcord token` makes one")


def _refused(url: str, error: urllib.error.HTTPError) -> Refused:
    try:
        body = json.loads(error.read())
    except ValueError:
        body = {}
    said = body.get("detail") if isinstance(body, dict) else None
    lines = str(said or f"answered {error.code}").splitlines()
    if error.code == 401:
        lines.append("put the token into $PULLCORD_TOKEN, or into a file that --token-file names")
    # `plant.yaml:12: ...` says where by itself, in the form in which a terminal opens the file
    told = (line if re.match(r"\S+:\d+: ", line) else f"pullcord: {url}: {line}" for line in lines)
    return Refused(error.code, body if isinstance(body, dict) else {}, *told)
