"""The chat and the console in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.journeys.conftest import Running

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Where the pictures are put to be looked at; nowhere unless asked for.
PICTURES = os.environ.get("SERENO_TEST_PICTURES")
pytestmark = [
    pytest.mark.assistant,
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(), reason="Chromium is missing: apt-get install chromium"
    ),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        await opened.close()


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{name}.png")


async def report(page: Page, url: str, language: str, words: str) -> None:
    """Report with the quick replies alone, to the receipt."""
    await page.goto(f"{url}/chat?lang={language}")
    await page.fill("#text", words)
    await page.keyboard.press("Enter")
    for _ in range(12):
        await page.wait_for_selector("#choices button", timeout=20_000)
        buttons = page.locator("#choices button")
        if await page.locator(".message", has_text="•").count():
            break
        before = await page.locator(".message").count()
        # "No" to being hurt, "I saw nothing" to who, "Yes" to writing: never the last one, "Back".
        count = await buttons.count()
        place = count - 1 if count > 5 else 1 if count == 4 else 0
        await buttons.nth(place).click()
        await page.locator(".message").nth(before + 1).wait_for(timeout=20_000)
    await picture(page, f"summary-{language}")
    await page.locator("#choices button").first.click()
    await page.wait_for_selector("text=/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/", timeout=20_000)


async def sign_in(page: Page, running: Running) -> None:
    await page.goto(f"{running.url}/console/sign-in")
    await page.fill("#username", "supervisor")
    await page.fill("#password", running.passwords["supervisor"])
    await page.click("main button[type=submit]")
    await page.wait_for_selector("#queue")


async def test_someone_reports_on_a_small_phone_and_reads_the_officers_reply(
    running: Running, browser: Browser
) -> None:
    phone = await (await browser.new_context(viewport={"width": 320, "height": 640})).new_page()
    complaints: list[str] = []
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    await report(phone, running.url, "ca", "ahir al vespre em van robar la bici davant l'estació")
    desk = await (await browser.new_context(viewport={"width": 1280, "height": 900})).new_page()
    await sign_in(desk, running)
    await picture(desk, "queue")
    await desk.locator("tbody a").first.click()
    await desk.fill("#words", "Bon dia, hem trobat la bicicleta.")
    await desk.locator("form[action$='/write'] button[type=submit]").click()
    await phone.wait_for_selector(".message.officer", timeout=20_000)
    assert "hem trobat la bicicleta" in await phone.locator(".message.officer").inner_text()
    await picture(phone, "chat")
    await picture(desk, "case")
    wide = await phone.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
    assert complaints == []


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_the_chat_fits_every_screen_and_reads_in_its_direction(
    running: Running, browser: Browser, width: int, language: str
) -> None:
    page = await (await browser.new_context(viewport={"width": width, "height": 720})).new_page()
    await page.goto(f"{running.url}/chat?lang={language}")
    await picture(page, f"chat-{language}-{width}")
    direction = await page.evaluate("getComputedStyle(document.body).direction")
    assert direction == ("rtl" if language == "ar" else "ltr")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_the_console_fits_a_phone(running: Running, browser: Browser) -> None:
    page = await (await browser.new_context(viewport={"width": 320, "height": 700})).new_page()
    await sign_in(page, running)
    await picture(page, "console-320")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_the_chat_works_without_a_script(running: Running, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{running.url}/chat/plain?lang=es")
    await page.fill("#text", "ayer me robaron la cartera en el mercado")
    await page.locator("form .row button").click()
    assert await page.locator(".message.assistant").count() >= 1


async def test_the_first_load_of_the_chat_is_light(running: Running, browser: Browser) -> None:
    page = await (await browser.new_context()).new_page()
    sizes: list[int] = []

    async def weigh(response: object) -> None:
        sizes.append(len(await response.body()))  # type: ignore[attr-defined]

    page.on("response", weigh)
    await page.goto(f"{running.url}/chat", wait_until="load")
    await page.wait_for_timeout(500)
    assert 0 < sum(sizes) < 100_000
