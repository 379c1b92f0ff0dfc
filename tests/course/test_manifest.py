"""The manifest of a copy: written, read, damaged; and what counts as a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from qtkit.course.manifest import NAME, digest, read_manifest, write_manifest
from tests.course.conftest import notebook


def test_written_and_read(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    write_manifest(tmp_path, "1.2", {"b": "1" * 64, "a": "0" * 64})
    assert read_manifest(tmp_path) == {"qtkit": "1.2", "files": {"a": "0" * 64, "b": "1" * 64}}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"qtkit": "1"}', '{"qtkit": "1", "files": {"a": "not a digest"}}'])
def test_a_damaged_one_is_told_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(ValueError, match=rf"{NAME} is damaged.*remove it"):
        read_manifest(tmp_path)


def test_to_run_a_notebook_is_no_change(tmp_path: Path) -> None:
    path, before = tmp_path / "a.ipynb", []
    for text in (notebook("1 + 1"), notebook("1 + 1", outputs=True), notebook("1 + 2"), notebook("1", "+ 1")):
        path.write_text(text)
        before.append(digest(path))
    assert before[0] == before[1]
    assert len(set(before)) == 3


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{"source": "1"}]}', "\xff"])
def test_what_is_no_notebook_is_compared_as_it_is(tmp_path: Path, text: str) -> None:
    path, other = tmp_path / "a.ipynb", tmp_path / "b.txt"
    for each in (path, other):
        each.write_text(text, encoding="latin-1")
    assert digest(path) == digest(other)
