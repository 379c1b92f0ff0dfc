"""Bring README and notebooks up to date with where qtkit is published: `python tools/publish.py [--check]`.

The address is `Repository` under `[project.urls]` in pyproject.toml. The README gets badges that open the course on
Binder and in Colab; each notebook gets a cell before its set-up cell that installs qtkit where it is missing. Without
an address there are neither.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat

from qtkit.course.links import badges, install_cell
from qtkit.course.repository import Repository, repository
from qtkit.files import write_text

ROOT = Path(__file__).resolve().parents[1]
START, END = "<!-- badges -->", "<!-- /badges -->"
CELL = "install"
"""The id and the tag of the cell."""


def with_badges(readme: str, where: Repository | None) -> str:
    """The README with the badges of this repository between its two marks.

    Raises:
        ValueError: if it does not have the marks.
    """
    if readme.count(START) != 1 or readme.count(END) != 1:
        raise ValueError(f"the README must have {START} and {END} once each")
    shown = badges(where)
    between = f"\n{shown}\n" if shown else "\n"
    return re.sub(f"(?<={re.escape(START)}).*?(?={re.escape(END)})", lambda _: between, readme, flags=re.DOTALL)


def with_install_cell(text: str, where: Repository | None) -> str:
    """A notebook, as text, with the cell that installs qtkit from there before its first cell of code."""
    notebook = nbformat.reads(text, as_version=4)
    cells = [cell for cell in notebook.cells if cell.get("id") != CELL]
    if where is not None:
        first = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
        cells.insert(first, nbformat.v4.new_code_cell(install_cell(where), id=CELL, metadata={"tags": [CELL]}))
    if cells == notebook.cells:
        return text
    notebook.cells = cells
    return nbformat.writes(notebook) + "\n"


def changes(root: Path, where: Repository | None) -> Iterator[tuple[Path, str]]:
    """The files that are to be changed, and what they become."""
    readme = root / "README.md"
    wanted = {readme: with_badges(readme.read_text(encoding="utf-8"), where)}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        wanted[path] = with_install_cell(path.read_text(encoding="utf-8"), where)
    yield from ((path, text) for path, text in wanted.items() if path.read_text(encoding="utf-8") != text)


def main() -> None:
    """Change the files, or say which are to be changed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail if something is out of date")
    check = parser.parse_args().check
    found = list(changes(ROOT, repository()))
    for path, text in found:
        print(f"{path.relative_to(ROOT)}: {'out of date' if check else 'written'}")
        if not check:
            write_text(path, text)
    raise SystemExit(1 if check and found else 0)


if __name__ == "__main__":
    main()
