"""The pages in a real browser, over a fake line and a fake bench: what a person sees and can do."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from pullcord.web.app import make_app
from tests.end_to_end.browser import PHONE, TV, page_at
from tests.host_tools.line.events import call
from tests.host_tools.web.fake_bench import FakeBench
from tests.host_tools.web.fake_line import LINE, FakeLine, FakeRecords
from tests.host_tools.web.serving import serving

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]

RUNNING = {"red": "00000000", "yellow": "00000000", "green": "ffffffff"}
CALLED = {"red": "00000000", "yellow": "cccccccc", "green": "ffffffff"}
INERT = '<img src=x onerror="document.body.dataset.hit=1"><script>document.body.dataset.hit=1</script>'


@asynccontextmanager
async def board(
    browser, line: FakeLine, size=TV, where: str = "/", bench: FakeBench | None = None, name: str = "maria"
):
    """Yields the open page; at the end its console must have been silent."""
    async with serving(make_app(line, bench, FakeRecords())) as url:
        async with page_at(browser, size, name) as page:
            await page.goto(url + where)
            await page.locator("#live[data-ok]").wait_for()
            yield page
            assert page.complaints == []


def running(*names: str) -> FakeLine:
    line = FakeLine()
    for name in names:
        line.station(name, lights=RUNNING)
    return line


def with_call(**more) -> FakeLine:
    line = FakeLine()
    line.station("st-01", lights=CALLED, calls=[call(7, plant=True, age_ms=65_000, **more)])
    return line


async def text(page, selector: str) -> str:
    return await page.locator(selector).inner_text()


# The board


async def test_a_quiet_line_says_so_calmly(browser):
    async with board(browser, running("st-01", "st-02")) as page:
        await page.locator("#calm").wait_for()
        assert await text(page, "#calm-title") == "All running"
        assert await page.locator(".tile").count() == 2


async def test_a_plant_without_stations_says_what_will_happen(browser):
    async with board(browser, FakeLine()) as page:
        await page.locator("#empty").wait_for()
        assert "No stations yet" in await text(page, "#empty")


async def test_a_pull_appears_with_what_where_how_long_and_who(browser):
    line = running("st-01")
    async with board(browser, line) as page:
        line.station("st-01", lights=CALLED, calls=[call(7, plant=True, age_ms=65_000)])
        await page.locator(".call").wait_for()
        assert await text(page, ".call .place") == "st-01"
        assert await text(page, ".call .category") == "Quality"
        assert (await text(page, ".call .age")).startswith("1:0")
        assert await text(page, ".call .phase-text") == "Nobody has it yet"
        assert "Quality at st-01" in await page.locator("#news").text_content()
        line.station("st-01", calls=[call(7, plant=True, phase="acknowledged", by="Tomasz")])
        await page.get_by_text("Tomasz is on the way").first.wait_for()
        line.station("st-01", calls=[])
        await page.locator(".call").wait_for(state="detached")


async def test_the_most_urgent_call_stands_on_top(browser):
    line = FakeLine()
    line.station("st-01", calls=[call(1, age_ms=500_000, phase="arrived", by="Ann")])
    line.station("st-02", calls=[call(2, age_ms=9_000)])
    line.station("st-03", calls=[call(3, age_ms=1_000, stop="stopped")])
    line.station("st-04", calls=[call(4, age_ms=8_000, level=2)])
    async with board(browser, line) as page:
        assert await page.locator(".call .place").all_inner_texts() == ["st-03", "st-04", "st-02", "st-01"]
        assert "st-03" in await text(page, "#stops")


async def test_a_pull_that_is_felt_and_not_stored_has_no_buttons_yet(browser):
    line = FakeLine()
    line.station("st-01", calls=[call(None)])
    async with board(browser, line) as page:
        assert await text(page, ".call .phase-text") == "Felt, being stored"
        assert await page.locator(".call button:visible").count() == 0


async def test_the_drawn_lamp_keeps_the_step_of_the_real_one(browser):
    """The page's own lamp, drawn by a clock that the test holds: every slot, its first and its last millisecond."""
    line = FakeLine()
    line.station("st-01", lights={"red": "0f0f3355", "yellow": "cccccccc", "green": "ffffffff"})
    async with board(browser, line) as page:
        drawn = await page.evaluate(
            """async () => {
              const {makeLight} = await import("/static/lib/lamp.js");
              const light = makeLight();
              light.set("tower", {red: "0f0f3355", yellow: "cccccccc", green: "ffffffff"}, 0, "");
              const rows = {red: "", yellow: "", green: ""};
              for (let slot = 0; slot < 32; slot++) {
                for (const ms of [0, 124]) {
                  light.draw(1795197360000 + slot * 125 + ms);
                  for (const name in rows) {
                    rows[name] += light.root.querySelector(`[data-light=${name}]`).classList.contains("lit") ? 1 : 0;
                  }
                }
              }
              return rows;
            }"""
        )
        for name, mask in {"red": 0x0F0F3355, "yellow": 0xCCCCCCCC, "green": 0xFFFFFFFF}.items():
            assert drawn[name] == "".join(bit * 2 for bit in f"{mask:032b}"), name
        assert await page.locator(".tile .light").get_attribute("aria-label") == (
            "red flashing, yellow flashing, green on"
        )


