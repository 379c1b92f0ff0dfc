"""`tools/publish.py`: badges and install cells come from the one address, can be made anew, and go again."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from qtkit.course.links import badges, install_cell
from qtkit.course.repository import Repository, repository
from tests.helpers import ROOT
from tests.student_machine import run

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
def test_the_cell_comes_before_the_set_up_cell_and_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    once = PUBLISH["with_install_cell"](text, WHERE)
    assert PUBLISH["with_install_cell"](once, WHERE) == once
    notebook = nbformat.reads(once, as_version=4)
    nbformat.validate(notebook)
    (place,) = (i for i, cell in enumerate(notebook.cells) if "install" in cell.metadata.get("tags", []))
    assert notebook.cells[place].source == install_cell(WHERE)
    after = next(cell for cell in notebook.cells[place + 1 :] if cell.cell_type == "code")
    assert "__version__" in after.source, "the set-up cell"
    before = [cell for cell in nbformat.reads(text, as_version=4).cells if cell.id != "install"]
    assert [cell for cell in notebook.cells if cell.id != "install"] == before, "nothing else is changed"


def test_readme_and_notebooks_are_those_of_this_repository() -> None:
    found = [path.name for path, _ in PUBLISH["changes"](ROOT, repository())]
    assert found == [], "python tools/publish.py mends them"


@pytest.mark.slow
def test_one_setting_makes_all_links_and_cells_and_takes_them_away(tmp_path: Path) -> None:
    """In a copy of the repository, by its own tool and command."""
    copy = tmp_path / "name"
    for name in ("qtkit", "notebooks", "tools"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
    for name in ("README.md", "pyproject.toml"):
        shutil.copyfile(ROOT / name, copy / name)
    before = texts(copy)

    def said(*commands: str) -> str:
        return run([sys.executable, "-c", IN_THE_COPY, *commands], cwd=copy, env=os.environ | {"PYTHONPATH": str(copy)})

    project = (copy / "pyproject.toml").read_text(encoding="utf-8")
    assert "[project.urls]" not in project, "qtkit is published nowhere"
    (copy / "pyproject.toml").write_text(f'{project}\n[project.urls]\nRepository = "{WHERE.url}"\n', encoding="utf-8")
    written, links = said("publish", "publish --check", "links --hub https://hub.example.org").split("checked\n")
    assert written.count("written") == 1 + len(NOTEBOOKS)
    published = texts(copy)
    assert badges(WHERE) in published["README.md"]
    for path in NOTEBOOKS:
        cells = [cell for cell in json.loads(published[path.name])["cells"] if cell["cell_type"] == "code"]
        assert "".join(cells[0]["source"]) == install_cell(WHERE)
    assert len(links.splitlines()) == 3 * len(NOTEBOOKS)
    for link in links.splitlines():
        assert re.search(r"/gh/owner/name/|/github/owner/name/|github\.com%2Fowner%2Fname&", link), link

    (copy / "pyproject.toml").write_text(project, encoding="utf-8")
    assert said("publish").count("written") == 1 + len(NOTEBOOKS)
    assert texts(copy) == before


IN_THE_COPY = """
import runpy, sys
from qtkit.cli.links import links

for command in sys.argv[1:]:
    name, *sys.argv[1:] = command.split()
    if name == "links":
        links(standalone_mode=False)
        continue
    try:
        runpy.run_path("tools/publish.py", run_name="__main__")
    except SystemExit as end:
        assert not end.code, "out of date"
    if sys.argv[1:]:
        print("checked")
"""


def texts(folder: Path) -> dict[str, str]:
    """README and notebooks."""
    paths = (folder / "README.md", *folder.glob("notebooks/*.ipynb"))
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def test_files_out_of_date_are_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("<!-- badges -->\n<!-- /badges -->\n")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / NOTEBOOKS[0].name).write_text(NOTEBOOKS[0].read_text())
    found = dict(PUBLISH["changes"](tmp_path, WHERE))
    assert [path.name for path in found] == ["README.md", NOTEBOOKS[0].name]
    for path, text in found.items():
        path.write_text(text)
    assert list(PUBLISH["changes"](tmp_path, WHERE)) == []
