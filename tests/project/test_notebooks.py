"""Every notebook keeps to the template, is small, and holds what it promises. (`make notebooks` runs them.)"""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest

from qtkit import labs
from tests.helpers import ROOT

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if not path.name.startswith("00_")]
MAX_BYTES = 300_000

LEVELS = (r"first steps|warm-up", r"a little more|in earnest", r"a challenge|for the ambitious")
"""How the headings of exercises call their level, from the first to the third."""

Notebook = nbformat.NotebookNode


def name(path: Path) -> str:
    return path.stem


def read(path: Path) -> Notebook:
    return nbformat.read(path, as_version=4)


def markdown(notebook: Notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook: Notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def lines(source: str) -> int:
    return len([line for line in source.splitlines() if line.strip()])


def tagged(notebook: Notebook, tag: str) -> list[tuple[int, Notebook]]:
    return [(i, cell) for i, cell in enumerate(notebook.cells) if tag in cell.metadata.get("tags", [])]


def headings(notebook: Notebook) -> list[str]:
    return [m.group(1) for text in markdown(notebook) for m in re.finditer(r"^#+ (.+)$", text, re.MULTILINE)]


def shows_panel(cell: Notebook) -> bool:
    last = cell.source.splitlines()[-1] if cell.source else ""
    return cell.cell_type == "code" and bool(re.search(rf"^{re.escape(last)} = \w*(Panel|Studio)\(", cell.source, re.M))


def test_there_are_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS][:1] == ["00_start_here.ipynb"]
    assert LESSONS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
class TestEveryNotebook:
    def test_it_is_valid_small_and_without_outputs_of_a_run(self, path: Path) -> None:
        notebook = read(path)
        nbformat.validate(notebook)
        assert path.stat().st_size < MAX_BYTES
        assert "widgets" not in notebook.metadata
        assert notebook.metadata.kernelspec.name == "python3"
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
        for cell in notebook.cells:
            assert cell.get("execution_count") is None
            for output in cell.get("outputs", []):
                assert not any("widget" in mime for mime in output.get("data", {}))
                assert len(str(output)) < MAX_BYTES

    def test_it_begins_as_the_template_says(self, path: Path) -> None:
        first = read(path).cells[0].source
        title, promise = first.split("\n\n")[:2]
        assert re.fullmatch(r"# .+", title)
        assert re.fullmatch(r"\*[^*]+\*", promise), "after the title: the promise, in italics"
        able = re.search(r"^You will be able to\n\n((?:- .+\n(?:  .+\n)*)+)", first, re.MULTILINE)
        assert able, "what the reader will be able to do"
        assert 3 <= able.group(1).count("\n- ") + 1 <= 5
        assert re.search(r"\*\*Time:\*\* .*minutes.*\*\*Memory:\*\* .*[GM]B", first)

    def test_it_has_a_setup_cell_and_ends_with_a_summary(self, path: Path) -> None:
        notebook = read(path)
        assert headings(notebook)[-1] == "Summary"
        assert "import qtkit" in code(notebook)[0]
        assert "__version__" in code(notebook)[0], "the set-up cell tells the version"

    def test_it_links_to_its_neighbours(self, path: Path) -> None:
        last, number = markdown(read(path))[-1], NOTEBOOKS.index(path)
        assert "Contents" in last
        if number > 1:
            assert f"previous: [{NOTEBOOKS[number - 1].name[:2]}" in last
            assert NOTEBOOKS[number - 1].name in last
        if number + 1 < len(NOTEBOOKS):
            assert f"next: [{NOTEBOOKS[number + 1].name[:2]}" in last
            assert NOTEBOOKS[number + 1].name in last

    def test_cells_are_short_and_explained(self, path: Path) -> None:
        notebook = read(path)
        lengths = sorted(lines(source) for source in code(notebook))
        words = sum(len(text.split()) for text in markdown(notebook))
        assert lengths[-1] <= 25
        assert lengths[int(0.9 * len(lengths))] <= 17
        assert statistics.median(lengths) <= 6
        assert words / sum(lengths) >= 8, f"{words} words for {sum(lengths)} lines of code"

    def test_every_code_cell_follows_text(self, path: Path) -> None:
        cells = read(path).cells
        assert cells[0].cell_type == "markdown"
        runs = re.findall("c+", "".join(cell.cell_type[0] for cell in cells))
        assert max(map(len, runs)) <= 3, "at most three code cells in a row"

    def test_links_lead_somewhere(self, path: Path) -> None:
        notebook = read(path)
        targets = re.findall(r"\]\(([^)\s]+)\)", "\n".join(markdown(notebook)))
        assert targets
        for target in targets:
            if target.startswith("http"):
                continue
            file, _, anchor = target.partition("#")
            there = path if not file else (path.parent / unquote(file)).resolve()
            assert there.exists(), f"{target} in {path.name}"
            if anchor:
                assert anchor in [heading.replace(" ", "-") for heading in headings(read(there))], target

    def test_panels_have_something_for_readers_without_a_kernel(self, path: Path) -> None:
        cells = read(path).cells
        for i, cell in enumerate(cells):
            if shows_panel(cell):
                after = "\n".join(c.source for c in cells[i + 1 : i + 3] if c.cell_type == "markdown")
                assert re.search(r"!\[.+\]\(|[Ww]ithout a (running )?kernel", after), cell.source


