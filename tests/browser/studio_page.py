"""The studio on a page: where it is, and what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.notebook_page import POLLING
from tests.browser.waiting import expect_none

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.notebook_page import NotebookPage

CELL = "from qtkit.panels import AnsatzStudio\nstudio = AnsatzStudio({arguments})\nstudio"
OUTSIDE = """([root, parts]) => {
    const {left, right} = document.querySelector(root).getBoundingClientRect();
    return [...document.querySelectorAll(parts.split(', ').map(part => `${root} ${part}`).join())]
        .map(part => [part, part.getBoundingClientRect()])
        .filter(([_, box]) => box.width > 0 && (box.left < left - 1 || box.right > right + 1))
        .map(([part]) => part.outerHTML.slice(0, 200));
}"""
BARS = ".qtkit-studio .qs-bars.qs-p"


def expect_inside(page: Page, root: str, parts: str) -> None:
    """Wait until no part, of those that are seen, sticks out of `root` to the left or the right."""
    expect_none(page, OUTSIDE, [root, parts])


def badge(studio: Locator) -> Locator:
    return studio.locator(".qs-badge")


def expect_badge(studio: Locator, text: str) -> None:
    badge(studio).get_by_text(text).wait_for()


def expect_cnots(notebook: NotebookPage, drawn: int) -> None:
    notebook.page.wait_for_function(
        "n => document.querySelectorAll('.qtkit-studio .gate.cnot').length === n", arg=drawn, polling=POLLING
    )
