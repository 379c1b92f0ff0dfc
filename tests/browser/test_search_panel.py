"""The search panel in JupyterLab: it trains on real digits, moves, stops, and says what is wrong."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.panel_page import RUN_CELL, PanelPage, expect_contrast, expect_whole
from tests.helpers import PATIENCE

if TYPE_CHECKING:
    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

LESSON = "03_architecture_search.ipynb"
BEFORE = "epochs=60"  # of a training above the panel, which is of no account here
FULL = "from qtkit.panels import SearchPanel\npanel = SearchPanel({arguments})\npanel"
# Quick steps, and as many as a test needs.
QUICK = "depth=1, source='sample', epochs=10_000"


def open_panel(lab: LabServer, notebook: NotebookPage, arguments: str, *more: str) -> PanelPage:
    notebook.open(lab.write_notebook("panel.ipynb", [FULL.format(arguments=arguments), *more]))
    notebook.run_all()
    return PanelPage(notebook)


@pytest.mark.slow
@pytest.mark.scale("full")
@pytest.mark.timeout(2400)
def test_the_lesson_trains_on_real_pictures(lab: LabServer, notebook: NotebookPage) -> None:
    text = (lab.notebooks / LESSON).read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    (lab.notebooks / "lesson.ipynb").write_text(text.replace(BEFORE, "epochs=1"), encoding="utf-8")
    notebook.open("lesson.ipynb")
    notebook.page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    notebook.run_all(timeout=2 * PATIENCE, to="panel = SearchPanel(")
    notebook.scroll_to("panel = SearchPanel(")
    panel = PanelPage(notebook)
    epochs = panel.root.get_by_label("epochs", exact=True)
    epochs.fill("10000")  # the sample is gone through in seconds
    epochs.press("Enter")
    until_first_step = panel.start()
    rate = panel.goes_on_drawing()
    print(f"first steps after {until_first_step:.1f} s, bars change {rate:.1f} times a second")
    text = panel.root.inner_text()
    expected = "the official FashionMNIST" if os.environ.get("QTKIT_DATA") else "real FashionMNIST"
    assert expected in text, text[:400]
    assert "to train on" in text
    assert "Settings are locked during a run" in text
    assert panel.root.get_by_label("depth").is_disabled()
    assert panel.root.get_by_role("button", name="5", exact=True).is_disabled()
    with panel.paused():
        notebook.screenshot("search-light", of=".qtkit-panel")
        notebook.screenshot("search-window-light")
        expect_whole(panel.page)
        expect_contrast(panel.page, 3)  # the lowest are the coloured names of lines; all else is above 4
        notebook.use_theme("JupyterLab Dark")
        panel.page.wait_for_timeout(1_500)  # for the picture
        notebook.screenshot("search-dark", of=".qtkit-panel")
        expect_contrast(panel.page, 3)  # the lowest are the coloured names of lines; all else is above 4
        panel.set_width(700)
        notebook.screenshot("search-700-dark", of=".qtkit-panel")
        expect_whole(panel.page)
        notebook.use_theme("JupyterLab Light")
        panel.page.wait_for_timeout(1_500)
        notebook.screenshot("search-700-light", of=".qtkit-panel")
        expect_whole(panel.page)
    panel.goes_on_drawing()
    print(f"Stop answers after {panel.stop():.2f} s")
    expect(panel.root.get_by_label("depth")).to_be_enabled()


def test_pause_step_resume_reset(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, QUICK)
    panel.button("Step").click()
    panel.wait_for_text("Paused")
    panel.wait_for_text("step 1 of")
    panel.button("Step").click()
    panel.wait_for_text("step 2 of")
    panel.button("Resume").click()
    panel.wait_for_text("Running")
    began = time.monotonic()
    panel.button("Pause").click()
    panel.wait_for_text("Paused")
    print(f"Pause answers after {time.monotonic() - began:.2f} s")
    panel.button("Reset").click()
    panel.wait_for_text("Ready: press Start.")
    assert "stopped" in panel.root.locator("table").inner_text()


# Whatever is compiled, or loaded from the cache, waits for a file beside the notebook.
HELD = """
import time
from pathlib import Path
from numba.core.dispatcher import Dispatcher
compile_now = Dispatcher.compile
def compile_later(self, signature):
    while not Path("go").exists():
        time.sleep(0.05)
    return compile_now(self, signature)
