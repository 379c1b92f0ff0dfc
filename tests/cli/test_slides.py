"""Notebooks as slides: cut where a lesson pauses, without answers, in one file."""

from __future__ import annotations

import re

import nbformat
import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.cli.notebook_slides import to_slides
from tests.helpers import ROOT

TEXT = """Before.

## A heading

Words.

**Predict first.** What?

<details><summary>Answer</summary>

Secret.

</details>

Go on."""


def notebook():
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Title"),
            nbformat.v4.new_markdown_cell(TEXT),
            nbformat.v4.new_code_cell("6 * 7"),
            nbformat.v4.new_code_cell("solved", metadata={"tags": ["solution"]}),
            nbformat.v4.new_markdown_cell("**What we saw.** 42."),
        ]
    )


def test_slides_begin_at_headings_questions_and_what_was_seen():
    node = notebook()
    before = nbformat.writes(node)
    cells = to_slides(node).cells
    assert nbformat.writes(node) == before, "the notebook itself is left alone"
    first = [cell.source.split("\n")[0] for cell in cells if "slide" in cell.metadata.get("tags", [])]
    assert first == ["# Title", "## A heading", "**Predict first.** What?", "**What we saw.** 42."]
    assert cells[1].source == "Before.\n\n", "goes on with the slide before it"
    assert len({cell.id for cell in cells}) == len(cells)


def test_a_question_under_a_heading_stands_on_its_slide():
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("## A\n\n**Predict first.** B?")])
    assert [cell.metadata.tags for cell in to_slides(node).cells] == [["slide"], []]


def test_answers_and_solutions_are_left_out():
    text = "\n".join(cell.source for cell in to_slides(notebook()).cells)
    assert "Secret" not in text and "solved" not in text and "Go on." in text


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_makes_slides(path):
    cells = to_slides(nbformat.read(path, 4)).cells
    starts = [cell for cell in cells if "slide" in cell.metadata.get("tags", [])]
    assert cells[0] is starts[0] and len(starts) >= 8
    nbformat.validate(nbformat.from_dict({**nbformat.read(path, 4), "cells": cells}))


def test_the_command_writes_one_file_that_loads_nothing(tmp_path):
    path = tmp_path / "small.ipynb"
    nbformat.write(notebook(), path)
    out = tmp_path / "out" / "small.slides.html"
    result = CliRunner().invoke(main, ["pages", str(path), "--to", str(out.parent), "--as-it-is", "--slides"])
    assert result.output == f"{out}\n"
    page = out.read_text(encoding="utf-8")
    assert len(re.findall(r'id="cell-id=[^"]*-slide\d+"', page)) == 4
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page)
