"""Notebooks are executed once for all tests: what nbval ran is kept, looked at, and shown as pages in the browser.

`make notebooks` loads this module as a pytest plugin: each notebook that passes is written with its outputs to
`artifacts/notebooks/`, with a stamp of all that its outputs depend on. A test takes such a copy if its stamp is
today's, and otherwise executes the notebook itself.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Generator
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from qtkit.files import write_text
from tests.helpers import ROOT

FOLDER = ROOT / "artifacts" / "notebooks"
_SOURCES = ("qtkit/**/*.py", "qtkit/**/*.js", "qtkit/**/*.css", "results/**/*.json", "results/**/*.parquet")


def find_executed(notebook: Path) -> Path | None:
    """The executed copy of `notebook` at toy scale; None if there is none, or it is of another state of the sources."""
    copy = FOLDER / notebook.name
    if not copy.is_file():
        return None
    stamp = nbformat.read(copy, 4).metadata.get("qtkit", {}).get("stamp")
    return copy if stamp == _stamp(notebook, "toy") else None


def _stamp(notebook: Path, scale: str) -> str:
    return hashlib.sha256(f"{scale}\0{_digest(notebook)}\0{_sources()}".encode()).hexdigest()


@functools.cache
def _sources() -> str:
    return _digest(*sorted(file for pattern in _SOURCES for file in ROOT.glob(pattern)))


def _digest(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"\0{file.name}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


class _Keeper:
    """Writes each notebook whose cells all passed."""

    def __init__(self) -> None:
        self._passed: dict[IPyNbFile, list[IPyNbCell]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "call" and isinstance(item, IPyNbCell) and report.passed:
            self._passed.setdefault(item.parent, []).append(item)
        return report

    def pytest_sessionfinish(self) -> None:
        for file, items in self._passed.items():
            cells = [cell for cell in file.nb.cells if cell.cell_type == "code"]
            if len(items) == len(cells):
                for count, item in enumerate(items, 1):
                    item.cell.update(outputs=item.test_outputs, execution_count=count)
                stamp = _stamp(file.path, os.environ.get("QTKIT_SCALE", "full"))
                file.nb.metadata["qtkit"] = {"stamp": stamp}
                FOLDER.mkdir(parents=True, exist_ok=True)
                write_text(FOLDER / file.path.name, nbformat.writes(file.nb))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Keeper())
