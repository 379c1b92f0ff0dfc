"""JupyterLab on a telephone: what is wider than a cell scrolls in a box of its own, and nothing else sticks out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from tests.browser.panel_page import expect_contrast
from tests.browser.waiting import expect_none

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

SETUP = """from qtkit import labs, league, plots
from qtkit.claims import figures, rulers, table2
labs.fit_page()"""
FIGURES = [f"figures.figure({number})" for number in range(5, 15)]
OWN = {
    "table2 = table2.summary(table2.final_errors(labs.stored('series')))\nplots.table2_figure(table2)": 780,
    "plots.ruler_figure(rulers.beside(table2))": 600,
    "league.draw('fashion-5-7')": 320,
    "plots.merit_figure(league.table('fashion-5-7'))": 320,
    "from qtkit.plots import moving\nmoving.move_bloch_arrows()": 260,
}
TABLE = """| series | what it is |
|---|---|
| NARMA 5 | $y_{t+1} = 0.3\\, y_t + 0.05\\, y_t \\sum_{i=0}^{m-1} y_{t-i} + 1.5\\, u_{t-m+1} u_t + 0.1$ with $m = 5$ |

$$\\mathcal L = \\frac1T \\sum_{t=1}^{T} \\big[(R_t - V(s_t))^2 - \\log \\pi(a_t \\mid s_t)\\,(R_t - V(s_t))\\big]$$
"""
FITTED = """count => {
    const figures = [...document.querySelectorAll('.jp-RenderedPlotly')];
    return figures.length === count && figures.every(each => each.clientWidth > 0
        && each.querySelector('.main-svg')?.clientWidth === each.clientWidth);
}"""
BOXES = """() => [...document.querySelectorAll('.jp-RenderedPlotly')].map(each => {
    const box = each.closest('.jp-OutputArea-child');
    return [each.clientWidth, box.scrollWidth > box.clientWidth + 1, box.tabIndex];
})"""
# A figure of its least width, or of the room if that is wider, and drawn so; scrolls there again until it is, since
# what is measured above meanwhile pushes it away.
DRAWN = """async ([index, least]) => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const figure = content.widgets[index].node.querySelector('.jp-RenderedPlotly');
    const width = figure?.clientWidth;
    const box = figure?.closest('.jp-OutputArea-child');
    const drawn = width >= least && figure.querySelector('.main-svg')?.clientWidth === width
        && (box.tabIndex === 0) === (box.scrollWidth > box.clientWidth + 1);
    if (!drawn) await content.scrollToItem(index, 'start');
    return drawn;
}"""
# Whatever reaches beyond the right edge of the notebook and does not scroll in a box above it; code does in its editor.
OUT = """() => {
    const notebook = document.querySelector('.jp-WindowedPanel-outer'), edge = notebook.getBoundingClientRect().right;
    const wide = [...notebook.querySelectorAll('.jp-Cell *')].filter(element => {
        if (!element.getClientRects().length || element.getBoundingClientRect().right <= edge + 1) return false;
        for (let above = element.parentElement; above !== notebook; above = above.parentElement)
            if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(above).overflowX)
                && above.getBoundingClientRect().right <= edge + 1) return false;
        return true;
    });
    return [...wide.map(element => element.outerHTML.slice(0, 100)),
        ...(notebook.scrollWidth > notebook.clientWidth + 1 ? ['the notebook scrolls sideways'] : [])];
}"""
# Whole outputs that scroll, instead of what is wide in them.
WHOLE = """() => [...document.querySelectorAll('.jp-MarkdownOutput, .jp-OutputArea-output:has(.qtkit-panel)')]
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.outerHTML.slice(0, 100))"""


def open_on_a_telephone(notebook: NotebookPage, name: str) -> Page:
    page = notebook.page
    page.set_viewport_size({"width": 390, "height": 844})
    notebook.open(name)
    if page.evaluate("!window.jupyterapp.shell.leftCollapsed"):
        page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area').then(() => true)")
    notebook.run_all()
    return page


def see_all(notebook: NotebookPage, least: Sequence[int]) -> None:
    """What is far from the screen is drawn, and measured, when it comes near."""
    for index, width in enumerate(least, start=1):
        notebook.page.wait_for_function(DRAWN, arg=[index, width], polling=100)


def test_figures_keep_their_least_width_and_scroll(lab: LabServer, notebook: NotebookPage) -> None:
    page = open_on_a_telephone(notebook, lab.write_notebook("figures.ipynb", [SETUP, *FIGURES, *OWN]))
    least = [780] * 3 + [600] * 5 + [780] * 2 + list(OWN.values())
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.use_theme(theme)
        see_all(notebook, least)
        page.wait_for_function(FITTED, arg=len(least))
        boxes: list[Any] = page.evaluate(BOXES)
        room = page.locator(".jp-RenderedHTML").first.bounding_box()["width"]
        assert [width for width, _, _ in boxes] == [max(each, round(room)) for each in least]
        assert [scrolls for _, scrolls, _ in boxes] == [each > room for each in least]
        assert [place for _, _, place in boxes] == [0 if each > room else -1 for each in least], "reached by Tab"
        expect_none(page, OUT)
        notebook.scroll_to(FIGURES[-2])
        page.wait_for_timeout(300)  # for the picture
        notebook.screenshot(f"telephone-figures-{theme.split()[1].lower()}")
    page.set_viewport_size({"width": 1280, "height": 844})
    room = page.locator(".jp-RenderedHTML").first.bounding_box()["width"]
    assert room > 780
    see_all(notebook, [int(room)] * len(least))
    page.wait_for_function("() => !document.querySelector('.qtkit-scrolls')")
    assert {place for *_, place in page.evaluate(BOXES)} == {-1}, "nothing scrolls on a wide page"


def test_the_arrows_scroll_a_figure(lab: LabServer, notebook: NotebookPage) -> None:
    page = open_on_a_telephone(notebook, lab.write_notebook("one.ipynb", [SETUP, SETUP, FIGURES[-1]]))
    box = page.locator(".qtkit-wide-output")
    box.and_(page.locator("[tabindex='0']")).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.qtkit-wide-output').scrollLeft > 50")


def test_tables_formulas_and_folded_solutions_fit(lab: LabServer, notebook: NotebookPage) -> None:
    cells = [nbformat.v4.new_code_cell(SETUP), nbformat.v4.new_markdown_cell(TABLE)]
    cells.append(nbformat.v4.new_code_cell("# Solution: click the three dots to open.\n1", metadata={}))
    cells[-1].metadata = {"jupyter": {"source_hidden": True}}
    name = lab.write_notebook("text.ipynb", [])
    written = nbformat.read(lab.notebooks / name, 4)
    written.cells = cells
    nbformat.write(written, lab.notebooks / name)
    page = open_on_a_telephone(notebook, name)
    page.locator("mjx-container").first.wait_for()
    page.locator(".jp-Placeholder-content").wait_for()
    expect_none(page, OUT)
    expect_none(page, WHOLE)
    notebook.screenshot("telephone-text")


PANELS = """from qtkit.panels import AgentPanel, ForecastPanel, SearchPanel
quick = {"depth": 1, "model": "diffqas"}
panel = [
    SearchPanel(source="sample", epochs=1, **quick),
    AgentPanel(episodes=20, workers=2, **quick),
    ForecastPanel(epochs=1, **quick),
][%d]
panel.run(blocking=True)
panel"""


@pytest.mark.parametrize("which", range(3), ids=["search", "agent", "forecast"])
def test_live_figures_keep_their_least_width_and_scroll(which: int, lab: LabServer, notebook: NotebookPage) -> None:
    page = open_on_a_telephone(notebook, lab.write_notebook("panel.ipynb", [PANELS % which]))
    page.locator(".qtkit-figure .main-svg").first.wait_for()
    page.wait_for_function("() => document.querySelector('.qtkit-figure .main-svg').clientWidth === 540")
    page.locator(".qtkit-figure-scrolls[tabindex='0']").wait_for()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.use_theme(theme)
        expect_none(page, OUT)
        expect_none(page, WHOLE)
        expect_contrast(page, 4.5, of=".qtkit-grid .mod-active")
    notebook.screenshot(f"telephone-panel-{which}", of=".qtkit-figure-scrolls")
