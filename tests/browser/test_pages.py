"""Every notebook as a page: opened offline and without a kernel it still shows each figure."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from qtkit.cli.notebook_page import write_page
from qtkit.cli.notebook_slides import write_slides
from tests.browser.accessibility import RULES, broken_rules
from tests.browser.notebook_page import PATIENCE_MS
from tests.browser.server import REPOSITORY
from tests.executed_notebooks import find_executed

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

# So many figures and images are there, and all of them are drawn.
SHOWN = """expected => {
    const images = [...document.images], figures = document.querySelectorAll('.js-plotly-plot').length;
    return document.readyState === 'complete' && figures + images.length >= expected
        && document.querySelectorAll('.js-plotly-plot .main-svg').length >= figures
        && images.every(image => image.naturalWidth > 0);
}"""
# Every figure that is seen, and has no width of its own, is as wide as its place.
FITTED = """() => [...document.querySelectorAll('.js-plotly-plot')]
    .filter(plot => plot.getClientRects().length && !plot.layout.width)
    .every(plot => Math.abs(plot.querySelector('.main-svg').clientWidth - plot.clientWidth) <= 1)"""
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_shows_every_figure_offline(
    path: Path, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QTKIT_SCALE", "toy")
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel chooses its own, which shows figures
    executed = find_executed(path)
    for name in ("notebooks", "docs", *(() if executed else ("results",))):  # a run may write beside the notebook
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    if executed:
        shutil.copy(executed, tmp_path / "notebooks")
    page_file = write_page(tmp_path / "notebooks" / path.name, tmp_path / "pages", execute=not executed)
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    expected = sum(
        line.lstrip().startswith(("draw_", "plots.", "display(plots.")) or ".draw(" in line or "draw_mpl(" in line
        for cell in cells
        for line in cell.source.splitlines()
    )
    with chromium.new_context(viewport={"width": 1280, "height": 844}, offline=True) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.wait_for_function(SHOWN, arg=expected)
        plotly = page.locator(".js-plotly-plot .main-svg").count()
        figures = page.locator(".js-plotly-plot").count()
        images = page.evaluate("[...document.images].map(image => image.naturalWidth)")
        shown = f"{figures} plotly figures, {len(images)} images, {expected} cells that draw"
        print(f"{path.stem}, run {'by nbval' if executed else 'here'}: {shown}")
        assert plotly >= figures
        assert all(width > 0 for width in images)
        assert figures + len(images) >= expected
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_function(FITTED)
            name = f"page-{path.stem}-{width}.png"
            page.screenshot(path=REPOSITORY / "artifacts" / "screenshots" / name, full_page=True)
            assert broken_rules(page) == {}, f"{path.stem} at {width} pixels"
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))")
        assert [link for link in links if ".ipynb" in link and "//" not in link] == []


def test_slides_are_turned_by_keys_and_buttons(chromium: Browser, tmp_path: Path) -> None:
    cells = [nbformat.v4.new_markdown_cell(f"## Slide {number}") for number in (1, 2, 3)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "three.ipynb")
    page_file = write_slides(tmp_path / "three.ipynb", tmp_path, execute=False)
    with chromium.new_context(viewport={"width": 1280, "height": 720}, offline=True) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(page_file.as_uri())
        for press, shown in (("", 1), ("ArrowRight", 2), ("PageDown", 3), ("ArrowRight", 3), ("Home", 1), ("End", 3)):
            if press:
                page.keyboard.press(press)
            expect(page.locator(".qtkit-turn output")).to_have_text(f"{shown} / 3")
            assert page.locator("h2:visible").all_inner_texts()[0].startswith(f"Slide {shown}")
        page.get_by_label("previous slide").click()
        expect(page.locator(".qtkit-turn output")).to_have_text("2 / 3")


BROKEN = """<h1>A title</h1><h3>No second level</h3><p style="color: #b0b0b0">Pale text, and
<a style="text-decoration: none" href="#x">a link</a></p><img src="data:,"><table><tr><th></th><th>a</th></tr></table>
<div style="overflow-x: auto; width: 90px"><div style="width: 900px">wide and not reached</div></div>
<div style="width: 3000px">much too wide</div>"""


def test_the_rules_see_what_is_wrong(chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 390, "height": 844}, offline=True) as context:
        page = context.new_page()
        page.set_content(f"<body class='jp-RenderedHTMLCommon'>{BROKEN}</body>")
        assert set(broken_rules(page)) >= set(RULES)
        page.set_content("<h1>A title</h1><h2>A second level</h2><p>Black on white, <a href='#x'>a link</a>.</p>")
        assert broken_rules(page).keys() & RULES.keys() == set()
