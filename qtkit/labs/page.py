"""`fit_page`: a notebook in JupyterLab on a telephone, or in a narrow window."""

from __future__ import annotations

from pathlib import Path

from qtkit.web.bundle import bundle, page_script

_HERE = Path(__file__).parent


def fit_page() -> None:
    """Let what is wider than a notebook's cells scroll, each figure, table and formula in a box of its own.

    A figure is not made narrower than 600 pixels, or than its `layout.meta["least_width"]`. Where no notebook is open
    nothing happens. Pages that are exported do the same without it.

    Example:
        >>> from qtkit import labs
        >>> labs.fit_page()
    """
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import HTML, display

    if InteractiveShell.initialized():
        display(HTML(page_html()))  # type: ignore[no-untyped-call] # IPython has no types here


def page_html() -> str:
    """The style sheet and the script that `fit_page` shows."""
    return f"<style>\n{bundle(_HERE / 'page.css')}</style>\n<script>\n{page_script(_HERE / 'page.js')}</script>"
