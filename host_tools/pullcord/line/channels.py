"""The ways to reach people: each channel's address is a URL of Apprise, and a secret.

An address is never shown and never logged, not even in part: it holds passwords, and for some services it is one.
"""

import json
import logging
import re
import stat
import threading
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)

OTHERS = 0o077
LOGS = ("apprise", "urllib3", "requests")
_STATUS = re.compile(r"error=([0-9]{3})\b")


class ChannelsUnusable(Exception):
    """The text says what is wrong with the file, and what to do; never what is in it."""


class Channels:
    """Addresses by name. `send` may be called from several threads."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = dict(addresses)

    @property
    def names(self) -> list[str]:
        return sorted(self._addresses)

    def send(self, channel: str, title: str, text: str) -> str:
        """Empty when the service at the other end took it; otherwise why not, in words. Blocks, for some seconds."""
        address = self._addresses.get(channel)
        if address is None:
            return "the secrets file has no such channel"
        import apprise  # takes a while, and only who tells people needs it

        with _Overheard() as heard:
            # Not by an `Apprise` object, which sends in threads of its own: what it says there is nobody's.
            sender = apprise.Apprise.instantiate(address)
            if sender is None:
                return "its address in the secrets file is none that Apprise knows"
            return "" if sender.notify(body=text, title=title, notify_type=apprise.NotifyType.INFO) else heard.why()


def read(file: Path) -> Channels:
    """A file of JSON for its owner only: `{"NAME": "URL", ...}`. ChannelsUnusable."""
    try:
        if stat.S_IMODE(file.stat().st_mode) & OTHERS:
            raise ChannelsUnusable(f"{file}: others can read it, and it holds passwords: chmod 600 {file}")
        found = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ChannelsUnusable(f"{file}: {error.strerror}; see docs/integrators/notifications.md") from error
    except ValueError:  # its text quotes what was read
        raise ChannelsUnusable(f'{file}: it is not JSON like {{"NAME": "URL"}}') from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ChannelsUnusable(f'{file}: it is not JSON like {{"NAME": "URL"}}')
    return Channels(found)


class _Overheard(logging.Handler):
    """What Apprise tells its log in this thread. It goes nowhere else: it holds addresses."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)  # below that it tells what it loads and where it connects
        self._thread = threading.get_ident()
        self._said: list[str] = []

    def __enter__(self) -> "_Overheard":
        for name in LOGS:
            logging.getLogger(name).propagate = False
            # without any handler Python itself would print it
            logging.getLogger(name).addHandler(self)
        return self

    def __exit__(self, *_error: object) -> None:
        for name in LOGS:
            logging.getLogger(name).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread and record.name.startswith("apprise"):
            self._said.append(record.getMessage())

    def why(self) -> str:
        for said in self._said:
            found = _STATUS.search(said)
            if found:
                return f"it answered with the error {found[1]}"
            if "onnection" in said or "ocket" in said:
                return "there is no connection to it"
        return "it was not taken"
