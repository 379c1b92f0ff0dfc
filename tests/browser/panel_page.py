"""A training's panel on a page: its buttons, and what is seen of it."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from tests.browser.contrast import COLOURS
from tests.browser.notebook_page import POLLING
from tests.browser.waiting import expect_contrasts, expect_none

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.browser.notebook_page import NotebookPage

# Counts how often the bars of the first panel change on the page.
COUNT = """() => {
    const figure = document.querySelector('.qtkit-panel .qtkit-figure');
    const bars = () => [...figure.querySelectorAll('.barlayer path')].map(path => path.getAttribute('d')).join();
    window.qtkitDraws = 0;
    let last = bars();
    new MutationObserver(() => {
        const now = bars();
        if (now !== last) { last = now; window.qtkitDraws += 1; }
    }).observe(figure, {attributes: true, childList: true, subtree: true});
}"""

# Parts of the panel that stick out of it, or whose text is cut off; of what scrolls the box that it scrolls in.
CUT = """() => {
    const panel = document.querySelector('.qtkit-panel'), {left, right} = panel.getBoundingClientRect();
    const seen = [...panel.querySelectorAll('button, select, input, label, .widget-html-content, svg.main-svg')]
        .filter(element => element.offsetParent !== null || element.tagName === 'svg');
    return seen.filter(element => {
        const box = (element.closest('.qtkit-figure-scrolls, .qtkit-runs-scroll') ?? element).getBoundingClientRect();
        const cut = element.tagName === 'BUTTON' && element.scrollWidth > element.clientWidth + 1;
        return box.width > 0 && (box.left < left - 2 || box.right > right + 2 || cut);
    }).map(element => element.outerHTML.slice(0, 120));
}"""

# Over when the width of the panel stays as it is: JupyterLab takes a new width of the window frame by frame.
SETTLED = """async () => {
    const panel = document.querySelector('.qtkit-panel');
    let width = 0, frames = 0;
    while (frames < 30) {
        await new Promise(requestAnimationFrame);
        const now = panel.getBoundingClientRect().width;
        [width, frames] = [now, now === width ? frames + 1 : 0];
    }
}"""

TEXTS = ".widget-label, .widget-html-content, .qtkit-note, .qtkit-figure text"

# Of the panel's texts, the contrast with what each stands on.
CONTRASTS = f"""of => {{ {COLOURS}
    const texts = [...document.querySelector('.qtkit-panel').querySelectorAll(of)];
    return texts.filter(element => element.textContent.trim()).map(element => {{
        const style = getComputedStyle(element);
        let ground = element;
        while (isClear(ground)) ground = ground.parentElement;
        const page = parts(getComputedStyle(ground).backgroundColor);
        const ink = parts(element.tagName === 'text' ? style.fill : style.color);
        return [contrast(ink, page), element.outerHTML.slice(0, 120)];
    }});
}}"""

RUN_CELL = """index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    return window.jupyterapp.commands.execute('notebook:run-cell').then(() => true);
}"""


def expect_whole(page: Page) -> None:
    """Wait until nothing sticks out of the first panel or is cut off."""
    expect_none(page, CUT)


def expect_contrast(page: Page, least: float, *, of: str = TEXTS) -> None:
    """Wait until the texts of the first panel stand out from what they stand on by at least this ratio.

    Arguments:
        of: a selector of the texts.
    """
    expect_contrasts(page, CONTRASTS, least, of)


class PanelPage:
    """The first panel of a page."""

    def __init__(self, notebook: NotebookPage) -> None:
        self.notebook, self.page = notebook, notebook.page
        self.root: Locator = self.page.locator(".qtkit-panel").first
        self.root.locator(".barlayer path").first.wait_for(state="attached")

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def wait_for_text(self, text: str) -> None:
        self.root.get_by_text(text).first.wait_for()

    def start(self) -> float:
        """Press Start; the seconds until steps are counted."""
        began = time.monotonic()
        self.button("Start").first.click()  # the next is the player's "Back to the start"
        self.wait_for_text("steps/s")
        return time.monotonic() - began

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Press Pause, and Resume afterwards: what is looked at meanwhile needs the processor that a training takes."""
        self.button("Pause").first.click()  # the next may be the player's
        self.wait_for_text("Paused")
        yield
        self.button("Resume").click()
        self.wait_for_text("Running")

    def stop(self, says: str = "Stopped") -> float:
        """Press Stop; the seconds until the panel says so."""
        began = time.monotonic()
        self.button("Stop").click()
        self.wait_for_text(says)
        return time.monotonic() - began

    def goes_on_drawing(self, draws: int = 5) -> float:
        """Wait until the bars have changed so many times; how often they did in a second."""
        self.page.evaluate(COUNT)
        began = time.monotonic()
        self.page.wait_for_function("draws => window.qtkitDraws >= draws", arg=draws, polling=POLLING)
        return draws / (time.monotonic() - began)

    def set_width(self, width: int) -> None:
        """Make the window so wide that the panel has this width."""
        for _ in range(2):
            rest = self.page.viewport_size["width"] - self.root.bounding_box()["width"]
            self.page.set_viewport_size({"width": round(width + rest), "height": 1600})
            self.page.evaluate(SETTLED)
