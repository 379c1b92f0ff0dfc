"""Record the search panel while it trains, in JupyterLab in Chromium: `python -m tools.search_picture`.

`docs/search-panel.webp` is the README's moving picture, `docs/search-panel.png` the end of the run, for a notebook. The
panel trains on the sample; a picture is taken whenever the run has come so far, so a slow machine shows the same.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import FLAGS, HOW_TO_INSTALL, find_chromium
from tests.browser.notebook_page import NotebookPage
from tests.browser.server import LabServer
from tools.pictures import FIRST, LAST, SHOWN

DOCS = Path(__file__).resolve().parents[1] / "docs"
PANEL = """
from qtkit.panels import SearchPanel
SearchPanel(dataset="fashion", classes=(5, 7), probability="scaled", epochs=20, source="sample")
"""
STEPS = [*range(0, 40, 4), *range(40, 120, 8), *range(120, 401, 20)]
"""Of the training, at which a picture is taken: the first ones move most."""
VIEWPORT = {"width": 1400, "height": 1100}
QUIET = ".qtkit-run .qtkit-note, .qtkit-runs { opacity: 0; }"
"""Nothing that tells how fast the machine is."""

AS_FAR = """step => {
    const said = document.querySelector(".qtkit-panel").innerText.match(/step ([0-9,]+)/);
    return said && Number(said[1].replace(",", "")) >= step;
}"""


def look(page: Page) -> Image.Image:
    """The panel as it is now."""
    return Image.open(io.BytesIO(page.locator(".qtkit-panel").screenshot())).convert("RGB")


def record(page: Page) -> list[Image.Image]:
    """A picture for each of `STEPS`, of the size of the first one."""
    pictures = [look(page)]
    page.get_by_role("button", name="Start").first.click()
    for step in STEPS[1:]:
        page.wait_for_function(AS_FAR, arg=step)
        pictures.append(look(page))
    page.get_by_text(re.compile(r"^Finished")).wait_for()
    page.wait_for_timeout(3_000)  # the last look at the weights
    pictures.append(look(page))
    return pictures


def main() -> None:
    """Record and write both."""
    executable = find_chromium()
    if executable is None:
        raise SystemExit(HOW_TO_INSTALL)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, browser = (
            LabServer(Path(folder), "full"),
            playwright.chromium.launch(executable_path=executable, args=FLAGS),
        )
        try:
            page = browser.new_page(viewport=VIEWPORT)
            page.set_default_timeout(600_000)
            notebook = NotebookPage(page, server, DOCS)
            notebook.open(server.write_notebook("search.ipynb", [PANEL]))
            page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area').then(() => true)")
            notebook.run_all()
            page.add_style_tag(content=QUIET)
            page.locator(".qtkit-panel .barlayer path").first.wait_for(state="attached")
            first, *others = record(page)
        finally:
            browser.close()
            server.stop()
    frames = [picture.crop((0, 0, *first.size)) for picture in others]
    frames[-1].save(DOCS / "search-panel.png", optimize=True)
    shown, path = [FIRST, *[SHOWN] * (len(frames) - 1), LAST], DOCS / "search-panel.webp"
    first.save(path, save_all=True, append_images=frames, duration=shown, loop=0, quality=55, method=4)
    print(f"{path.name}: {len(shown)} pictures, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
