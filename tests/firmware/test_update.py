"""Portable: a new config or card table arrives in parts, and gives way to nothing but a whole and valid one."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio
import json
import os
from binascii import hexlify
from hashlib import sha256

from pullcord.sim.harness import BAD, BADGE, BUTTON, CARD, CORD, OK, OTHER_CARD, PERMIT, RESTART, Harness

SECOND = 1000
NEW_CARD = b"\x04\xa1\xb2\xc3\xd4\xe5\xf8"
NEW_CARDS = [(BADGE, "", "b", "full"), (CARD, "bolts", "s", "hold"), (NEW_CARD, "washers", "s", "full")]


def bench(**changes):
    return Harness(harness.config(**changes))


def lines(cards):
    return "".join(["%s,%s,%s,%s\n" % (hexlify(uid).decode(), loop, here, state) for uid, loop, here, state in cards])


def digest(text):
    return hexlify(sha256(text.encode()).digest())[:12].decode()


def parts(text, version=2, its_hash=None, size=40):
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    head = {"version": version, "hash": its_hash or digest(text), "digest": digest(text), "parts": len(pieces)}
    return [dict(head, part=number, data=piece) for number, piece in enumerate(pieces)]


def config_parts(config, size=200):
    return parts(json.dumps(config), config["version"], config["hash"], size)


async def send(line, what, messages):
    for message in messages:
        line.plant.deliver(what, json.dumps(message))
        await asyncio.sleep_ms(20)
    await asyncio.sleep_ms(1500)


async def up(line):
    await asyncio.sleep_ms(2 * SECOND)
    await line.press(RESTART)
    await asyncio.sleep_ms(SECOND)


def updated(line):
    return [event["data"] for event in line.plant.events("station.updated")]


def left_over(line):
    folders = (line.root, line.root + "cards/")
    return [name for folder in folders for name in os.listdir(folder) if name.endswith(".new")]


def test_a_new_card_table_counts_from_the_next_tap_on_without_a_reset():
    line = bench()

    async def script(line):
        await up(line)
        await line.tap(NEW_CARD)
        await asyncio.sleep_ms(6 * SECOND)
        await send(line, "cards", parts(lines(NEW_CARDS), 2))
        await line.tap(NEW_CARD)
        await asyncio.sleep_ms(6 * SECOND)
        await line.tap(CARD)
        await asyncio.sleep_ms(6 * SECOND)
        await line.tap(OTHER_CARD)
        await asyncio.sleep_ms(2 * SECOND)
        return line.plant.state

    state = line.run(script, 120 * SECOND)
    wanted = digest(lines(NEW_CARDS))
    cards = state["cards"]
    assert (cards["version"], cards["hash"], cards["count"]) == (2, wanted, 3)
    assert updated(line) == [{"what": "cards", "version": 2, "hash": wanted, "result": "done", "why": ""}]
    assert [event["data"]["why"] for event in line.plant.events("kanban.refused")] == ["unknown", "on_hold", "unknown"]
    tapped = [event["data"] for event in line.plant.events("kanban.tapped")]
    assert [(data["loop"], data["table"]) for data in tapped] == [("washers", 2)]
    assert len(line.plant.events("station.started")) == 1
    assert "cards.old" in os.listdir(line.root + "cards")
    assert left_over(line) == []


def test_parts_that_come_twice_too_early_or_too_late_do_no_harm():
    line = bench()

    async def script(line):
        await up(line)
        made = parts(lines(NEW_CARDS), 2, size=10)
        strange = [made[3], made[0], made[0], made[2], made[1], made[1], made[0], made[4], made[2], made[3], made[1]]
        await send(line, "cards", strange)
        half = dict(line.plant.state["update"])
        await send(line, "cards", made[4:] + made[-1:] + made[:2])
        return half, line.plant.state

    half, state = line.run(script, 120 * SECOND)
    assert (half["next"], half["result"]) == (4, "receiving")
    assert state["cards"]["version"] == 2
    assert state["update"]["result"] == "done"
    assert len(updated(line)) == 1


def test_what_does_not_fit_its_digest_or_hash_is_refused_and_the_old_table_stays():
    line = bench()
    good = parts(lines(NEW_CARDS), 2, size=60)
    torn = [dict(good[0], data=good[0]["data"].replace("04", "05"))] + good[1:]
    named = parts(lines(NEW_CARDS), 2, its_hash="0123456789ab")

    async def script(line):
        await up(line)
        before = line.plant.state["cards"]
        await send(line, "cards", torn)
        await send(line, "cards", named)
        await line.tap(CARD)
        await asyncio.sleep_ms(SECOND)
        return before == line.plant.state["cards"], line.plant.state["update"]

    same, update = line.run(script, 120 * SECOND)
    assert same
    assert update["result"] == "refused" and "0123456789ab" in update["why"]
    whys = [data["why"] for data in updated(line)]
    assert len(whys) == 2 and "digest" in whys[0]
    assert len(line.plant.events("kanban.tapped")) == 1
    assert left_over(line) == []


def test_cards_that_make_no_sense_are_refused_at_once():
    line = bench()
    texts = ("04,x\n", "04zz,a,s,full\n", "0411,a,s,full\n", "04112233,a,s,eaten\n", "04112233,a,s,full")
    texts += (lines(NEW_CARDS[::-1]),)

    async def script(line):
        await up(line)
        for text in texts:
            await send(line, "cards", parts(text, 9))
        return line.plant.state["cards"]["version"]

    assert line.run(script, 120 * SECOND) == 1
    assert [data["result"] for data in updated(line)] == ["refused"] * len(texts)
    assert left_over(line) == []


def test_what_is_no_part_is_answered_in_words_and_ends_no_transfer():
    line = bench()
    wrong = ("", "[]", "nonsense", "[" * 500, '{"version":1}', '{"version":true}')

    async def script(line):
        await up(line)
        for text in wrong:
            line.plant.deliver("cards", text)
        await asyncio.sleep_ms(2 * SECOND)
        refused = line.plant.state["update"]
        made = parts(lines(NEW_CARDS), 2)
        await send(line, "cards", made[:1])
        line.plant.deliver("config", "nonsense")
        await send(line, "cards", [dict(made[1], part=99), dict(made[1], data=None)] + made[1:])
        return refused, line.plant.state

    refused, state = line.run(script, 120 * SECOND)
    assert refused["result"] == "refused" and refused["why"]
    assert state["cards"]["version"] == 2


def test_a_power_cut_in_the_middle_leaves_the_old_table_and_the_next_try_succeeds():
    line = bench()
    made = parts(lines(NEW_CARDS), 2, size=20)

    async def half(line):
        await up(line)
        await send(line, "cards", made[:2])
        return line.plant.state["update"]["next"]

    async def look(line):
        await asyncio.sleep_ms(2 * SECOND)
        before = line.plant.state["cards"]["version"], "update" in line.plant.state
        await send(line, "cards", made[2:])
        await send(line, "cards", made)
        return before, line.plant.state["cards"]["version"]

    assert line.run(half, 60 * SECOND) == 2
    assert line.run(look, 60 * SECOND) == ((1, False), 2)


def test_a_sender_that_falls_silent_leaves_nothing_open():
    line = bench()

    async def script(line):
        await up(line)
        await send(line, "cards", parts(lines(NEW_CARDS), 2)[:1])
        await asyncio.sleep_ms(65 * SECOND)
        return line.app.transfer, "update" in line.plant.state

    assert line.run(script, 200 * SECOND) == (None, False)
    assert left_over(line) == []


def test_a_station_without_a_reader_takes_no_cards():
    line = bench(readers=[])

    async def script(line):
        await up(line)
        await send(line, "cards", parts(lines(NEW_CARDS), 2))
        return line.plant.state["update"]["why"]

    assert line.run(script, 60 * SECOND) == "this station has no reader"


def new_config(**changes):
    made = harness.config(version=2, hash="ba9876543210")
    made["kanban"] = {"same_card_s": 7}
    made.update(changes)
    return made


def restarted(line, script, until_ms):
    """Why the station restarted itself before the script's end, or None."""
    resets = []
    line.world.reset = resets.append
    line.run(script, until_ms)
    return resets[0] if resets else None


