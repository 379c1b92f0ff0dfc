"""The studio on a page: where it is, and what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.notebook_page import NotebookPage

CELL = "from qtkit.panels import AnsatzStudio\nstudio = AnsatzStudio({arguments})\nstudio"
BARS = ".qtkit-studio .qs-bars.qs-p"


def badge(studio: Locator) -> Locator:
    return studio.locator(".qs-badge")


def expect_badge(studio: Locator, text: str) -> None:
    badge(studio).get_by_text(text).wait_for()


def expect_cnots(notebook: NotebookPage, drawn: int) -> None:
    notebook.page.wait_for_function(
        "n => document.querySelectorAll('.qtkit-studio .gate.cnot').length === n", arg=drawn
    )
