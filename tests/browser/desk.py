"""JupyterLab in one tab, loaded once: to load it takes longer than most of what a test does in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.notebook_page import PATIENCE_MS, SCREENSHOTS, NotebookPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.server import LabServer

VIEWPORT = {"width": 1400, "height": 1000}

# Without a question whether to save. What is left then is what a test left behind. The theme is a setting that the
# server keeps: a new tab would have it, too.
_CLOSE_ALL = """async () => {
    const { commands, shell } = window.jupyterapp;
    for (const widget of [...shell.widgets('main')]) widget.dispose();
    if (shell.leftCollapsed) shell.expandLeft();
    const isLight = () => document.body.dataset.jpThemeName === 'JupyterLab Light';
    if (!isLight()) await commands.execute('apputils:change-theme', { theme: 'JupyterLab Light' });
    while (!isLight()) await new Promise(resolve => setTimeout(resolve, 20));  // the command does not wait for it
    const left = '.jp-NotebookPanel, .jp-Dialog, .qtkit-panel, .jupyter-widgets';
    return document.querySelectorAll(left).length === 0;
}"""


class Desk:
    """Gives each test an empty JupyterLab; a new tab if the last test has failed, or left something behind.

    Arguments:
        browser: that opens the tab.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page: Page | None = None
        self._server: LabServer | None = None

    def take(self, server: LabServer) -> NotebookPage:
        """A page of this server without a notebook; to be handed back."""
        if self._page is None or self._server is not server:
            self.close()
            context = self._browser.new_context(viewport=VIEWPORT)
            context.set_default_timeout(PATIENCE_MS)
            self._page, self._server = context.new_page(), server
        self._page.set_viewport_size(VIEWPORT)
        return NotebookPage(self._page, server, SCREENSHOTS)

    def hand_back(self, notebook: NotebookPage, *, good: bool) -> None:
        """Clear the page for the next test, or close it if this one was not `good`."""
        notebook.listen_no_more()
        page = notebook.page
        page.context.clear_permissions()
        page.mouse.move(0, 0)
        if not good or not notebook.is_loaded or not page.evaluate(_CLOSE_ALL):
            self.close()

    def close(self) -> None:
        """Close the tab, if there is one."""
        if self._page is not None:
            self._page.context.close()
            self._page = None
