"""The map in CONTRIBUTING.md is that of the package, and the folders of the tests are the package's."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.helpers import ROOT

PACKAGE = ROOT / "qtkit"
MAP = (ROOT / "CONTRIBUTING.md").read_text().partition("## The map")[2].partition("## Everyday commands")[0]


def folders(root: Path) -> set[str]:
    """The packages below `root`, as paths relative to it."""
    return {path.parent.relative_to(root).as_posix() for path in root.rglob("__init__.py")} - {"."}


def test_the_map_names_every_room() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("_")}
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    named = set(re.findall(r"`([a-z_0-9]+)/?`", MAP))
    assert rooms | files <= named


def test_what_the_map_names_is_there() -> None:
    paths = re.findall(r"`((?:[a-z_0-9]+/)+(?:[a-z_0-9]+\.py)?)`", MAP)
    assert len(paths) > 20
    places = (PACKAGE, ROOT, *(path for path in PACKAGE.rglob("*") if path.is_dir()))
    for path in paths:
        assert any((place / path).exists() for place in places), path


def test_the_tests_are_laid_out_as_the_package_is() -> None:
    own = {"browser", "inputs", "project"}
    assert {name for name in folders(ROOT / "tests") if name.split("/")[0] not in own} <= folders(PACKAGE)


@pytest.mark.parametrize("room", [".", *sorted(folders(PACKAGE))])
def test_each_package_says_what_lives_there(room: str) -> None:
    folder = PACKAGE / room
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    assert text
    assert 2 <= sum(1 for line in text.splitlines() if line.strip()) <= 5
    here = {path.name for path in folder.iterdir()} | {path.stem for path in folder.iterdir()}
    assert set(re.findall(r"`([a-z_0-9]+(?:\.js)?)/?`", text)) & here
