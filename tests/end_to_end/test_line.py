"""The whole line as a person meets it: a mouse on the bench, a lamp at a pin, a call on the wall, a row.

Stations run the firmware on MicroPython, the broker is Mosquitto, the browser Chromium. What a lamp shows is
seen at the pins, from outside the station's process.
"""

import asyncio
import time
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest
import pytest_asyncio

from pullcord.line import address
from tests.end_to_end.a_line import ALine
from tests.end_to_end.browser import page_at

pytestmark = [
    pytest.mark.micropython,
    pytest.mark.mosquitto,
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
]

SLOW_S = (1.25, 2.5)  # 0.4 to 0.8 Hz
NORMAL_S = (0.36, 0.72)  # 1.4 to 2.8 Hz
NORMAL_PERIOD_S = 0.5


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def board(line, browser):
    """The wall board, open all the time; nothing that happens may make its console complain."""
    async with page_at(browser) as page:
        await page.goto(line.url)
        await page.locator("#calm", has_text="All running").wait_for()
        yield page
        assert page.complaints == []


@pytest_asyncio.fixture(loop_scope="module")
async def bench(line, browser):
    """`async with bench("st-04") as page`: that station's bench page; afterwards it is calm there again."""

    @asynccontextmanager
    async def open_page(name: str):
        line.begin()
        async with page_at(browser) as page:
            await page.goto(line.bench_url(name))
            await page.locator("#live[data-ok]").wait_for()
            yield page
            await line.calm(name)
            assert page.complaints == []

    return open_page


async def pull(page, input: str) -> None:
    """Hold the cord with the mouse for a moment, as a hand does."""
    await page.locator(f'[data-input="{input}"]').hover()
    await page.mouse.down()
    await page.locator(f'[data-input="{input}"][aria-pressed="true"]').wait_for()
    await page.mouse.up()


def call(board, name: str):
    return board.locator(".call", has_text=name)


def tile(board, name: str):
    return board.locator(".tile", has_text=name)


# Calls


async def test_a_cord_pulled_with_the_mouse_lights_the_lamp_and_is_on_the_board(line: ALine, board, bench):
    async with bench("st-04") as page:
        yellow = line.bench("st-04").config["light"]["pins"]["yellow"]
        lit = asyncio.create_task(line.bench("st-04").station.wait_pin(yellow, 1))
        await asyncio.sleep(0)
        await pull(page, "cord-1")
        await lit
        row = call(board, "st-04")
        await row.wait_for()
        assert await row.locator(".category").inner_text() == "Quality"
        before = await row.locator(".age").inner_text()
        await board.wait_for_function(
            "([old]) => document.querySelector('.call .age').textContent !== old", arg=[before]
        )
        assert len(line.rows("st-04", "andon.called")) == 1
        await page.locator('#light .lens.lit[data-light="yellow"]').wait_for()


async def test_the_board_draws_the_lamp_in_step_with_the_pin(line: ALine, board, bench):
    """Compared 75 ms away from the pin's edges. A lamp with another rhythm would agree half of the time.

    A busy machine delays the heartbeat that sets the station's clock, so not every moment has to agree.
    """
    async with bench("st-04") as page:
        await pull(page, "help")
        await line.flashes("st-04", "yellow", *NORMAL_S)
        await line.in_time("st-04", "yellow", NORMAL_PERIOD_S, 0.06)
        pin = line.bench("st-04").config["light"]["pins"]["yellow"]
        edges = [(time.time(), line.bench("st-04").station.pins[pin])]

        def look(at, message):
            if message.get("pin") == pin:
                edges.append((time.time(), message["level"]))

        forget = line.bench("st-04").station.on_output(look)
        samples = await board.evaluate(
            """async () => {
              const tiles = [...document.querySelectorAll(".tile")];
              const tile = tiles.find((tile) => tile.textContent.includes("st-04"));
              const lens = tile.querySelector('[data-light="yellow"]');
              const seen = [];
              for (let look = 0; look < 300; look++) {
                await new Promise((next) => setTimeout(next, 10));
                seen.push([Date.now() / 1000, lens.classList.contains("lit")]);
              }
              return seen;
            }"""
        )
        forget()
        assert len(edges) > 6
        compared = [
            shown == bool([level for at, level in edges if at <= when][-1])
            for when, shown in samples
            if when > edges[0][0] and all(abs(when - at) > 0.075 for at, _ in edges)
        ]
        assert len(compared) > 50
        assert sum(compared) / len(compared) > 0.7


async def test_acknowledge_arrive_and_resolve_on_the_board_change_the_lamp(line: ALine, board, bench):
    async with bench("st-01") as page:
        await pull(page, "material")
        row = call(board, "st-01")
        await row.wait_for()
        await line.flashes("st-01", "yellow", *NORMAL_S)
        await row.get_by_role("button", name="Acknowledge").click()
        await row.get_by_text("maria is on the way").wait_for()
        await line.flashes("st-01", "yellow", *SLOW_S)
        await row.get_by_role("button", name="Arrive").click()
        await row.get_by_text("maria is there").wait_for()
        await line.steady("st-01", "yellow")
        await row.get_by_role("button", name="Resolve").click()
        await board.get_by_label("Material missing").check()
        await board.locator("#resolve-dialog button[value=ok]").click()
        await row.wait_for(state="detached")
        await line.steady("st-01", "green")
        resolved = await line.row("st-01", "andon.resolved", 1)
        assert (resolved["data"]["reason"], resolved["data"]["by"]) == ("material_missing", "maria")


