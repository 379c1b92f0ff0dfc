"""The gallery in JupyterLab: six charts move, six stay; the filters choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

BARS = "[...document.querySelectorAll('.qg-card')].map(card => card.querySelector('.qg-chart path').getAttribute('d'))"


def test_six_move_and_six_stay(lab: LabServer, notebook: NotebookPage) -> None:
    page = notebook.page
    page.set_viewport_size({"width": 1400, "height": 1100})
    cell = "from qtkit.panels import CandidateGallery\nCandidateGallery(3, 2)"
    notebook.open(lab.write_notebook("gallery.ipynb", [cell]))
    notebook.run_all()
    gallery = page.locator(".qtkit-gallery")
    gallery.locator(".qg-card").nth(11).wait_for()
    before = page.evaluate(BARS)
    gallery.get_by_role("button", name="Random Θ").click()
    after = page.evaluate(BARS)
    moved = {k for k, (old, new) in enumerate(zip(before, after, strict=True), start=1) if old != new}
    assert moved == {2, 5, 7, 8, 10, 11}
    notebook.screenshot("gallery")
    gallery.get_by_label("cannot").uncheck()
    assert gallery.locator(".qg-card:visible").count() == 6
    gallery.get_by_role("group", name="Rotation").get_by_label("RX").uncheck()
    gallery.get_by_text("4 of 12 shown").wait_for()
    notebook.use_theme("JupyterLab Dark")
    page.wait_for_timeout(1500)
    notebook.screenshot("gallery-dark")
    notebook.use_theme("JupyterLab Light")  # the server keeps it for the tests to come
