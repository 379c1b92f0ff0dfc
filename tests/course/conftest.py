"""A course of few files, as one qtkit brings it and as the next one does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qtkit.course.content import FIRST

Maker = Callable[..., Path]


def notebook(*sources: str, outputs: bool = False) -> str:
    """A notebook of code cells, run or not."""
    ran = [{"output_type": "stream", "name": "stdout", "text": "ran\n"}] if outputs else []
    cells = [{"cell_type": "code", "source": source.splitlines(True), "outputs": ran} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path: Path) -> Maker:
    """Makes the course as a qtkit of some version brings it, with these words in it."""

    def make(words: str, **more: str) -> Path:
        folder = tmp_path / f"qtkit {words}"
        files = {FIRST: notebook("import qtkit", f"print({words!r})"), "docs/runs.md": words, "results/a/b.json": words}
        for name, content in (files | more).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        return folder

    return make
