"""Pictures of a lively line, on a screen at the wall and on a phone: build/screenshots.

`make images` puts them into docs/images, too. A test run alone leaves the tree as it is.
"""

import asyncio
import os
from pathlib import Path

import pytest

from tests.end_to_end.a_line import ALine
from tests.end_to_end.browser import PHONE, TV, page_at
from tests.end_to_end.png import smaller

pytestmark = [
    pytest.mark.micropython,
    pytest.mark.mosquitto,
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
]

ROOT = Path(__file__).parents[2]
LIMIT = 200_000
SIZES = {"tv": TV, "phone": PHONE}


@pytest.fixture
def album():
    """`album(name, picture)` keeps a PNG where it belongs."""
    folders = [ROOT / "build/screenshots"]
    if os.environ.get("PULLCORD_IMAGES"):
        folders.append(ROOT / "docs/images")

    def keep(name: str, picture: bytes) -> None:
        picture = smaller(picture)
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(picture)
        assert len(picture) < LIMIT, f"{name} has {len(picture)} bytes"

    return keep


async def enliven(line: ALine) -> None:
    """A line that stopped, a call that nobody has, one that somebody is on the way to, a station cut off."""
    line.bench("st-03").plug(False)
    await line.bench("st-04").press("help")
    await line.bench("st-02").press("stop")
    await asyncio.sleep(1.2)
    await line.bench("st-01").press("material")
    called = await line.row("st-04", "andon.called", 1)
    await line.demo.service.command(line.path("st-04"), "acknowledge", called["id"], by="jonas")
    view = line.demo.service.board.station
    await line.until(lambda: view(line.path("st-03"))["online"] is False, "the broker misses st-03")
    await line.until(lambda: line.state("st-01")["calls"], "the board has the call of st-01")


async def test_pictures_of_the_board_and_the_bench(line: ALine, browser, album):
    line.begin()
    await enliven(line)
    for size, screen in SIZES.items():
        async with page_at(browser, screen) as page:
            await page.goto(line.url)
            await page.locator(".tile .lens.lit").first.wait_for()
            await page.locator('.tile[data-kind="stopped"] .lens.lit').wait_for()
            album(f"board-{size}.png", await page.screenshot(scale="css"))

            await page.goto(line.bench_url("st-04"))
            await page.locator('#light .lens.lit[data-light="yellow"]').wait_for()
            await page.locator("#events li").first.wait_for()
            album(f"bench-{size}.png", await page.screenshot(scale="css"))
            assert page.complaints == []
