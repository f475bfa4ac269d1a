"""Take the picture of the page that README.md shows: an answer with its dates. Run by make picture; look at it."""

from __future__ import annotations

from base64 import b64decode, b64encode

from playwright.sync_api import Page, sync_playwright

from tests.page.opening import ROOT, answer_screening, chromium, name_treatment, opened, press
from tests.server.running import running_service

PICTURE = ROOT / "docs" / "page.webp"
VIEW = {"width": 1000, "height": 1600}
BELOW = 36
"""How much is shown below the first reason."""
QUALITY = 0.9
AS_WEBP = """async ([png, quality]) => {
  const blob = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  const webp = await canvas.convertToBlob({ type: "image/webp", quality });
  const bytes = new Uint8Array(await webp.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


def ask_about_botox(page: Page) -> None:
    """Walk the first journey to its answer, with every place known, so that nothing is left open."""
    name_treatment(page, "Botox", "2026-11-20")
    page.get_by_text("Where on the face or neck").click()
    page.locator(".card").get_by_label("Forehead").check()
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")
    answer_screening(page)


def take() -> None:
    """Write the picture, at twice the size for sharp screens."""
    with (
        running_service(log_level="warning") as service,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
        opened(browser, service.url, viewport=VIEW, device_scale_factor=2) as page,
    ):
        ask_about_botox(page)
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        reason = page.locator(".reason").first.bounding_box()
        assert reason is not None
        height = reason["y"] + reason["height"] + BELOW
        png = b64encode(page.screenshot(clip={"x": 0, "y": 0, "width": VIEW["width"], "height": height})).decode()
        blank = browser.new_page()
        PICTURE.write_bytes(b64decode(blank.evaluate(AS_WEBP, [png, QUALITY])))


if __name__ == "__main__":
    take()
