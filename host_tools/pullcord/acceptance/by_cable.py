"""The way to the plant of a station without a network: for once this program is its gateway."""

import asyncio
import contextlib

from pullcord.line import messages
from pullcord.line.accounts import Accounts
from pullcord.usb.board_link import BoardLink, Status
from pullcord.usb.broker_side import BrokerSide
from pullcord.usb.dialog import Hello


def receipted(device: str, accounts: Accounts, journal: str, last: int, deadline_s: float) -> str:
    """"" once the plant's receipt for event `last` of the station at `device` came; else why it did not."""
    return asyncio.run(_receipted(device, accounts, journal, last, deadline_s))


async def _receipted(device: str, accounts: Accounts, journal: str, last: int, deadline_s: float) -> str:
    came = asyncio.Event()

    def connect(hello: Hello, link: BoardLink) -> BrokerSide:
        def heard(topic: str, payload: bytes) -> None:
            receipt, _ = messages.read("receipt", payload) if topic == f"receipt/{journal}" else (None, "")
            if receipt is not None and receipt["through"] >= last:
                came.set()
            link.tell_board(topic, payload)

        return BrokerSide(hello, accounts, link.up, link.down, heard)

    link = BoardLink(device, connect, lambda hello, link: "", lambda: None)
    carrying = asyncio.create_task(link.run(lambda: device))
    try:
        async with asyncio.timeout(deadline_s):
            await came.wait()
        return ""
    except TimeoutError:
        return _why(link.status)
    finally:
        carrying.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await carrying


def _why(status: Status) -> str:
    if status.state == "online":
        return "the broker took it, but no recorder answered"
    return status.why or f"the station is {status.state}"