def test_a_new_config_waits_while_the_line_runs_by_its_permit():
    line = bench()
    seen = []

    async def script(line):
        await up(line)
        await send(line, "config", config_parts(new_config()))
        await asyncio.sleep_ms(200 * SECOND)
        seen.append((line.plant.state["update"], line.plant.state["config"]["version"], line.world.levels[PERMIT]))

    assert restarted(line, script, 400 * SECOND) is None
    (update, version, permit) = seen[0]
    assert (update["result"], version, permit) == ("stored", 1, 1)
    assert "no line runs by its permit" in update["why"]
    assert [data["result"] for data in updated(line)] == ["stored"]
    assert json.loads(open(line.root + "config.json").read()) == new_config()
    assert left_over(line) == []


def test_a_new_config_is_taken_when_the_permit_is_off_and_nobody_calls():
    line = bench()

    resets = []
    line.world.reset = resets.append

    async def script(line):
        await asyncio.sleep_ms(2 * SECOND)  # nobody presses restart: the permit stays off
        await line.press(BUTTON)
        await send(line, "config", config_parts(new_config()))
        await asyncio.sleep_ms(100 * SECOND)
        call = line.app.station.andon.calls["material"]
        line.plant.command("resolve", call.id, reason="brought")
        await asyncio.sleep_ms(5 * SECOND)
        while_called = len(resets)
        await asyncio.sleep_ms(20 * SECOND)
        return while_called

    assert line.run(script, 400 * SECOND) == 0
    assert resets[0] == "soft"