Dispatcher.compile = compile_later
"""


def test_stop_while_the_circuits_are_compiled(lab: LabServer, notebook: NotebookPage) -> None:
    notebook.open(lab.write_notebook("cold.ipynb", [HELD + FULL.format(arguments=QUICK)]))
    notebook.run_all()
    panel = PanelPage(notebook)
    panel.button("Start").click()
    panel.wait_for_text("compiling the circuits")
    print(f"Stop during the compilation answers after {panel.stop(says='ending in the background'):.2f} s")
    notebook.screenshot("search-stopped-while-compiling", of=".qtkit-panel")
    (lab.notebooks / "go").touch()
    panel.start()
    panel.stop()


def test_a_cell_that_is_run_again_ends_the_first_run(lab: LabServer, notebook: NotebookPage) -> None:
    cells = [
        "from qtkit.panels import SearchPanel\npanels = []",
        f"panels.append(SearchPanel({QUICK}))\npanels[-1]",
        "import threading\nruns = sum(t.name == 'qtkit-search' for t in threading.enumerate())\n"
        "print('phases', [str(p.phase) for p in panels], 'runs', runs)",
    ]
    notebook.open(lab.write_notebook("again.ipynb", cells))
    notebook.run_all()
    panel = PanelPage(notebook)
    panel.start()
    panel.page.evaluate(RUN_CELL, 1)
    panel.wait_for_text("Ready: press Start.")
    panel.start()
    panel.page.evaluate(RUN_CELL, 2)
    notebook.wait_for_output("phases ['stopped', 'running'] runs 1")
    panel.stop()


def test_a_panel_that_is_shown_again_goes_on(lab: LabServer, notebook: NotebookPage) -> None:
    cells = [f"from qtkit.panels import SearchPanel\npanel = SearchPanel({QUICK})", "panel"]
    notebook.open(lab.write_notebook("shown-again.ipynb", cells))
    notebook.run_all()
    panel = PanelPage(notebook)
    panel.start()
    panel.root.evaluate("root => { root.first = true; }")
    panel.page.evaluate(RUN_CELL, 1)  # takes the first view from the page and makes a second
    panel.page.wait_for_function(
        "() => { const root = document.querySelector('.qtkit-panel'); return root !== null && !root.first; }"
    )
    again = PanelPage(notebook)
    again.goes_on_drawing()
    again.stop()


def test_an_error_is_told_on_the_page(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, "source='folder', data_dir='/nowhere'")
    panel.button("Start").click()
    alert = panel.root.get_by_role("alert")
    alert.wait_for()
    assert "No MNIST in /nowhere" in alert.inner_text()
    assert not alert.locator("pre").is_visible()
    alert.locator("summary").click()
    assert "FileNotFoundError" in alert.locator("pre").inner_text()
    assert panel.button("Start").is_enabled()
    notebook.screenshot("search-error", of=".qtkit-panel")


def test_settings_code_and_saving(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, "depth=1, source='sample', epochs=1")
    panel.root.get_by_label("seed").fill("7")
    panel.root.get_by_label("seed").press("Enter")
    panel.root.get_by_role("button", name="8", exact=True).click()
    panel.button("Settings as code").click()
    code = panel.root.locator("textarea")
    expect(code).to_have_value(re.compile(r"candidates=\(1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12\).*seed=7"))
    panel.button("Start").click()
    panel.wait_for_text("Finished")
    panel.button("Save the trained network").click()
    panel.wait_for_text("Saved the network")
    saved = list((lab.notebooks / "saved").glob("mnist-1-5-diffqas-seed7-step15*.safetensors"))
    assert len(saved) == 1
    notebook.screenshot("search-finished", of=".qtkit-panel")


def test_it_works_by_keyboard_in_reading_order(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, "depth=1, source='sample', epochs=1")
    panel.root.get_by_label("preset").focus()
    names = []
    for _ in range(60):
        panel.page.keyboard.press("Tab")
        focused = panel.page.evaluate(
            """() => {
                const e = document.activeElement;
                return e.closest('.qtkit-panel') ? (e.id && document.querySelector(`label[for="${e.id}"]`)?.textContent)
                    || e.textContent.trim() : null;
            }"""
        )
        if focused is None:
            break
        names.append(focused)
    order = ["data", "model", "depth", "seed", "1", "12", "Start", "Step", "Stop", "Reset", "Settings as code"]
    places = [names.index(name) for name in order]
    assert places == sorted(places), names