async def test_a_mixed_light_is_one_lens_with_the_mixed_colour(browser):
    line = FakeLine()
    line.station("st-01", light="rgb", lights={"red": "ffffffff", "green": "ffffffff", "blue": "00000000"})
    async with board(browser, line) as page:
        await page.locator('.tile .lens.lit[data-light="yellow"]').wait_for()
        assert await page.locator(".tile .lens").count() == 1


async def test_a_station_that_is_cut_off_is_marked_and_its_lamp_is_not_guessed(browser):
    line = running("st-01")
    line.station("st-02", heard_ago_ms=90_000, online=True, lights=RUNNING)
    line.board.take_online(0, f"{LINE}/st-02", {"online": False})
    async with board(browser, line) as page:
        tile = page.locator(".tile", has_text="st-02")
        assert "Cut off" in await tile.inner_text()
        assert "since " in await tile.inner_text()
        assert await tile.locator(".lens.lit").count() == 0
        assert await tile.locator(".light").get_attribute("aria-label") == "lamp not known"


async def test_a_journal_that_fills_is_told_from_80_percent_on(browser):
    line = running("st-01", "st-02")
    nearly = {"name": "6f1c9a2e41d07b35", "next": 1900, "through": 0, "depth": 1899, "failed": False}
    line.station("st-01", journal=nearly | {"used_percent": 79}, lights=RUNNING)
    line.station("st-02", journal=nearly | {"used_percent": 80}, lights=RUNNING)
    async with board(browser, line) as page:
        assert "Journal 80 % full" in await page.locator(".tile", has_text="st-02").inner_text()
        assert "full" not in await page.locator(".tile", has_text="st-01").inner_text()


# Acting


async def test_acknowledge_is_sent_with_the_call_and_the_name(browser):
    line = with_call()
    async with board(browser, line) as page:
        await page.get_by_role("button", name="Acknowledge: Quality at st-01").click()
        await page.get_by_text("Done.").wait_for()
    (order,) = line.orders
    assert order["do"] == "acknowledge"
    assert order["call"] == call(7)["id"]
    assert order["by"] == "maria"


async def test_the_name_is_asked_once(browser):
    line = with_call()
    async with board(browser, line, name="") as page:
        await page.get_by_role("button", name="Acknowledge: Quality").click()
        await page.get_by_label("Name").fill("Ann")
        await page.keyboard.press("Enter")
        await page.get_by_text("Done.").wait_for()
        await page.get_by_role("button", name="Arrive: Quality").click()
        await page.locator(".outcome").get_by_text("Done.").wait_for()
    assert [order["by"] for order in line.orders] == ["Ann", "Ann"]


