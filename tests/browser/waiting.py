"""Waits for a page, which takes a new width or theme in its own time: what is wrong at first may be right soon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import TimeoutError as WaitedInVain

from tests.browser.notebook_page import POLLING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def expect_none(page: Page, faults: str, arg: Any = None) -> None:
    """Wait until `faults`, a function in JavaScript that lists some, finds none; if it goes on to, they are told."""
    try:
        page.wait_for_function(f"arg => ({faults})(arg).length === 0", arg=arg, polling=POLLING)
    except WaitedInVain:
        found = page.evaluate(faults, arg)
        assert found == [], found


def expect_contrasts(page: Page, ratios: str, least: float, arg: Any = None) -> None:
    """Wait until `ratios`, a function in JavaScript that lists contrasts and whose they are, finds none below `least`.

    There must be some.
    """
    below = f"arg => {{ const all = ({ratios})(arg); return all.length ? all.filter(([r]) => !(r >= {least})) : [0]; }}"
    expect_none(page, below, arg)