@pytest.mark.parametrize("path", LESSONS, ids=name)
class TestEveryLesson:
    def test_it_asks_before_its_first_panel(self, path: Path) -> None:
        cells = read(path).cells
        asked = [i for i, cell in enumerate(cells) if "Predict first" in cell.source]
        panels = [i for i, cell in enumerate(cells) if shows_panel(cell)]
        assert asked
        assert not panels or asked[0] < panels[0]

    def test_it_says_what_was_seen_and_at_which_scale(self, path: Path) -> None:
        notebook = read(path)
        text = "\n".join(markdown(notebook))
        assert text.count("**What we saw.**") >= 2
        if "train(" in "\n".join(code(notebook)):
            assert re.search(r"\((Small|Toy|Paper scale)", text), "numbers say what they are"

    def test_exercises_have_three_levels_a_check_and_a_solution(self, path: Path) -> None:
        notebook = read(path)
        stubs, solutions = tagged(notebook, "exercise"), tagged(notebook, "solution")
        assert len(stubs) == len(solutions) >= 3
        for (i, stub), (j, solution) in zip(stubs, solutions, strict=True):
            assert i < j <= i + 2
            assert "raise NotImplementedError" in stub.source
            assert "check(" in stub.source
            assert solution.metadata.jupyter.source_hidden, "folded away"

    def test_exercises_go_from_easy_to_hard(self, path: Path) -> None:
        notebook = read(path)
        levels = []
        for i, _ in tagged(notebook, "exercise"):
            above = [c.source for c in notebook.cells[:i] if c.cell_type == "markdown"][-1]
            heading = re.findall(r"^#+ (.+)$", above, re.MULTILINE)[-1].lower()
            levels += [k for k, words in enumerate(LEVELS) if re.search(words, heading)]
        assert len(levels) == len(tagged(notebook, "exercise")), "every heading names its level"
        assert levels == sorted(levels)
        assert set(levels) == {0, 1, 2}

    def test_formulas_are_closed(self, path: Path) -> None:
        for text in markdown(read(path)):
            plain = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
            assert plain.count("$") % 2 == 0, text

    def test_stubs_are_told_to_be_empty_and_solutions_pass(self, path: Path) -> None:
        notebook = read(path)
        names: dict[str, Any] = {"display": lambda _: None}
        exec(code(notebook)[0], names)
        for tag, passed in (("exercise", False), ("solution", True)):
            for _, cell in tagged(notebook, tag):
                *body, last = cell.source.rstrip().splitlines()
                exec("\n".join(body), names)
                result = eval(last, names)
                assert isinstance(result, labs.Result)
                assert result.passed is passed, result.message
                assert passed or "not written yet" in result.message


def test_the_map_lists_every_notebook() -> None:
    text = "\n".join(markdown(read(FOLDER / "00_start_here.ipynb")))
    rows = re.findall(r"^\| \[\d\d [^]]+\]\(([^)]+)\) \|", text, re.MULTILINE)
    assert rows == [path.name for path in LESSONS]
