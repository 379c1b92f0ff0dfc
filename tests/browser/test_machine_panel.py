"""The machine panel in JupyterLab: sliders by keyboard, what is read, both themes, a narrow page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import POLLING
from tests.browser.panel_page import expect_contrast, expect_whole

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

CELLS = [
    "from qtkit.tasks.images import ImageSettings, ImageTraining\n"
    "training = ImageTraining(ImageSettings(source='sample', depth=2, epochs=12, probability='tanh'))\n"
    "records = list(training)",
    "from qtkit.panels import MachinePanel\npanel = MachinePanel(training)\npanel",
    "print('joined', panel.join(), 'seeds', panel.results['seed'].tolist())",
]
POINTS = """() => [...document.querySelectorAll('.qtkit-panel .subplot.xy path.point')]
    .map(point => point.getAttribute('transform')).join()"""
DOTS = "() => document.querySelectorAll('.qtkit-panel .subplot.x2y2 path.point').length"
RUN_LAST = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = 2;
    return window.jupyterapp.commands.execute('notebook:run-cell').then(() => true);
}"""


def handle(panel: Locator, number: int) -> Locator:
    return panel.locator(".noUi-handle").nth(number)


@pytest.mark.slow
def test_sliders_by_keyboard_and_what_is_read(lab: LabServer, notebook: NotebookPage) -> None:
    page = notebook.page
    page.set_viewport_size({"width": 1400, "height": 1300})
    notebook.open(lab.write_notebook("machine.ipynb", CELLS))
    notebook.run_all()
    notebook.scroll_to("panel = MachinePanel(")
    panel = page.locator(".qtkit-panel")
    status = panel.get_by_role("status")
    expect(status).to_contain_text("Exact: test accuracy 0.9")
    page.wait_for_function(f"({POINTS})().length > 1000", polling=POLLING)
    exact, perfect = page.evaluate(POINTS), panel.get_by_role("button", name="Perfect")
    expect(perfect).to_be_disabled()

    handle(panel, 0).focus()
    for _ in range(11):  # from exact to a hundred shots
        page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("(exact 0.9")
    expect(panel).to_contain_text("100 shots for 131,072 outcomes")
    page.wait_for_function(f"exact => ({POINTS})() !== exact", arg=exact, polling=POLLING)
    few_shots = page.evaluate(POINTS)
    handle(panel, 1).focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(panel).to_contain_text("runs without any gate error")
    for _ in range(2):  # past the number, which has a stop of its own, to the next slider
        page.keyboard.press("Tab")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(panel).to_contain_text("outcomes with all 17 bits read right")
    page.wait_for_function(f"before => ({POINTS})() !== before", arg=few_shots, polling=POLLING)
    for _ in range(2):
        before = page.evaluate(DOTS)
        panel.get_by_role("button", name="Measure again").press("Enter")
        page.wait_for_function(f"before => ({DOTS})() === before + 1", arg=before, polling=POLLING)

    notebook.screenshot("machine-light", of=".qtkit-panel")
    expect_whole(page)
    expect_contrast(page, 2.5)
    notebook.use_theme("JupyterLab Dark")
    page.wait_for_timeout(1_500)
    notebook.screenshot("machine-dark", of=".qtkit-panel")
    expect_contrast(page, 2.5)
    page.set_viewport_size({"width": 900, "height": 1300})
    page.wait_for_timeout(1_500)
    notebook.screenshot("machine-narrow", of=".qtkit-panel")
    expect_whole(page)

    perfect.press("Enter")
    expect(status).to_have_text(re.compile(r"Test accuracy (0\.\d+) \(exact \1\)"))
    page.evaluate(RUN_LAST)
    notebook.wait_for_output("joined True seeds [0, ")
    notebook.wait_for_output("1, 2, 2]")
