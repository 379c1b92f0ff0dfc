"""What a notebook shows so that it fits a telephone; in a browser: tests/browser/test_telephone.py."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from qtkit import labs
from qtkit.labs.page import page_html
from qtkit.plots.style import LEAST_WIDTH


def test_it_is_a_style_sheet_and_a_script() -> None:
    html = page_html()
    assert html.startswith("<style>") and html.endswith("</script>")
    assert f"const LEAST_WIDTH = {LEAST_WIDTH};" in html


def test_outside_of_a_notebook_nothing_is_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InteractiveShell, "initialized", classmethod(lambda _: False))
    labs.fit_page()
    assert capsys.readouterr().out == ""


def test_exported_pages_are_left_alone() -> None:
    style = page_html().partition("</style>")[0].removeprefix("<style>")
    rules = [line for line in style.splitlines() if "{" in line and not line.startswith(("/*", "@media"))]
    assert rules and all(line.strip().startswith(".jp-NotebookPanel ") for line in rules)
