"""Record the README's moving picture from the playground's own page in Chromium: `python -m tools.pictures`.

The page is stepped by its own button, so that the picture is the same on fast and slow machines.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from qtkit.panels.playground.page import write_playground
from tests.browser.chromium import FLAGS, HOW_TO_INSTALL, find_chromium

PATH = Path(__file__).resolve().parents[1] / "docs" / "playground.webp"
STEPS = [*range(0, 20, 2), *range(20, 60, 4), *range(60, 160, 8), *range(160, 401, 20)]
"""The steps of the training that are shown: the first ones move most."""
SHOWN, FIRST, LAST = 110, 900, 2500
"""Milliseconds a picture stays."""

PRESS = """times => {
    const step = [...document.querySelectorAll("button")].find(button => button.textContent.trim() === "Step");
    for (let i = 0; i < times; i++) step.click();
}"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def part_of_interest(page: Page) -> dict[str, float]:
    """From the row of buttons to the sentence below, in pixels: what moves, without the settings."""
    page_width = page.viewport_size["width"] if page.viewport_size else 0
    start = page.get_by_role("button", name="Start", exact=True).bounding_box()
    words = page.locator(".qp-words").bounding_box()
    if start is None or words is None:
        raise RuntimeError("the page shows no playground")
    top = start["y"] - 8
    return {"x": 8, "y": top, "width": page_width - 16, "height": words["y"] + words["height"] + 3 - top}


def record(page: Page) -> list[Image.Image]:
    """A picture for each of `STEPS`."""
    clip, pictures, done = part_of_interest(page), [], 0
    for step in STEPS:
        page.evaluate(PRESS, step - done)
        page.evaluate(DRAWN)
        pictures.append(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB"))
        done = step
    return pictures


def main() -> None:
    """Record and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", nargs="?", type=Path, default=PATH)
    path = parser.parse_args().path
    executable = find_chromium()
    if executable is None:
        raise SystemExit(HOW_TO_INSTALL)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = browser.new_page(viewport={"width": 1000, "height": 900}, color_scheme="light")
        page.goto(write_playground(Path(folder) / "playground.html").as_uri())
        page.locator(".qp-plane").wait_for()
        first, *others = record(page)
        browser.close()
    shown = [FIRST, *[SHOWN] * (len(others) - 1), LAST]
    first.save(path, save_all=True, append_images=others, duration=shown, loop=0, quality=62, method=4)
    print(f"{path.name}: {len(shown)} pictures, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
