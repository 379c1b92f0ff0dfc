"""A figure that changes before the page has read plotly shows what it became, not what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

CELL = """
import plotly.graph_objects as go
from qtkit.panels.parts.plotly_figure import PlotlyFigure
figure = PlotlyFigure(go.Figure(go.Bar(y=[1, 2, 3])))
display(figure)
figure.data[0].y = [3, 2, 1, 4]
figure.add_bar(y=[2, 2])
figure.layout.title.text = "as it is now"
"""


def test_what_is_sent_before_plotly_is_read_is_shown(lab: LabServer, notebook: NotebookPage) -> None:
    notebook.open(lab.write_notebook("early.ipynb", [CELL]))
    notebook.run_all()
    notebook.page.wait_for_function("() => document.querySelectorAll('.barlayer .point').length === 6")
    assert notebook.page.locator(".gtitle").text_content() == "as it is now"
