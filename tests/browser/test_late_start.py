"""Widgets whose scripts come later than anywidget waits: they are shown, and hear their kernel all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.studio_page import CELL, expect_badge

if TYPE_CHECKING:
    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

# What anywidget does when its two seconds are over, before any script has come.
NO_TIME = """
const within = AbortSignal.timeout.bind(AbortSignal);
let refused = 0;
AbortSignal.timeout = (ms) => ms === 2000 ? { addEventListener: (_, over) => { window.refused = ++refused; over(); } }
    : within(ms);
"""

FIGURE = """
import plotly.graph_objects as go
from qtkit.panels.parts.plotly_figure import PlotlyFigure
figure = PlotlyFigure(go.Figure(go.Bar(y=[1, 2, 3])))
display(figure)
figure.data[0].y = [3, 2, 1, 4]
figure.add_bar(y=[2, 2])
figure.layout.title.text = "as it was shown"
"""


@pytest.mark.alone  # scripts that are there already are not late
def test_widgets_that_start_late_hear_their_kernel(lab: LabServer, notebook: NotebookPage) -> None:
    page = notebook.page
    page.add_init_script(NO_TIME)
    later = "figure.layout.title.text = 'as it is now'; _ = figure.add_bar(y=[5])"
    cells = [FIGURE, CELL.format(arguments="9, n_qubits=4, depth=2"), later]
    notebook.open(lab.write_notebook("late.ipynb", cells))
    notebook.run_all()
    expect(page.locator(".barlayer .point")).to_have_count(7)
    expect(page.locator(".gtitle")).to_have_text("as it is now")
    assert page.evaluate("window.refused") >= 2
    studio = page.locator(".qtkit-studio")
    studio.locator("[data-key=hadamard]").click()  # the kernel says what it makes of it
    expect_badge(studio, "config 3")
