"""The studio under a finger: no mouse, no keyboard, only taps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.notebook_page import PATIENCE_MS, SCREENSHOTS, NotebookPage
from tests.browser.studio_page import BARS, CELL, expect_badge, expect_cnots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browser.server import LabServer


@pytest.fixture
def touched(lab: LabServer, chromium: Browser) -> Iterator[NotebookPage]:
    """A studio on a touch screen of a tablet's size: config 9 on 4 qubits and 2 layers."""
    with chromium.new_context(viewport={"width": 1180, "height": 1500}, has_touch=True) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = NotebookPage(context.new_page(), lab, SCREENSHOTS)
        page.open(lab.write_notebook("touch.ipynb", [CELL.format(arguments="9, n_qubits=4, depth=2")]))
        page.run_all()
        page.page.locator(BARS).wait_for(state="attached")
        yield page
        assert page.errors == []


def test_config_5_by_taps(touched: NotebookPage) -> None:
    page, studio = touched.page, touched.page.locator(".qtkit-studio")
    studio.locator("[data-key=hadamard]").tap()
    expect_badge(studio, "config 3")
    studio.get_by_role("group", name="Rotation, all layers").get_by_role("radio", name="RY").tap()
    expect_badge(studio, "config 2")
    for left in (2, 1):  # of the brick only CNOT 0 → 1 may stay
        studio.locator(f"[data-key=cnot-{left}]").tap()
        expect_cnots(touched, 2 * left)
    for drawn, (control, target) in enumerate([(1, 2), (2, 3), (3, 0)], start=2):
        for wire in (control, target):
            studio.locator(f"[data-key=wire-{wire}] text").tap()
        expect_cnots(touched, 2 * drawn)
    expect_badge(studio, "config 5: H, cyc, RY")

    def bars_after(tap) -> None:
        before = page.locator(BARS).get_attribute("d")
        tap()
        page.wait_for_function(f"d => document.querySelector('{BARS}').getAttribute('d') !== d", arg=before)

    studio.locator("[data-key=angle-1-2]").tap()
    slider = studio.get_by_role("slider", name="θ(1,2)")
    box = slider.bounding_box()
    bars_after(lambda: slider.tap(position={"x": 0.8 * box["width"], "y": box["height"] / 2}))
    bars_after(lambda: studio.get_by_role("button", name="Undo").tap())
    chart = studio.locator(".qs-chart").first
    chart.tap(position={"x": 100, "y": 60})
    studio.locator(".qs-read").get_by_text("P = ").wait_for()
    bars_after(lambda: studio.get_by_role("button", name="config 10:").tap())
    expect_badge(studio, "config 10")
    for button in studio.locator("button:visible").all():
        assert button.bounding_box()["height"] >= 30, "large enough for a finger"
    page.wait_for_timeout(1500)
    touched.screenshot("studio-touch")
