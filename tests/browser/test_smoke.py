"""The harness itself: a notebook opens, runs and is read; failures are seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.desk import Desk
    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer


def test_a_notebook_runs_and_its_output_is_read(lab: LabServer, notebook: NotebookPage) -> None:
    notebook.open(
        lab.write_notebook("smoke.ipynb", ["import os, qtkit", "print('scale is', os.environ['QTKIT_SCALE'])", "6 * 7"])
    )
    notebook.run_all()
    assert "scale is toy" in notebook.output_text()
    assert "42" in notebook.output_text()
    notebook.page.get_by_text("scale is toy").wait_for()
    assert notebook.screenshot("smoke").stat().st_size > 10_000
    assert notebook.page.get_by_text("Jupyter news").count() == 0


def test_a_widget_answers_a_click(lab: LabServer, notebook: NotebookPage) -> None:
    cell = """
import ipywidgets
button, label = ipywidgets.Button(description="Press"), ipywidgets.Label("waiting")
button.on_click(lambda _: setattr(label, "value", "pressed"))
ipywidgets.HBox([button, label])
"""
    notebook.open(lab.write_notebook("widget.ipynb", [cell]))
    notebook.run_all()
    notebook.page.get_by_role("button", name="Press").click()
    notebook.page.get_by_text("pressed", exact=True).wait_for()


@pytest.mark.scale("full")
def test_the_scale_mark_reaches_the_kernel(lab: LabServer, notebook: NotebookPage) -> None:
    notebook.open(lab.write_notebook("scale.ipynb", ["import os", "print('scale is', os.environ['QTKIT_SCALE'])"]))
    notebook.start_all()
    notebook.wait_for_output("scale is full")


def test_a_cell_that_raises_fails_the_run(lab: LabServer, notebook: NotebookPage) -> None:
    notebook.open(lab.write_notebook("raises.ipynb", ["raise RuntimeError('the reason')", "print('not reached')"]))
    with pytest.raises(AssertionError, match="the reason"):
        notebook.run_all()
    with pytest.raises(AssertionError, match="the reason"):
        notebook.run_all(to="not reached")


def test_cells_are_run_up_to_one(lab: LabServer, notebook: NotebookPage) -> None:
    notebook.open(lab.write_notebook("some.ipynb", ["print('fir' + 'st')", "print('sec' + 'ond')", "1 / 0"]))
    notebook.run_all(to="'sec'")
    assert notebook.output_text().split() == ["first", "second"]


def test_console_errors_are_collected(lab: LabServer, notebook: NotebookPage) -> None:
    notebook.open(lab.write_notebook("console.ipynb", ["1 + 1"]))
    notebook.page.evaluate("() => console.error('something broke')")
    while not notebook.errors:  # the console is heard while the page is waited for
        notebook.page.wait_for_timeout(20)
    assert "something broke" in notebook.errors[0]
    notebook.expect_error(re.escape("something broke"))
    assert notebook.errors == []


def test_a_far_cell_is_scrolled_to_and_the_theme_changes(lab: LabServer, notebook: NotebookPage) -> None:
    far = "print('far ' + 'below')"
    notebook.open(
        lab.write_notebook("long.ipynb", [*(f"{i}\n\n\n\n" for i in range(40)), far, *("0" for _ in range(40))])
    )
    notebook.run_all()
    notebook.scroll_to("'far '")
    notebook.page.get_by_text("far below", exact=True).wait_for()
    notebook.use_theme("JupyterLab Dark")
    assert notebook.page.locator("body").get_attribute("data-jp-theme-light") == "false"
    assert notebook.screenshot("smoke-dark", of=".jp-NotebookPanel").stat().st_size > 10_000
    with pytest.raises(ValueError, match="no cell of the notebook contains 'nothing like it'"):
        notebook.scroll_to("nothing like it")


def test_what_one_test_left_dark_is_light_for_the_next(lab: LabServer, desk: Desk) -> None:
    first = desk.take(lab)
    first.open(lab.write_notebook("dark.ipynb", ["1"]))
    first.use_theme("JupyterLab Dark")
    desk.hand_back(first, good=True)
    second = desk.take(lab)
    assert second.page is first.page
    assert second.page.locator("body").get_attribute("data-jp-theme-name") == "JupyterLab Light"
    desk.hand_back(second, good=True)


def test_kernels_end_between_tests(lab: LabServer) -> None:
    assert lab.request("GET", "/api/sessions") == []
