"""Open the page in a real Chromium, as a person does: by labels, roles and keys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"
AXE = ROOT / "tests" / "tools" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium(playwright: Playwright) -> Browser:
    """Start the browser of this machine, or the one that CHROMIUM names."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    assert found, "no Chromium found: install chromium, or name one in CHROMIUM"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=found, args=[*QUIET, *sandbox])


@contextmanager
def opened(browser: Browser, url: str, journey: str = "session", **options: Any) -> Iterator[Page]:
    """Open the page on a morning in London; fail on anything that its own policy stops, or that it breaks."""
    defaults = {
        "viewport": SIZES["phone"],
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**{**defaults, **options})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
    page.clock.set_fixed_time(NOW)
    page.goto(f"{url}/#{journey}")
    page.wait_for_selector("[data-ready]")
    try:
        yield page
        assert not faults
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """Return what axe finds, each with its first place. The page's own policy has to be lifted to run it."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def name_treatment(page: Page, name: str, day: str | None, position: int = 0) -> None:
    """Fill in one treatment of the journey that is shown."""
    shown = page.locator("main section.journey:not([hidden])")
    shown.get_by_label("Treatment or brand").nth(position).fill(name)
    shown.get_by_label("Treatment or brand").nth(position).press("Escape")
    if day:
        shown.get_by_label("Day of the treatment").nth(position).fill(day)


def answer_screening(page: Page) -> None:
    """Say what a healthy person of 41 says, until the answer is there."""
    question = ""
    for _ in range(12):
        question = _next_question(page, question)
        if not question:
            return
        if "apply" in question:
            press(page, "None of it applies")
        elif "old" in question:
            page.get_by_label("Years", exact=True).fill("41")
            press(page, "Continue")
        elif "skin today" in question:
            press(page, "Nothing")
        else:
            press(page, "I do not know")
    raise AssertionError("the questions do not end")


def _next_question(page: Page, before: str) -> str:
    """Return the question that follows *before*; none where the answer is there."""
    question, verdict = page.locator("#session-place .question"), page.locator("#session-place .verdict")
    for _ in range(200):
        if verdict.is_visible():
            return ""
        if question.is_visible() and (asked := str(question.inner_text())) != before:
            return asked
        page.wait_for_timeout(25)
    raise AssertionError("neither a question nor an answer")
