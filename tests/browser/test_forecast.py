"""The forecast panel in JupyterLab: a run, its epochs, stopping, a narrow page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.helpers import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

CELL = "from qtkit.panels import ForecastPanel\npanel = ForecastPanel({arguments})\npanel"
CURVE = ".qtkit-panel .subplot.xy .trace:nth-of-type(2) path.js-line"  # the prediction
# The figure scrolls in its box, which is inside of the panel.
WHOLE = """() => {
    const [figure, box, root] = ['.js-plotly-plot', '.qtkit-figure-scrolls', ''].map(
        part => document.querySelector(`.qtkit-panel ${part}`));
    return figure.clientWidth <= box.scrollWidth && box.scrollWidth > box.clientWidth
        && box.getBoundingClientRect().right <= root.getBoundingClientRect().right + 2;
}"""


@pytest.fixture
def panel(lab: LabServer, notebook: NotebookPage, request: pytest.FixtureRequest) -> Locator:
    notebook.page.set_viewport_size({"width": 1400, "height": 1300})
    cell = CELL.format(arguments=getattr(request, "param", "epochs=12"))
    after = f"panel.join({PATIENCE})\nprint('ended:', panel.phase, len(panel.records))"
    notebook.open(lab.write_notebook("forecast.ipynb", [cell, after]))
    notebook.run_all()
    shown = notebook.page.locator(".qtkit-panel")
    shown.locator(".js-plotly-plot").wait_for()
    return shown


def curve(panel: Locator) -> str:
    return panel.page.locator(CURVE).first.get_attribute("d") or ""


def test_a_run_and_its_epochs(panel: Locator, notebook: NotebookPage) -> None:
    panel.get_by_role("button", name="Start").click()
    panel.get_by_text("Finished.").wait_for()
    panel.get_by_text("168 windows to train on, 83 to test on").wait_for()
    notebook.page.wait_for_timeout(500)
    last = curve(panel)
    handle = panel.locator(".qtkit-epoch [role=slider], .qtkit-epoch .noUi-handle").first
    handle.focus()
    for _ in range(4):
        notebook.page.keyboard.press("ArrowLeft")
    notebook.page.wait_for_function(
        "([curve, last]) => document.querySelector(curve)?.getAttribute('d') !== last", arg=[CURVE, last]
    )
    notebook.screenshot("forecast", of=".qtkit-panel")


@pytest.mark.parametrize("panel", ["epochs=10000, predictions='figures'"], indirect=True)
def test_stop_answers_at_once_and_a_narrow_page_shows_all(panel: Locator, notebook: NotebookPage) -> None:
    panel.get_by_role("button", name="Start").click()
    panel.get_by_text("steps/s").wait_for()
    notebook.page.wait_for_timeout(1_500)
    begin = time.monotonic()
    panel.get_by_role("button", name="Stop").click()
    panel.get_by_text("Stopped.").first.wait_for()
    print(f"Stop answers after {time.monotonic() - begin:.2f} s")
    notebook.page.set_viewport_size({"width": 760, "height": 1300})
    notebook.page.wait_for_function(WHOLE)
    notebook.screenshot("forecast-narrow", of=".qtkit-panel")
