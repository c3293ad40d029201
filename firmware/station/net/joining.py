"""From no connection to a session with the broker. Loaded while there is none, and forgotten again."""

import asyncio

from station.net import greeting
from station.net.mqtt import MqttError

STEP_MS = 50
BEAT_MS = 500
BACKOFF_MS = (500, 30000)


async def session(opener, network, options, topics, on_message, on_ack):
    """A Session that is introduced and subscribed to [(topic, qos), ...]. `options`: those of `greeting.greet`.

    Raises MqttError, and closes what it began.
    """
    from station.health.memory import forget

    if not options["host"].replace(".", "").isdigit():
        from station.net import names

        opener = names.opener(opener, network.name_server(), options)
    made = await greeting.greet(opener, options, on_message, on_ack)
    try:
        await greeting.subscribe(made, topics)
    except BaseException:
        await made.close()
        raise
    finally:
        forget("net.names")
    return made


async def pause(uptime, failures, chance, beat):
    """Wait with jitter, longer after each failure. `chance`: 0.0 to 1.0."""
    shortest, longest = BACKOFF_MS
    spread = min(longest, shortest << min(failures, 8)) - shortest
    end = uptime.ms() + shortest + int(chance * spread)
    while uptime.ms() < end:
        beat()
        await asyncio.sleep_ms(min(BEAT_MS, max(1, end - uptime.ms())))


async def beating(work, uptime, deadline_ms, what, beat):
    """What `work` returns; meanwhile there is life. MqttError: `what` took longer than the deadline."""
    outcome = []
    task = asyncio.create_task(_keep_outcome(work, outcome))
    end = uptime.ms() + deadline_ms
    try:
        while not outcome:
            if uptime.ms() >= end:
                raise MqttError(f"{what} took longer than {deadline_ms // 1000} s")
            beat()
            await asyncio.sleep_ms(STEP_MS)
    finally:
        task.cancel()
    error, result = outcome[0]
    if error:
        raise error
    return result


async def _keep_outcome(work, outcome):
    """Append (exception or None, result): MicroPython prints an exception that nobody awaits yet."""
    try:
        outcome.append((None, await work))
    except Exception as error:  # noqa: BLE001 (`beating` raises it)
        outcome.append((error, None))
