"""A browser where everybody shows a token: signed in once, the board and its commands work as they do without."""

import contextlib

import pytest

from pullcord.line import tokens as making
from pullcord.line.figures import Figures
from pullcord.line.log_reader import LogReader
from pullcord.line.tokens import Tokens
from pullcord.web.app import make_app
from tests.end_to_end.browser import page_at
from tests.host_tools.line.events import NOW, call
from tests.host_tools.web.fake_line import FakeRecords
from tests.host_tools.web.serving import serving
from tests.host_tools.web.test_tokens import Line

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]


async def test_a_screen_is_signed_in_once(browser, tmp_path):
    line = Line(tmp_path / "line.db")
    line.station("st-01", calls=[call(7, plant=True, age_ms=65_000)])
    token = making.new()
    line.database.append(making.added(NOW, "root", "board-1", "operator", token), NOW)
    log, figures = LogReader(tmp_path / "line.db"), Figures(tmp_path / "line.db")
    app = make_app(line, records=FakeRecords(), figures=figures, log=log, tokens=Tokens(log))
    with contextlib.closing(log), contextlib.closing(figures), contextlib.closing(line.database):
        async with serving(app) as url, page_at(browser) as page:
            await page.goto(url + "/quarantine")
            assert page.url == url + "/sign-in?next=/quarantine"
            await page.fill("input[name=token]", "pull_guessed")
            await page.click("#sign-in button")
            await page.locator("#refused:has-text('nobody has this token')").wait_for()
            await page.fill("input[name=token]", f" {token} ")
            await page.click("#sign-in button")
            await page.wait_for_url(url + "/quarantine")
            await page.goto(url + "/")
            await page.locator("#live[data-ok]").wait_for()
            await page.get_by_role("button", name="Acknowledge: Quality").click()
            await page.get_by_text("Done.").wait_for()
            assert [order["by"] for order in line.orders] == ["maria"]
            assert [entry.by for entry in log.decisions(["command.sent"])] == ["maria (board-1)"]
            assert [words for words in page.complaints if "401" not in words] == []