@pytest.mark.parametrize(
    ("result", "why", "said"),
    [
        ("refused", "the permit is locked", "Refused: the permit is locked."),
        ("mismatch", "", "Refused: that call is no longer open at the station."),
        ("no answer", "it did not answer", "No answer from the station in 5 s; it may be cut off."),
        ("no broker", "the broker is away", "Not sent: the broker is away."),
    ],
)
async def test_an_order_that_failed_says_why(browser, result, why, said):
    line = with_call()
    line.answer = lambda order: {"do": order["do"], "result": result, "why": why}
    async with board(browser, line) as page:
        await page.get_by_role("button", name="Acknowledge: Quality").click()
        await page.get_by_text(said).wait_for()


async def test_resolve_asks_for_the_reason_and_escape_takes_it_back(browser):
    line = with_call(phase="arrived", by="maria")
    async with board(browser, line) as page:
        resolve = page.get_by_role("button", name="Resolve: Quality")
        await resolve.click()
        await page.locator("#resolve-dialog[open]").wait_for()
        await page.keyboard.press("Escape")
        await page.locator("#resolve-dialog[open]").wait_for(state="detached")
        assert line.orders == []
        await resolve.click()
        await page.get_by_label("Tool worn").check()
        await page.locator("#resolve-dialog button[value=ok]").click()
        await page.get_by_text("Done.").wait_for()
    assert [(o["do"], o["reason"]) for o in line.orders] == [("resolve", "tool_worn")]


async def test_the_outcome_is_seen_even_when_the_call_is_gone(browser):
    line = with_call(phase="arrived", by="maria")

    def resolve(order):
        line.station("st-01", lights=RUNNING, calls=[])
        return {"do": order["do"], "result": "done", "why": ""}

    line.answer = resolve
    async with board(browser, line) as page:
        await page.get_by_role("button", name="Resolve: Quality").click()
        await page.locator("#resolve-dialog button[value=ok]").click()
        await page.locator("#toast", has_text="Quality at st-01: Done.").wait_for()


async def test_the_keyboard_is_enough(browser):
    line = with_call()
    async with board(browser, line) as page:
        for _ in range(20):
            await page.keyboard.press("Tab")
            focused = await page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
            if focused.startswith("Acknowledge"):
                break
        assert focused == "Acknowledge: Quality at st-01"
        assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        await page.keyboard.press("Enter")
        await page.get_by_text("Done.").wait_for()
        line.station("st-02", lights=CALLED, calls=[call(9, stop="stopped")])
        await page.locator("#stops").wait_for()
        assert await page.evaluate("document.activeElement.getAttribute('aria-label')") == focused
    assert [order["do"] for order in line.orders] == ["acknowledge"]


# Truth and robustness


async def test_an_old_picture_says_so_and_heals_by_itself(browser):
    line = with_call()
    async with page_at(browser) as page:
        async with serving(make_app(line, None, FakeRecords())) as url:
            await page.goto(url)
            await page.locator("#live[data-ok]").wait_for()
        await page.locator("#old").wait_for()
        assert "old. Connecting again" in await text(page, "#old")
        assert await text(page, "#live") == "Old picture"
        line.station("st-01", lights=RUNNING, calls=[])
        async with serving(make_app(line, None, FakeRecords()), port=int(url.rsplit(":", 1)[1])):
            await page.locator("#old").wait_for(state="hidden")
            await page.locator(".call").wait_for(state="detached")


async def test_a_line_service_without_a_broker_is_no_live_picture(browser):
    line = running("st-01")
    async with board(browser, line) as page:
        line.plant(broker={"connected": False, "address": "127.0.0.1:1883", "reason": "connection refused"})
        await page.locator("#old", has_text="cannot reach the broker at 127.0.0.1:1883").wait_for()


