"""Commands to stations, and the wait for their answers (docs/protocol.md, "Commands")."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from pullcord.line import moments, topics

SERVICE = ("lamp_test", "identify", "bypass", "check", "end_service")
DO = ("acknowledge", "arrive", "resolve", "cancel", "restart", "mute", *SERVICE)
NEED_CALL = ("acknowledge", "arrive", "resolve", "cancel")
EXPIRES_MS = 20_000
# A station may still run the command in the last moment before it expires, and its answer must travel.
ANSWER_S = EXPIRES_MS / 1000 + 2

Publish = Callable[[str, bytes], Awaitable[None]]


class Commands:
    """Sends commands through `publish(topic, payload)`; ConnectionError from it means no broker."""

    def __init__(self, publish: Publish, now_ms: Callable[[], int]) -> None:
        self._publish = publish
        self._now_ms = now_ms
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def send(
        self, path: str, do: str, call: str | None, by: str, reason: str, answer_s: float = ANSWER_S
    ) -> dict[str, Any]:
        """The station's answer `{"command", "do", "result", "why"}`.

        Besides the station's own results, `result` is `no answer` (the station may have run it: look at its
        lamp) or `no broker` (nothing was sent). ValueError when the command makes no sense.
        """
        _check(do, call)
        command = _command(self._now_ms(), do, call, by, reason)
        answer = asyncio.get_running_loop().create_future()
        self._waiting[command["id"]] = answer
        try:
            async with asyncio.timeout(answer_s):
                await self._publish(topics.of_station(path, "command"), json.dumps(command).encode())
                return dict(await answer)
        except ConnectionError as error:
            return _unanswered(command, "no broker", str(error))
        except TimeoutError:
            why = f"{path} did not answer within {answer_s:g} s; see whether it is online"
            return _unanswered(command, "no answer", why)
        finally:
            del self._waiting[command["id"]]

    def take_answer(self, data: dict[str, Any]) -> None:
        """The data of a `station.command` event; answers to commands of others are not ours."""
        answer = self._waiting.get(data["command"])
        if answer and not answer.done():
            answer.set_result(data)


def _check(do: str, call: str | None) -> None:
    if do not in DO:
        raise ValueError(f"{do!r} is no command; one of {', '.join(DO)} is")
    if do in NEED_CALL and not call:
        raise ValueError(f"{do} needs the id of the call it is for")


def _command(now_ms: int, do: str, call: str | None, by: str, reason: str) -> dict[str, Any]:
    command = {
        "id": "c-" + secrets.token_hex(6),
        "expires": moments.to_text(now_ms + EXPIRES_MS),
        "do": do,
        "by": by,
    }
    if call:
        command["call"] = call
    if reason or do == "resolve":
        command["reason"] = reason or "unspecified"
    return command


def _unanswered(command: dict[str, Any], result: str, why: str) -> dict[str, Any]:
    return {"command": command["id"], "do": command["do"], "result": result, "why": why}
