"""Headless Chromium for the tests of the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
TV = (1920, 1080)
PHONE = (390, 844)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-lcd-text",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser with a fresh profile; RuntimeError says how to get one."""
    if not CHROMIUM.exists():
        raise RuntimeError(f"{CHROMIUM} is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def page_at(browser: Browser, size: tuple[int, int] = TV, name: str = "maria") -> AsyncIterator[Page]:
    """A page of its own profile. `page.complaints` is what its console said; empty when all is well.

    `name` is who acts, as if it had been asked before; "" when it has not.
    """
    width, height = size
    phone = size == PHONE
    context = await browser.new_context(
        viewport={"width": width, "height": height}, has_touch=phone, device_scale_factor=2 if phone else 1
    )
    context.set_default_timeout(10_000)
    if name:
        await context.add_init_script(f"localStorage.setItem('pullcord.name', '{name}')")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.complaints = complaints  # type: ignore[attr-defined]
    try:
        yield page
    finally:
        await context.close()