async def test_what_a_station_says_is_text_and_never_markup(browser):
    line = FakeLine()
    line.station(
        "st-01",
        calls=[
            call(7, category=INERT, by=INERT, phase="arrived"),
            call(8, category="quality", stop="stopped", by=INERT),
        ],
        faults=[{"input": INERT, "fault": INERT}],
    )
    line.station("st-02", faults=[{"input": INERT, "fault": INERT}], health={"reset": INERT, "safe": ""})
    bench = FakeBench("st-02")
    async with board(browser, line, bench=bench) as page:
        await page.locator(".call").first.wait_for()
        assert "<img" in await text(page, "#tiles")
        await page.goto(page.url + f"bench/{LINE}/st-02")
        await page.locator("#says dd", has_text="<img").first.wait_for()
        assert await page.evaluate("document.body.dataset.hit ?? ''") == ""
        assert await page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("where", ["/", "/bench", f"/bench/{LINE}/st-01", "/quarantine"])
async def test_nothing_scrolls_sideways_on_a_phone(browser, where):
    line = with_call(by="A person with a rather long name", phase="acknowledged", level=2, stop="stopped")
    for number in range(2, 41):
        line.station(f"a-rather-long-station-name-{number}", lights=RUNNING)
    bench = FakeBench("st-01", "st-02")
    async with serving(make_app(line, bench, FakeRecords())) as url:
        async with page_at(browser, PHONE) as page:
            await page.goto(url + where)
            await page.locator("main").wait_for()
            await asyncio.sleep(0.3)
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize("stations", [1, 4, 9, 16, 40, 250])
async def test_every_station_is_on_a_tv_without_scrolling(browser, stations):
    line = running(*(f"st-{number:02d}" for number in range(1, stations + 1)))
    async with board(browser, line) as page:
        assert await page.locator(".stations").evaluate("(all) => all.scrollHeight - all.clientHeight") <= 1
        assert await page.locator(".tile").count() == stations


async def test_no_word_of_a_tile_is_cut_off_while_a_line_stands(browser):
    """Two lines of unlike length, five lenses, names of two parts, and the banner that takes room from them."""
    five = dict.fromkeys(("red", "yellow", "green", "blue", "white"), "00000000")
    line = FakeLine()
    for name in ("call-box", "fit-shaft", "kanban-post", "press-on"):
        line.station(name, lights=five)
    for name in ("grinder", "mill", "poe-station"):
        line.station(name, at="acme/machining/cells", lights=RUNNING)
    line.station("full-station", lights=five, calls=[call(7, plant=True, category="maintenance", stop="stopped")])
    async with board(browser, line) as page:
        await page.locator("#stops").wait_for()
        outside = await page.locator(".tile").evaluate_all("""tiles => tiles.flatMap(tile => {
            const room = tile.getBoundingClientRect();
            return [...tile.querySelectorAll(".words, .name, .condition, .detail")].filter(part => {
                const box = part.getBoundingClientRect();
                return box.top < room.top || box.bottom > room.bottom || box.right > room.right;
            }).map(part => part.textContent);
        })""")
        assert outside == []
        heights = await page.locator(".tile").evaluate_all("tiles => tiles.map(tile => tile.clientHeight)")
        assert max(heights) < 1.3 * min(heights)


# The bench


async def test_the_bench_shows_how_its_station_is_wired(browser):
    bench = FakeBench("st-01")
    async with board(browser, running("st-01"), where=f"/bench/{LINE}/st-01", bench=bench) as page:
        section = page.get_by_role("region", name="How it is wired")
        assert await section.get_by_text("Raspberry Pi Pico W").is_visible()
        pins = await section.locator("dl div").all_inner_texts()
        assert [text.split("\n") for text in pins][:2] == [["GP26", "input cord-1"], ["GP3", "input cord-2"]]



