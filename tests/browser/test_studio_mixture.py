"""The mixture panel in JupyterLab: the pictures follow the sliders, and the kernel knows them."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.browser.studio_page import expect_inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

CELL = "from qtkit.panels import MixturePanel\npanel = MixturePanel()\npanel"
BARS, HISTOGRAM = ".qtkit-mixture .qs-bars.qs-p", ".qtkit-mixture .qs-bars.qs-k"
SLIDE = """([number, value]) => new Promise((resolve, reject) => {
    const now = () => document.querySelector('.qtkit-mixture .qs-p').getAttribute('d')
        + document.querySelector('.qtkit-mixture .qs-k').getAttribute('d');
    const before = now(), begin = performance.now();
    let frames = 0;
    const slider = document.querySelectorAll('.qtkit-mixture .qm-cell input')[number - 1];
    slider.value = value;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    const look = () => {
        if (now() !== before) requestAnimationFrame(() => resolve([performance.now() - begin, frames]));
        else if (performance.now() - begin > 60000) reject(new Error('nothing moved'));
        else { frames += 1; requestAnimationFrame(look); }
    };
    requestAnimationFrame(look);
})"""


@pytest.fixture
def panel(lab: LabServer, notebook: NotebookPage) -> Locator:
    notebook.page.set_viewport_size({"width": 1400, "height": 1000})
    notebook.open(lab.write_notebook("mixture.ipynb", [CELL]))
    notebook.run_all()
    notebook.page.locator(BARS).wait_for(state="attached")
    return notebook.page.locator(".qtkit-mixture")


def both_change(notebook: NotebookPage, act: Callable[[], object], parts: tuple[str, ...] = (BARS, HISTOGRAM)) -> None:
    for part in parts:
        notebook.page.evaluate(
            "p => { document.querySelector(p).before = document.querySelector(p).getAttribute('d'); }", part
        )
    act()
    for part in parts:
        notebook.page.wait_for_function(
            "p => document.querySelector(p).getAttribute('d') !== document.querySelector(p).before", arg=part
        )


def test_sliders_move_both_pictures_at_once(notebook: NotebookPage, panel: Locator) -> None:
    panel.get_by_text("Sum of w: 1.000").wait_for()
    notebook.screenshot("mixture")
    moves = [notebook.page.evaluate(SLIDE, [number, value]) for value in (-0.4, 0.6) for number in (2, 5, 7, 8, 9)]
    print(f"slider: median {statistics.median(delay for delay, _ in moves):.0f} ms")
    assert {frames for _, frames in moves} == {0}, "in the next frame"
    notebook.page.evaluate(SLIDE, [9, -0.5])
    panel.get_by_text("no distribution any more").wait_for()
    both_change(notebook, lambda: panel.get_by_role("button", name="config 5: H, cyc, RY, alone").click())
    panel.get_by_text("Sum of w: 1.000").wait_for()
    both_change(notebook, lambda: panel.get_by_role("button", name="Other angles").click())
    both_change(notebook, lambda: panel.get_by_role("radio", name="one each").click())
    panel.get_by_text("216 angles").wait_for()
    both_change(notebook, lambda: panel.get_by_role("radio", name="softmax").click())
    panel.get_by_text("Sum of w: 1.000").wait_for()


def test_by_keyboard_and_bad_seeds(notebook: NotebookPage, panel: Locator) -> None:
    slider = panel.get_by_role("slider", name="w of config 8:")
    slider.focus()
    both_change(notebook, lambda: [notebook.page.keyboard.press("ArrowRight") for _ in range(30)], (BARS,))
    assert float(slider.get_attribute("aria-valuetext")) == pytest.approx(1 / 12 + 0.3, abs=0.02)
    seed = panel.get_by_label("seed", exact=True)
    for typed in ("-3", "1.5", "1e30", ""):
        seed.fill(typed)
        seed.press("Enter")
        panel.get_by_role("alert").filter(has_text="whole number").wait_for()
        assert seed.get_attribute("aria-invalid") == "true"
        seed.fill("2")
        seed.press("Enter")
        notebook.page.wait_for_function("e => e.getAttribute('aria-invalid') === 'false'", arg=seed.element_handle())


def test_the_browser_mixes_as_the_kernel(lab: LabServer, notebook: NotebookPage) -> None:
    after = "import json; print('KERNEL', json.dumps(panel.model.distribution.tolist()))"
    notebook.page.set_viewport_size({"width": 1400, "height": 1000})
    asked = "{'method': 'custom', 'content': {'action': 'weights', 'with': {'values': [0.3, -0.2] * 6}}}"
    mix = f"panel.comm.handle_msg({{'content': {{'data': {asked}}}, 'buffers': []}})"
    notebook.open(lab.write_notebook("mixture.ipynb", [CELL, mix, after]))
    notebook.run_all()
    notebook.page.locator(BARS).wait_for(state="attached")
    kernel = np.array(eval(notebook.output_text().split("KERNEL ")[1].splitlines()[0]))
    chart = notebook.page.locator(".qtkit-mixture .qs-chart").first
    chart.focus()
    notebook.page.keyboard.press("Home")
    shown = []
    for _ in range(5):
        shown.append(float(notebook.page.locator(".qtkit-mixture .qs-read").text_content().rsplit(": ", 1)[1]))
        notebook.page.keyboard.press("ArrowRight")
    assert np.allclose(shown, kernel[:5], atol=1e-4)


@pytest.mark.usefixtures("panel")
def test_dark_and_narrow(notebook: NotebookPage) -> None:
    page = notebook.page
    notebook.use_theme("JupyterLab Dark")
    page.wait_for_timeout(1000)
    notebook.screenshot("mixture-dark")
    notebook.use_theme("JupyterLab Light")  # the server keeps it for the tests to come
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.set_viewport_size({"width": 400, "height": 1400})
    page.wait_for_timeout(1500)
    notebook.screenshot("mixture-400")
    expect_inside(page, ".qtkit-mixture", "button, input, .qs-chart")
