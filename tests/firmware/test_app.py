"""The whole station in virtual time: pins, rules, flash and delivery together."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio

from pullcord.sim.harness import (
    ACK,
    BADGE,
    BUTTON,
    CARD,
    CORD,
    GREEN,
    OK,
    OTHER_CARD,
    PERMIT,
    RED,
    RESTART,
    YELLOW,
    Harness,
)

SECOND = 1000


def bench(**changes):
    return Harness(harness.config(**changes))


def first(outputs, pin, level, after):
    return min([ms for ms, at, lit in outputs if at == pin and lit == level and ms >= after], default=None)


async def up(line):
    """A fresh board keeps its permit off until somebody says that the line may run."""
    await asyncio.sleep_ms(SECOND)
    await line.press(RESTART)
    await asyncio.sleep_ms(SECOND)


def types(plant):
    return [event["type"][9:-3] for event in plant.events()]


def test_a_pull_lights_the_lamp_at_once_and_reaches_the_plant_once():
    line = bench()

    async def script(line):
        await up(line)
        await asyncio.sleep_ms(6 * SECOND)
        line.pulled_at = line.app.uptime.ms()
        await line.press(CORD)
        await asyncio.sleep_ms(3 * SECOND)
        return line.app.station.andon.calls["quality"].plant

    assert line.run(script, 60 * SECOND) is True
    assert first(line.outputs, YELLOW, 1, line.pulled_at) - line.pulled_at <= 40
    assert types(line.plant).count("andon.called") == 1
    called = line.plant.events("andon.called")[0]
    assert called["data"] == {"call": "quality", "input": "cord-1", "via": "cord"}
    assert called["clock"] == "synced"
    assert line.plant.state["calls"][0]["plant"] is True


def test_at_the_mark_the_permit_drops_and_only_a_restart_gives_it_back():
    line = bench()

    async def script(line):
        await up(line)
        await line.press(CORD)
        await asyncio.sleep_ms(15 * SECOND)
        before = line.world.levels[PERMIT]
        await asyncio.sleep_ms(5 * SECOND)
        stopped = line.world.levels[PERMIT]
        await line.press(RESTART)
        refused = line.world.levels[PERMIT]
        call = line.app.station.andon.calls["quality"]
        line.plant.command("resolve", call.id, reason="tool_worn")
        await asyncio.sleep_ms(SECOND)
        waiting = line.world.levels[PERMIT]
        await line.press(RESTART)
        await asyncio.sleep_ms(SECOND)
        return before, stopped, refused, waiting, line.world.levels[PERMIT]

    assert line.run(script, 60 * SECOND) == (1, 0, 0, 0, 1)
    assert [type for type in types(line.plant)[3:] if type.startswith("andon")] == [
        "andon.called",
        "andon.stopped",
        "andon.acknowledged",
        "andon.arrived",
        "andon.resolved",
        "andon.restarted",
    ]
    assert line.plant.events("andon.restarted")[1]["data"]["stop"] == line.plant.events("andon.stopped")[0]["id"]


def test_without_a_network_everything_works_here_and_arrives_later_once():
    line = bench()
    line.plant.reachable = False

    async def script(line):
        await asyncio.sleep_ms(5 * SECOND)
        await line.press(BUTTON)
        await line.press(CORD)
        await line.tap(CARD)
        await asyncio.sleep_ms(60 * SECOND)
        line.plant.reachable = True
        await asyncio.sleep_ms(90 * SECOND)

    line.run(script, 600 * SECOND)
    assert sorted(event["data"]["call"] for event in line.plant.events("andon.called")) == ["material", "quality"]
    assert len(line.plant.events("kanban.tapped")) == 1
    assert line.plant.events("kanban.tapped")[0]["data"]["certain"] is False
    sequences = [int(event["sequence"]) for event in line.plant.events()]
    assert sequences == list(range(1, len(sequences) + 1))


def test_a_silent_network_is_found_out_and_what_was_sent_into_it_is_sent_again():
    line = bench()

    async def script(line):
        await asyncio.sleep_ms(5 * SECOND)
        line.plant.reachable = False
        await line.press(CORD)
        await asyncio.sleep_ms(20 * SECOND)
        winks = line.app.station.cut_off(line.app.uptime.ms())
        line.plant.reachable = True
        await asyncio.sleep_ms(120 * SECOND)
        return winks

    assert line.run(script, 600 * SECOND) is True
    assert len(line.plant.events("andon.called")) == 1


def test_a_broker_that_takes_events_and_drops_them_gets_them_again_on_the_same_connection():
    line = bench()

    async def script(line):
        await asyncio.sleep_ms(3 * SECOND)
        line.plant.deaf = True
        await line.press(CORD)
        await asyncio.sleep_ms(3 * SECOND)
        line.plant.deaf = False
        await asyncio.sleep_ms(30 * SECOND)
        return line.app.uplink.reconnects

    assert line.run(script, 600 * SECOND) == 0
    assert len(line.plant.events("andon.called")) == 1


def test_a_reboot_in_the_middle_of_a_call_brings_back_lamp_permit_and_timers():
    line = bench()

    async def pull(line):
        await up(line)
        await line.press(CORD)
        await asyncio.sleep_ms(22 * SECOND)
        await line.press(BUTTON)
        await asyncio.sleep_ms(SECOND)
        return sorted(line.app.station.rows(line.app.uptime.ms()))

    async def look(line):
        await asyncio.sleep_ms(SECOND)
        rows = sorted(line.app.station.rows(line.app.uptime.ms()))
        quality = line.app.station.andon.calls["quality"]
        age = line.app.uptime.ms() - quality.called_at
        return rows, line.world.levels[PERMIT], age, quality.id

    before = line.run(pull, 60 * SECOND)
    rows, permit, age, id = line.run(look, 60 * SECOND)
    assert before == rows == ["call_plant", "material_plant", "stopped"]
    assert permit == 0
    assert 22 * SECOND <= age <= 26 * SECOND
    assert len(line.plant.events("andon.called")) == 2
    assert line.plant.events("andon.called")[0]["id"] == id


def test_the_escalation_timer_goes_on_through_a_power_cut():
    line = bench()

    async def pull(line):
        await up(line)
        await line.press(CORD)
        await asyncio.sleep_ms(50 * SECOND)
        await line.press(ACK)  # answered: one event more, so that the checkpoint is young
        await asyncio.sleep_ms(SECOND)
        await line.press(BUTTON)
        await asyncio.sleep_ms(SECOND)

    async def wait(line):
        await asyncio.sleep_ms(125 * SECOND)

    line.run(pull, 120 * SECOND)
    line.run(wait, 200 * SECOND)
    escalated = line.plant.events("andon.escalated")
    assert [event["data"]["category"] for event in escalated] == ["material"]


def test_a_cord_still_pulled_at_boot_is_not_a_new_call():
    line = bench()

    async def pull(line):
        await up(line)
        line.world.set_pin(CORD, 0)
        await asyncio.sleep_ms(2 * SECOND)
        line.plant.command("resolve", line.app.station.andon.calls["quality"].id)
        await asyncio.sleep_ms(2 * SECOND)

    async def look(line):
        await asyncio.sleep_ms(5 * SECOND)

    line.run(pull, 60 * SECOND)
    line.run(look, 60 * SECOND)
    assert len(line.plant.events("andon.called")) == 1


def test_a_card_is_answered_within_150_ms_and_only_when_it_is_stored():
    line = bench()

    async def script(line):
        await asyncio.sleep_ms(3 * SECOND)
        at = line.app.uptime.ms()
        await line.tap(CARD)
        await asyncio.sleep_ms(SECOND)
        return at

    at = line.run(script, 60 * SECOND)
    assert first(line.outputs, OK, 1, at) - at <= 150
    assert line.plant.events("kanban.tapped")[0]["data"]["loop"] == "bolts"


def test_cards_get_the_answer_of_the_table():
    line = bench()

    async def script(line):
        await asyncio.sleep_ms(3 * SECOND)
        for uid in (CARD, b"\xff\xff\xff\xff", BADGE):
            await line.tap(uid)
            await asyncio.sleep_ms(SECOND)
        await asyncio.sleep_ms(6 * SECOND)
        await line.tap(CARD)
        await asyncio.sleep_ms(2 * SECOND)

    line.run(script, 60 * SECOND)
    assert len(line.plant.events("kanban.tapped")) == 1
    refused = [event["data"]["why"] for event in line.plant.events("kanban.refused")]
    assert refused == ["unknown", "wrong_place", "already"]


def test_a_command_is_answered_once_and_run_once():
    line = bench()

    async def script(line):
        await asyncio.sleep_ms(3 * SECOND)
        await line.press(CORD)
        await asyncio.sleep_ms(SECOND)
        id = line.app.station.andon.calls["quality"].id
        line.plant.command("acknowledge", id)
        line.plant.command("acknowledge", "0000-1")
        line.plant.command("acknowledge", id, expires_in_ms=-1)
        line.plant.deliver("command", b"\xffrubbish")
        await asyncio.sleep_ms(3 * SECOND)

    line.run(script, 60 * SECOND)
    results = [event["data"]["result"] for event in line.plant.events("station.command")]
    assert results == ["done", "mismatch", "expired"]
    assert line.plant.events("station.faulted")[0]["data"]["task"] == "command"


def test_green_is_steady_while_the_line_runs_and_connected():
    line = bench()

    async def script(line):
        await up(line)
        await asyncio.sleep_ms(6 * SECOND)
        changes = len(line.outputs)
        await asyncio.sleep_ms(60 * SECOND)
        return line.lit(), len(line.outputs) - changes

    assert line.run(script, 120 * SECOND) == (["green"], 0)


def test_a_failing_flash_is_on_the_lamp_and_nothing_felt_is_forgotten():
    line = bench()

    async def script(line):
        await asyncio.sleep_ms(3 * SECOND)
        append = line.app.journal.append

        def fail(event, checkpoint):
            raise OSError(5)

        line.app.journal.append = fail
        await line.press(CORD)
        await asyncio.sleep_ms(3 * SECOND)
        rows = line.app.station.rows(line.app.uptime.ms())
        line.app.journal.append = append
        await asyncio.sleep_ms(3 * SECOND)
        return "not_stored" in rows, "not_stored" in line.app.station.rows(line.app.uptime.ms())

    assert line.run(script, 60 * SECOND) == (True, False)
    assert len(line.plant.events("andon.called")) == 1


def test_a_backlog_of_a_failing_flash_is_recorded_once_it_works():
    line = bench()

    async def script(line):
        await up(line)
        append = line.app.journal.append

        def fail(event, checkpoint):
            raise OSError(28)

        line.app.journal.append = fail
        for _ in range(3):
            await line.press(CORD)
            await asyncio.sleep_ms(3 * SECOND)
            await line.press(CORD)
            await line.press(BUTTON)
            await line.press(ACK)
            for uid in (CARD, OTHER_CARD, BADGE, CARD):
                await line.tap(uid)
                await asyncio.sleep_ms(3 * SECOND)
        line.app.journal.append = append
        waiting = len(line.app.station.drafts)
        await asyncio.sleep_ms(20 * SECOND)
        return waiting, len(line.app.station.drafts), "not_stored" in line.app.station.rows(0)

    waiting, left, failed = line.run(script, 200 * SECOND)
    assert waiting >= 20 and left == 0 and not failed
    assert len(line.plant.events("andon.called")) == 4
    sequences = [int(event["sequence"]) for event in line.plant.events()]
    assert sequences == list(range(1, len(sequences) + 1))


def test_what_was_appended_is_not_appended_again_when_the_memory_ends_behind_it():
    for part in ("stored", "receipt", "due"):
        line = bench()

        async def script(line, part=part):
            await up(line)
            work, left = getattr(line.app.station, part), [3]

            def fails(*arguments):
                if left[0]:
                    left[0] -= 1
                    raise MemoryError("no memory")
                return work(*arguments)

            setattr(line.app.station, part, fails)
            await line.press(CORD)
            await asyncio.sleep_ms(10 * SECOND)
            return line.app.station.andon.calls["quality"].id

        id = line.run(script, 60 * SECOND)
        called = line.plant.events("andon.called")
        assert [event["id"] for event in called] == [id], part
        assert line.plant.copies == 0


def test_when_recording_fails_for_whatever_reason_the_lamp_says_so():
    line = bench()

    async def script(line):
        await up(line)

        def fails(event, checkpoint):
            raise ValueError("too long")

        append, line.app.journal.append = line.app.journal.append, fails
        await line.press(CORD)
        await asyncio.sleep_ms(SECOND)
        failed = "not_stored" in line.app.station.rows(0)
        line.app.journal.append = append
        await asyncio.sleep_ms(20 * SECOND)
        return failed, "not_stored" in line.app.station.rows(0)

    assert line.run(script, 60 * SECOND) == (True, False)
    assert len(line.plant.events("andon.called")) == 1


def test_a_task_that_dies_is_reported_and_lives_again():
    line = bench()

    async def script(line):
        await asyncio.sleep_ms(3 * SECOND)
        sample = line.app.inputs.sample
        line.app.inputs.sample = None
        line.world.set_pin(CORD, 0)
        await asyncio.sleep_ms(500)
        line.app.inputs.sample = sample
        line.world.set_pin(CORD, 1)
        await asyncio.sleep_ms(3 * SECOND)
        await line.press(CORD)
        await asyncio.sleep_ms(2 * SECOND)

    line.run(script, 60 * SECOND)
    assert line.plant.events("station.faulted")[0]["data"]["task"] == "inputs"
    assert len(line.plant.events("andon.called")) == 1


def test_an_eight_hour_shift_with_wrapping_ticks():
    line = Harness(harness.config(readers=[]), start_ticks=2**30 - 3600 * SECOND)

    async def script(line):
        await up(line)
        for _ in range(48):
            await asyncio.sleep_ms(500 * SECOND)
            await line.press(CORD)
            await asyncio.sleep_ms(10 * SECOND)
            id = line.app.station.andon.calls["quality"].id
            line.plant.command("resolve", id, reason="checked")
            await asyncio.sleep_ms(90 * SECOND)
        return True

    assert line.run(script, 8 * 3600 * SECOND + 60 * SECOND) is True
    assert len(line.plant.events("andon.called")) == len(line.plant.events("andon.resolved")) == 48
    assert line.plant.copies == 0
    assert [event["type"] for event in line.plant.events() if "faulted" in event["type"]] == []
    assert line.world.levels[RED] == 0 and GREEN in line.world.levels


def test_rubbish_from_the_broker_changes_nothing_and_never_ends_the_connection():
    line = bench()
    deep = b"[" * 3000
    rubbish = [b"", deep, b"null", b"[]", b"\xff\xfe", b"x" * 6000, b'{"id":"a","do":[],"expires":{}}']
    times = [b"-5", b"0", b"253402300799999", b"1e999", b"NaN", b"1.5", b"true", b"null", b'"17"', b"9" * 400]

    async def script(line):
        await up(line)
        await asyncio.sleep_ms(6 * SECOND)
        now = line.app.uptime.ms()
        before = line.app.station.clock.unix_ms(now)
        for payload in rubbish:
            for suffix in ("command", "config", "cards", "receipt/" + line.app.journal.name, "receipt/x"):
                line.plant.deliver(suffix, payload)
                await asyncio.sleep_ms(50)
        for number in times:
            line.app.on_time(line.app.uptime.ms(), b'{"session":"s","unix_ms":' + number + b"}")
        later = line.app.station.clock.unix_ms(now)
        await asyncio.sleep_ms(20 * SECOND)
        return abs(later - before), line.app.uplink.reconnects, line.lit(), line.world.levels[PERMIT]

    drift, reconnects, lit, permit = line.run(script, 300 * SECOND)
    assert (reconnects, lit, permit) == (0, ["green"], 1) and drift < SECOND
    assert {event["data"]["task"] for event in line.plant.events("station.faulted")} == {"command"}


def test_nothing_ends_when_the_uptime_no_longer_fits_a_small_int():
    line = bench()

    async def script(line):
        line.app.uptime._ms += 2**30 - 30 * SECOND
        await up(line)
        await line.press(CORD)
        await asyncio.sleep_ms(65 * SECOND)
        id = line.app.station.andon.calls["quality"].id
        line.plant.command("resolve", id)
        await asyncio.sleep_ms(SECOND)
        await line.press(RESTART)
        await line.tap(CARD)
        await asyncio.sleep_ms(20 * SECOND)
        return line.lit(), line.world.levels[PERMIT], line.app.uplink.reconnects

    assert line.run(script, 200 * SECOND) == (["green"], 1, 0)
    kinds = [type for type in types(line.plant) if type.startswith(("andon", "kanban"))]
    assert "andon.escalated" in kinds and kinds[-2:] == ["andon.restarted", "kanban.tapped"]
    assert line.plant.events("station.faulted") == []


def test_the_plant_learns_that_a_damaged_event_will_never_come():
    line = bench()

    async def script(line):
        line.plant.reachable = False
        await up(line)
        await line.press(BUTTON)
        await asyncio.sleep_ms(SECOND)
        read, lost = line.app.journal.read, line.app.journal.through + 1

        def damaged(sequence):
            if sequence == lost:
                raise KeyError(sequence)
            return read(sequence)

        line.app.journal.read = damaged
        line.plant.reachable = True
        await asyncio.sleep_ms(90 * SECOND)
        return line.app.journal.depth

    assert line.run(script, 300 * SECOND) == 0
    assert line.plant.holes == 1