async def test_a_cord_is_pulled_as_long_as_the_mouse_holds_it(browser):
    bench = FakeBench("st-01")
    path = f"{LINE}/st-01"
    async with board(browser, running("st-01"), where=f"/bench/{path}", bench=bench) as page:
        cord = page.locator(".cord").first
        await cord.hover()
        await page.mouse.down()
        await page.locator('.cord[aria-pressed="true"]').wait_for()
        assert bench.done == [("pull", path, "cord-1")]
        await page.mouse.up()
        await page.locator('.cord[aria-pressed="true"]').wait_for(state="detached")
        assert bench.done[1:] == [("release", path, "cord-1")]


async def test_a_cord_is_pulled_by_the_space_bar(browser):
    bench = FakeBench("st-01")
    path = f"{LINE}/st-01"
    async with board(browser, running("st-01"), where=f"/bench/{path}", bench=bench) as page:
        await page.locator(".cord").first.focus()
        await page.keyboard.down(" ")
        await page.locator('.cord[aria-pressed="true"]').wait_for()
        await page.keyboard.up(" ")
        await page.locator('.cord[aria-pressed="true"]').wait_for(state="detached")
        assert bench.done == [("pull", path, "cord-1"), ("release", path, "cord-1")]


async def test_the_wire_of_a_cord_is_cut_and_mended_with_the_mouse(browser):
    bench = FakeBench("st-01")
    path = f"{LINE}/st-01"
    async with board(browser, running("st-01"), where=f"/bench/{path}", bench=bench) as page:
        wire = page.locator('[data-wire="cord-1"]')
        await wire.get_by_role("button", name="Cut").click()
        await wire.get_by_text("cut", exact=True).wait_for()
        await wire.get_by_role("button", name="Mend").click()
        await wire.get_by_text("whole", exact=True).wait_for()
        assert bench.done == [("wire", path, "cord-1", "open"), ("wire", path, "cord-1", "")]
        assert await page.locator("[data-wire]").count() == 1


async def test_the_bench_shows_the_pins_and_not_what_the_station_says(browser):
    bench = FakeBench("st-01")
    path = f"{LINE}/st-01"
    async with board(browser, running("st-01"), where=f"/bench/{path}", bench=bench) as page:
        lit = {"red": True, "yellow": False, "green": False, "blue": False}
        bench.picture(path, lights=lit, tone_hz=880, permit=False)
        await page.locator('#light .lens.lit[data-light="red"]').wait_for()
        assert await page.locator("#light .lens.lit").count() == 1
        assert await text(page, "#tone") == "sounding, 880 Hz"
        assert await text(page, "#permit") == "off: the line stands"


async def test_plugs_and_cards_are_in_reach(browser):
    bench = FakeBench("st-01")
    path = f"{LINE}/st-01"
    async with board(browser, running("st-01"), PHONE, f"/bench/{path}", bench) as page:
        await page.locator("#network").click()
        await page.locator("#network", has_text="pulled out").wait_for()
        await page.locator("#network").click()
        await page.locator("#network", has_text="plugged in").wait_for()
        await page.get_by_role("button", name="Leave it there").click()
        await page.get_by_text("Card 04a1b2c3d4e5f6 lies on it.").wait_for()
        await page.get_by_role("button", name="Take away").click()
        await page.get_by_text("No card on it.").wait_for()
    assert [what[0] for what in bench.done] == ["network", "network", "hold", "take_away"]


async def test_a_cord_of_a_station_without_power_says_why_nothing_happens(browser):
    bench = FakeBench("st-01")
    path = f"{LINE}/st-01"
    async with serving(make_app(running("st-01"), bench, FakeRecords())) as url:
        async with page_at(browser) as page:
            await page.goto(f"{url}/bench/{path}")
            await page.locator("#power", has_text="on").click()
            await page.locator("#power", has_text="cut").wait_for()
            await page.locator(".cord").first.click()
            await page.locator("#trouble", has_text="put its plug back first").wait_for()
            while ("release", path, "cord-1") not in bench.done:
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.3)
            assert "put its plug back first" in await text(page, "#trouble")