async def test_a_badge_takes_the_call_over_in_its_owners_name(line: ALine, board, bench):
    async with bench("st-04") as page:
        await pull(page, "material")
        await call(board, "st-04").wait_for()
        badge = page.locator('[data-reader="badge"]')
        await badge.locator("select").select_option(label="jonas · 04b0b1b2b30002")
        await badge.get_by_role("button", name="Tap").click()
        taken = await line.row("st-04", "andon.acknowledged", 1)
        assert (taken["data"]["via"], taken["data"]["by"]) == ("badge", "04b0b1b2b30002")
        await call(board, "st-04").get_by_text("jonas is on the way").wait_for()


# Stops


async def test_the_line_runs_to_the_mark_and_stops_until_restart_is_pressed(line: ALine, board, bench):
    async with bench("st-04") as page:
        await page.locator("#permit[data-on]").wait_for()
        await pull(page, "cord-1")
        await call(board, "st-04").get_by_text("Stops in").wait_for()
        assert await page.locator("#permit[data-on]").count() == 1
        await page.locator("#permit", has_text="off: the line stands").wait_for()
        await board.locator("#stops", has_text="st-04").wait_for()
        assert "Line stopped" in await board.locator("#stops").inner_text()

        await call(board, "st-04").get_by_role("button", name="Resolve").click()
        await board.locator("#resolve-dialog button[value=ok]").click()
        await board.locator("#stops", has_text="waiting for restart").wait_for()
        assert await page.locator("#permit[data-on]").count() == 0

        await pull(page, "restart")
        await page.locator("#permit", has_text="on: the line may run").wait_for()
        await board.locator("#stops").wait_for(state="hidden")


async def test_a_stop_at_once_drops_the_permit_at_once(line: ALine, board, bench):
    async with bench("st-05") as page:
        await pull(page, "cord-1")
        await page.locator("#permit", has_text="off: the line stands").wait_for()
        stopped = await line.row("st-05", "andon.stopped", 1)
        assert stopped["data"]["policy"] == "immediate"
        await tile(board, "st-05").get_by_text("Stopped").wait_for()


# Cards


async def test_a_tapped_card_is_answered_at_the_reader_and_recorded_once(line: ALine, bench):
    async with bench("st-03") as page:
        reader = page.locator('[data-reader="empty"]')
        uid = await reader.locator("select").input_value()
        await reader.get_by_role("button", name="Tap").click()
        await reader.get_by_text("Answer light: ok").or_(reader.get_by_text("Last answer: ok")).wait_for()
        tapped = await line.row("st-03", "kanban.tapped", 1)
        data = tapped["data"]
        assert (data["card"], data["loop"], data["table"]) == (uid, "bolt-m8", 1)
        await reader.get_by_text("No card on it. Last answer: ok.").wait_for()
        assert len(line.rows("st-03", "kanban.tapped")) == 1


# Plugs


async def test_a_station_without_network_says_so_and_loses_nothing(line: ALine, board, bench):
    """It takes its time: a station believes in its line for seconds, and so does the broker."""
    async with bench("st-01") as page:
        await page.locator("#network").click()
        await page.locator("#network", has_text="pulled out").wait_for()
        await pull(page, "material")
        await pull(page, "resolve")
        await line.winks("st-01", "green")
        await tile(board, "st-01").get_by_text("Cut off").wait_for()
        await pull(page, "material")
        assert line.rows("st-01", "andon.called") == []

        await page.locator("#network").click()
        await line.row("st-01", "andon.called", 2)
        await call(board, "st-01").wait_for()
        await line.until(lambda: line.state("st-01").get("journal", {}).get("depth") == 0, "all is receipted")
        assert len(line.rows("st-01", "andon.called")) == 2
        assert len(line.rows("st-01", "andon.resolved")) == 1


async def test_a_call_outlives_the_power_plug(line: ALine, board, bench):
    async with bench("st-02") as page:
        await pull(page, "stop")
        called = await line.row("st-02", "andon.called", 1)
        await page.locator("#power").click()
        await page.locator("#power", has_text="cut").wait_for()
        await page.locator("#lamp-text", has_text="dark").wait_for()
        assert not any(line.bench("st-02").station.pins.values())

        await page.locator("#power").click()
        await line.until(lambda: line.state("st-02").get("boot") == 2, "st-02 is back")
        assert [c["id"] for c in line.state("st-02")["calls"]] == [called["id"]]
        await page.locator("#permit", has_text="off: the line stands").wait_for()
        await line.flashes("st-02", "red", 0.2, 2.5)
        await call(board, "st-02").wait_for()
        assert len(line.rows("st-02", "andon.called")) == 1
        await pull(page, "resolve")
        await call(board, "st-02").wait_for(state="detached")


# What others send


async def test_a_message_that_makes_no_sense_is_kept_and_stops_nothing(line: ALine, board, bench, browser):
    where = address.read(line.demo.broker.url)
    async with aiomqtt.Client(where.host, where.port) as stranger:
        topic = f"pullcord/v1/{line.path('st-04')}/event"
        await stranger.publish(topic, b'{"specversion": "1.0", "oops', qos=1)
    async with page_at(browser) as page:
        await line.until(lambda: line.demo.service.status["quarantined"] == 1, "it is in quarantine")
        await page.goto(line.url + "quarantine")
        await page.locator(".refused", has_text="oops").wait_for()
        assert topic in await page.locator(".refused code").inner_text()
        assert page.complaints == []
    async with bench("st-03") as page:
        await pull(page, "material")
        await call(board, "st-03").wait_for()


async def test_the_stations_really_ran_on_micropython_and_the_broker_is_mosquitto(line: ALine):
    assert Path(line.demo.line.runtime.command[0]).exists()
    hellos = {bench.station.hello["runtime"].split()[0] for bench in line.demo.line.stations.values()}
    assert hellos == {"micropython"}
    assert line.demo.broker.name.startswith("Mosquitto")
