"""`tools/publish.py`: badges and install cells come from the one address, can be made anew, and go again."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path
from typing import Any

import nbformat
import pytest

from qtkit.course.links import badges, install_cell
from qtkit.course.repository import Repository, repository
from tests.helpers import ROOT

PUBLISH: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "publish.py"))
WHERE = Repository.parse("https://github.com/owner/name")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_the_badges_of_this_repository_and_no_others() -> None:
    assert PUBLISH["with_badges"](README, repository()) == README
    outside = README.replace(badges(repository()), "")
    assert re.findall(r"mybinder\.org/\S*|colab\.research\S*", outside) == [], "no address but the one that is set"


def test_badges_come_and_go() -> None:
    published = PUBLISH["with_badges"](README, WHERE)
    assert badges(WHERE) in published
    assert PUBLISH["with_badges"](published, WHERE) == published
    assert PUBLISH["with_badges"](published, repository()) == README


@pytest.mark.parametrize("text", ["# qtkit", "<!-- badges -->\n", "<!-- badges --><!-- badges --><!-- /badges -->"])
def test_a_readme_without_its_marks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        PUBLISH["with_badges"](text, WHERE)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("where", [None, WHERE])
def test_the_cell_comes_before_the_set_up_cell_and_once(path: Path, where: Repository | None) -> None:
    text = path.read_text(encoding="utf-8")
    once = PUBLISH["with_install_cell"](text, where)
    assert PUBLISH["with_install_cell"](once, where) == once
    notebook = nbformat.reads(once, as_version=4)
    nbformat.validate(notebook)
    (place,) = (i for i, cell in enumerate(notebook.cells) if "install" in cell.metadata.get("tags", []))
    assert notebook.cells[place].source == install_cell(where)
    after = next(cell for cell in notebook.cells[place + 1 :] if cell.cell_type == "code")
    assert "__version__" in after.source, "the set-up cell"
    before = [cell for cell in nbformat.reads(text, as_version=4).cells if cell.id != "install"]
    assert [cell for cell in notebook.cells if cell.id != "install"] == before, "nothing else is changed"


def test_the_notebooks_cells_are_those_of_this_repository_where_there_are_any() -> None:
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        found = [cell.source for cell in notebook.cells if cell.id == "install"]
        assert found in ([], [install_cell(repository())]), f"python tools/publish.py mends {path.name}"


def test_the_cell_runs_where_qtkit_is_installed() -> None:
    exec(compile(ast.parse(install_cell(None)), "cell", "exec"), {})
    with pytest.raises(ModuleNotFoundError, match=r"docs/installing\.md"):
        exec(install_cell(None).replace('"qtkit")', '"qtkit_that_is_not_there")'), {})


def test_files_out_of_date_are_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("<!-- badges -->\n<!-- /badges -->\n")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / NOTEBOOKS[0].name).write_text(NOTEBOOKS[0].read_text())
    found = dict(PUBLISH["changes"](tmp_path, WHERE))
    assert [path.name for path in found] == ["README.md", NOTEBOOKS[0].name]
    for path, text in found.items():
        path.write_text(text)
    assert list(PUBLISH["changes"](tmp_path, WHERE)) == []