def test_a_running_line_without_a_permit_takes_it_when_it_is_quiet():
    line = bench(permit=None)

    resets = []
    line.world.reset = resets.append

    async def script(line):
        await asyncio.sleep_ms(2 * SECOND)
        await send(line, "config", config_parts(new_config(permit=None)))
        await asyncio.sleep_ms(50 * SECOND)
        early = len(resets)
        await asyncio.sleep_ms(100 * SECOND)
        return early

    assert line.run(script, 400 * SECOND) == 0
    assert resets[0] == "soft"


def test_a_config_that_is_wrong_or_for_somebody_else_is_refused_and_the_one_in_use_stays():
    line = bench()
    other = dict(new_config(), station="acme/assembly/line-1/st-05")
    board = dict(new_config(), uid="ffffffffffff")
    typo = dict(new_config(), kanban={"same_card_s": 5, "same_crad_s": 5})
    wrong = [config_parts(made) for made in (other, board, typo)]
    wrong.append(parts(json.dumps(new_config()), 2, "000000000000", 200))
    wrong.append(parts("{" * 30, 2, "000000000000", 200))

    async def script(line):
        await up(line)
        line.whys = []
        for made in wrong:
            await send(line, "config", made)
            line.whys.append(line.plant.state["update"]["why"])
        await line.press(CORD)
        await asyncio.sleep_ms(200 * SECOND)

    assert restarted(line, script, 400 * SECOND) is None
    station, uid, key, hash, text = line.whys
    assert "send it there" in station
    assert "another board" in uid
    assert "did you mean same_card_s?" in key
    assert "compile it again" in hash
    assert "JSON" in text
    assert [data["result"] for data in updated(line)] == ["refused"] * 5
    assert "config.json" not in os.listdir(line.root)
    assert left_over(line) == []
    assert line.plant.state["config"]["version"] == 1


def test_the_answer_lights_work_while_parts_come():
    line = bench()

    async def script(line):
        await up(line)
        sending = asyncio.create_task(send(line, "cards", parts(lines(NEW_CARDS), 2, size=2)))
        await line.tap(CARD)
        lit = [at for _, at, level in line.outputs if level and at in (OK, BAD)]
        await sending
        return lit

    assert line.run(script, 60 * SECOND) == [OK]
