"""Every notebook as a page: opened offline and without a kernel it still shows each figure."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest

from qtkit.cli.notebook_page import write_page
from tests.browser.notebook_page import PATIENCE
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
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_shows_every_figure_offline(
    path: Path, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QTKIT_SCALE", "toy")
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel chooses its own, which shows figures
    for name in ("notebooks", "docs", "results"):  # a run may write beside the notebook
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    executed = find_executed(path)
    if executed:
        shutil.copy(executed, tmp_path / "notebooks")
    page_file = write_page(tmp_path / "notebooks" / path.name, tmp_path / "pages", execute=not executed)
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    expected = sum(
        line.lstrip().startswith(("draw_", "plots.", "display(plots.")) or ".draw(" in line or "draw_mpl(" in line
        for cell in cells
        for line in cell.source.splitlines()
    )
    with chromium.new_context(viewport={"width": 1000, "height": 900}, offline=True) as context:
        context.set_default_timeout(PATIENCE)
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
        page.screenshot(path=REPOSITORY / "artifacts" / "screenshots" / f"page-{path.stem}.png", full_page=True)
