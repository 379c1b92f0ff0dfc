"""One notebook, open in JupyterLab in a real browser: run it, read it, look at it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.helpers import PATIENCE, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Error, Page

    from tests.browser.server import LabServer

SCREENSHOTS = ROOT / "artifacts" / "screenshots"
PATIENCE_MS = 1_000 * PATIENCE
"""In milliseconds, as Playwright and scripts count."""
POLLING = 50
"""Milliseconds between two looks at a page that is waited for: whoever looks at every frame has frames drawn."""

# JupyterLab's own noise, not ours.
HARMLESS = (
    # It asks for a saved workspace, a translation or a checkpoint first, and takes "there is none" for an answer.
    r"status of 404.*/lab/api/(workspaces|translations)",
    # On a busy machine a script may take longer than anywidget waits: see test_late_start.py for what comes of it.
    r"\[anywidget\] Failed to initialize model",
    # A notebook is closed while its debugger is still being asked.
    r"Could not restore the debugger state: Canceled future",
)

_CELLS = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(cell => cell.toJSON())"
_OPEN = """async path => {
    const { commands, shell } = window.jupyterapp;
    const opened = await commands.execute('docmanager:open', { path, factory: 'Notebook' });
    for (const other of [...shell.widgets('main')]) if (other !== opened) other.dispose();  // as when it is loaded
    return true;
}"""
_OUTPUTS = f"JSON.stringify({_CELLS}.map(cell => cell.outputs ?? []))"


class NotebookPage:
    """A page that shows a notebook; `page` is playwright's, for everything not offered here.

    The notebook stays in JupyterLab's default windowing mode, as a learner has it: a cell far off the screen may
    have no elements. Use `scroll_to` before looking for some.
    """

    def __init__(self, page: Page, server: LabServer, screenshots: Path) -> None:
        self.page = page
        self.server = server
        self.screenshots = screenshots
        self._console: list[str] = []
        self._expected: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", self._on_page_error)

    def open(self, name: str, timeout: float = PATIENCE) -> None:
        """Open `notebooks/name` and wait until its kernel can take a cell."""
        if not self.is_loaded:
            self.page.goto(self.server.notebook_url(name), wait_until="domcontentloaded", timeout=timeout * 1e3)
            self.page.wait_for_function("() => window.jupyterapp !== undefined", timeout=timeout * 1e3, polling=POLLING)
            self.page.evaluate("() => window.jupyterapp.restored.then(() => true)")
        else:
            self.page.evaluate(_OPEN, f"notebooks/{name}")
        self.page.wait_for_function(
            """path => {
                const panel = window.jupyterapp.shell.currentWidget;
                return panel?.context?.path === path && panel.context.isReady
                    && panel.sessionContext.session?.kernel?.status === 'idle';
            }""",
            arg=f"notebooks/{name}",
            timeout=timeout * 1e3,
            polling=POLLING,
        )

    @property
    def is_loaded(self) -> bool:
        """Whether JupyterLab is there."""
        return self.page.evaluate("() => window.jupyterapp !== undefined")

    def listen_no_more(self) -> None:
        """Leave the page to others."""
        self.page.remove_listener("console", self._on_console)
        self.page.remove_listener("pageerror", self._on_page_error)

    def run_all(self, timeout: float = PATIENCE, *, to: str | None = None) -> None:
        """Run every cell, or those up to the first whose source contains `to`, and wait for the last one.

        Raises:
            AssertionError: if a cell raised; the message is its traceback.
            ValueError: if no cell contains `to`.
            playwright.sync_api.TimeoutError: if the cells take longer than `timeout` seconds.
        """
        if to is None:
            self.start_all()
        else:
            self.page.evaluate(
                "index => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = index; }",
                self._find_cell(to),
            )
            self._start("notebook:run-all-above", "notebook:run-cell")
        self.page.wait_for_function("() => window.qtkitRun !== 'running'", timeout=timeout * 1e3, polling=POLLING)
        outcome = self.page.evaluate("() => window.qtkitRun")
        if outcome != "done":
            raise AssertionError(f"running the notebook ended with {outcome!r}:\n{self._tracebacks()}")

    def start_all(self) -> None:
        """Start running every cell, and return at once."""
        self._start("notebook:run-all-cells")

    def _start(self, *commands: str) -> None:
        self.page.evaluate(
            """names => {
                window.qtkitRun = 'running';
                const run = async () => {
                    for (const name of names)
                        if (await window.jupyterapp.commands.execute(name) === false) return 'a cell raised';
                    return 'done';
                };
                run().catch(String).then(outcome => { window.qtkitRun = outcome; });
                return true;
            }""",
            commands,
        )

    def _tracebacks(self) -> str:
        outputs = [output for cell in self.cells() for output in cell.get("outputs", [])]
        failed = ["\n".join(output["traceback"]) for output in outputs if output["output_type"] == "error"]
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(failed))

    def cells(self) -> list[dict[str, Any]]:
        """The notebook's cells as nbformat dictionaries, with their present outputs, on the screen or not."""
        return self.page.evaluate(f"() => {_CELLS}")

    def output_text(self) -> str:
        """Everything the cells have printed or returned as text so far."""
        texts: list[str] = []
        for cell in self.cells():
            for output in cell.get("outputs", []):
                text = output.get("text", output.get("data", {}).get("text/plain", ""))
                texts.append(text if isinstance(text, str) else "".join(text))
        return "\n".join(texts)

    def wait_for_output(self, text: str, timeout: float = PATIENCE) -> None:
        """Wait until some cell has printed `text`."""
        self.page.wait_for_function(
            f"text => {_OUTPUTS}.includes(JSON.stringify(text).slice(1, -1))",
            arg=text,
            timeout=timeout * 1e3,
            polling=POLLING,
        )

    def scroll_to(self, source: str) -> None:
        """Bring the first cell whose source contains `source` to the top of the screen.

        Raises:
            ValueError: if no cell does.
        """
        self.page.evaluate(
            "index => window.jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start').then(() => true)",
            self._find_cell(source),
        )

    def _find_cell(self, source: str) -> int:
        index = next((i for i, cell in enumerate(self.cells()) if source in "".join(cell["source"])), None)
        if index is None:
            raise ValueError(f"no cell of the notebook contains {source!r}")
        return index

    def use_theme(self, name: str) -> None:
        """Switch JupyterLab's theme: `"JupyterLab Light"` or `"JupyterLab Dark"`."""
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme}).then(() => true)", name
        )
        self.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=name, polling=POLLING)

    def screenshot(self, name: str, *, of: str | None = None) -> Path:
        """Save the window, or the first element that matches the selector `of`; returns the PNG's path."""
        self.screenshots.mkdir(parents=True, exist_ok=True)
        path = self.screenshots / f"{name}.png"
        target = self.page if of is None else self.page.locator(of).first
        target.screenshot(path=path)
        return path

    def expect_error(self, pattern: str) -> None:
        """Let console errors that match this regular expression pass."""
        self._expected.append(pattern)

    @property
    def errors(self) -> list[str]:
        """What the browser's console has complained about, less what is harmless or was expected."""
        patterns = (*HARMLESS, *self._expected)
        return [line for line in self._console if not any(re.search(pattern, line, re.DOTALL) for pattern in patterns)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._console.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_page_error(self, error: Error) -> None:
        self._console.append(f"uncaught: {error}")
