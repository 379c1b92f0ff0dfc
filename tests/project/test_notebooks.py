"""Every notebook keeps to the template, is small, and holds what it promises. (`make notebooks` runs them.)"""

from __future__ import annotations

import re
import statistics
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from nbclient import NotebookClient

from qtkit import labs, paper
from tests.executed_notebooks import find_executed
from tests.helpers import PATIENCE, ROOT

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if not path.name.startswith("00_")]
MAX_BYTES = 300_000

LEVELS = (r"first steps|warm-up", r"a little more|in earnest", r"a challenge|for the ambitious")
"""How the headings of exercises call their level, from the first to the third."""

FIGURES = {
    "01_from_vqc_to_quantum_train": {1, 2},
    "02_the_twelve_candidates": {3},
    "03_architecture_search": {4, 5, 6, 7},
    "05_time_series": {8, 9, 10, 11, 12},
    "06_reinforcement_learning": {13, 14},
}
"""Where each of the paper's figures is drawn."""

MOST_NUMBERS, FEW_WORDS = 12, 4
"""In 100 words of text on end; and in a text of 30 words or fewer."""

PAGE = 110
"""Characters beside each other in a cell that is 900 pixels wide."""

REFERS = r"figures?|tables?|notebooks?|equations?|sections?|exercises?|configs?|numbers?|arxiv|python|seed|steps?"
NAMED = rf"\b(?:{REFERS}) \d[\d.]*(?:(?:, | and | to | or |[-–])\d[\d.]*)*"
"""Numbers that name a thing: Figures 5 to 7, config 5."""

Notebook = nbformat.NotebookNode


def name(path: Path) -> str:
    return path.stem


def read(path: Path) -> Notebook:
    return nbformat.read(path, as_version=4)


def markdown(notebook: Notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook: Notebook) -> list[str]:
    """The cells of code, without the one that installs qtkit where it is missing (`tools/publish.py`)."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell.source for cell in cells if "install" not in cell.metadata.get("tags", [])]


def lines(source: str) -> int:
    return len([line for line in source.splitlines() if line.strip()])


def tagged(notebook: Notebook, tag: str) -> list[tuple[int, Notebook]]:
    return [(i, cell) for i, cell in enumerate(notebook.cells) if tag in cell.metadata.get("tags", [])]


def headings(notebook: Notebook) -> list[str]:
    return [m.group(1) for text in markdown(notebook) for m in re.finditer(r"^#+ (.+)$", text, re.MULTILINE)]


def prose(text: str) -> str:
    """What is read of a cell's text at first: no code, formulas, tables, headings, addresses, nor what is folded."""
    for gone in (
        r"<details>.*?</details>",
        r"<!--.*?-->",  # which run a number is of, see test_numbers.py
        r"```.*?```",
        r"\$\$.*?\$\$",
        r"\$[^$]*\$",
        r"`[^`]*`",
        r"!\[[^]]*\]\([^)]*\)",
    ):
        text = re.sub(gone, " ", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"^(#|\|).*$", "", text, flags=re.MULTILINE)
    return re.sub(r"^\s*\d+\. ", "", text, flags=re.MULTILINE)  # of a list


def numbers(text: str) -> list[str]:
    """The numbers a reader has to take in: not the names of figures, notebooks and circuits, and not 2ⁿ."""
    text = re.sub(NAMED, " ", text, flags=re.IGNORECASE)
    return re.findall(r"(?<![\w.,-])\d[\d.,]*(?![ⁿ⁰-⁹₀-₉\w-])", text)


def densest(text: str) -> tuple[int, str]:
    """The most numbers in any 100 words on end, and these words."""
    words = prose(text).split()
    spans = [" ".join(words[i : i + 100]) for i in range(max(1, len(words) - 99))]
    return max((len(numbers(span)), span) for span in spans)


def folded(text: str) -> str:
    return "".join(re.findall(r"<details>.*?</details>", text, re.DOTALL))


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

    def test_stubs_are_told_to_be_empty_and_solutions_pass(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(labs.check.__kwdefaults__, "seconds", PATIENCE)  # however slow the machine is
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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestStyle:
    def test_no_soup_of_numbers(self, path: Path) -> None:
        for text in markdown(read(path)):
            found, span = densest(text)
            most = MOST_NUMBERS if len(prose(text).split()) > 30 else FEW_WORDS
            assert found <= most, f"{found} numbers in: {span}"

    def test_solutions_leave_the_learner_s_function_alone(self, path: Path) -> None:
        """So a run of all cells never turns a wrong answer into a right one."""
        for _, cell in tagged(read(path), "solution"):
            defined = re.findall(r"^(?:def |class )?(\w+)(?: =|\()", cell.source, re.MULTILINE)
            own = [name for name in defined if name not in ("check", "from", "import")]
            assert own and all(name.endswith("_solution") for name in own), own
            assert re.search(r"check\(\"\w+\", \w+_solution\)$", cell.source), "the check is of the solution"

    def test_no_scaffolding_is_seen(self, path: Path) -> None:
        assert "is_toy" not in "\n".join(code(read(path)))

    def test_pictures_of_what_is_live_are_folded_away(self, path: Path) -> None:
        for text in markdown(read(path)):
            for picture in re.findall(r"!\[[^]]*\]\(\S*(?:panel|playground)\.png\)", text):
                assert picture in folded(text), picture

    def test_the_paper_s_figures_are_drawn_under_their_numbers(self, path: Path) -> None:
        """Each named once, in bold or in a heading, over the cell that draws it."""
        here = [number for text in markdown(read(path)) for number in figures_of(text)]
        assert sorted(here) == sorted(FIGURES.get(path.stem, ()))

    @pytest.mark.slow
    def test_nothing_is_printed_wider_than_the_page(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if executed := find_executed(path):
            notebook = read(executed)
        else:
            monkeypatch.setenv("QTKIT_SCALE", "toy")
            notebook = read(path)
            where = {"metadata": {"path": str(FOLDER)}}
            NotebookClient(notebook, timeout=PATIENCE, startup_timeout=PATIENCE, resources=where).execute()
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                for line in output_lines(output):
                    assert len(line) <= PAGE, f"{len(line)} characters: {line}"


def figures_of(text: str) -> list[int]:
    found = []
    for first, last in re.findall(r"(?:\*\*|^#+ .*?)Figures? (\d+)(?:(?: to | and |[-–])(\d+))?", text, re.MULTILINE):
        found += range(int(first), int(last or first) + 1)
    return found


def output_lines(output: Notebook) -> list[str]:
    """The lines of what was printed, and tables as narrow as a page can make them: a column is its longest word."""
    if output.output_type == "stream":
        return output.text.splitlines()
    rows = re.findall(r"<tr.*?</tr>", output.get("data", {}).get("text/html", ""), re.DOTALL)
    table = [[re.sub(r"<[^>]+>|\s+", " ", each).strip() for each in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
             for row in rows]  # fmt: skip
    columns = zip_longest(*table, fillvalue="")
    widths = [max(len(word) for cell in column for word in ["", *cell.split()]) for column in columns]
    return ["  ".join("x" * width for width in widths)]


def test_each_figure_of_the_paper_has_a_notebook() -> None:
    assert sorted(number for numbers in FIGURES.values() for number in numbers) == [
        each.number for each in paper.FIGURES
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Figures 5 to 7 and Table 1, config 12 and notebook 03 tell of 2ⁿ states in 17 qubits, at 0.5 %.", 2),
        ("$n = 17$ and `depth=10` and ```\nx = 3\n```", 0),
        ("| 1 | 2 |\n|---|---|\n\n# 3 things\n\n1. one\n2. two", 0),
        ("<details><summary>7</summary>\n\n8 and 9\n\n</details> 10", 1),
        ("[5 of 6](https://arxiv.org/abs/2505.09653), a 2-8-8-1 network, x86, 1,781 and 3.5.", 4),
    ],
)
def test_numbers_are_counted_as_a_reader_meets_them(text: str, found: int) -> None:
    assert len(numbers(prose(text))) == found, numbers(prose(text))


def test_the_densest_hundred_words_count() -> None:
    assert densest("word " * 500 + "7 " * 20 + "word " * 500)[0] == 20
    assert densest(("word " * 50 + "7 ") * 20)[0] == 2


def test_the_map_lists_every_notebook() -> None:
    text = "\n".join(markdown(read(FOLDER / "00_start_here.ipynb")))
    rows = re.findall(r"^\| \[\d\d [^]]+\]\(([^)]+)\) \|", text, re.MULTILINE)
    assert rows == [path.name for path in LESSONS]


@pytest.mark.parametrize("place", ["notebooks/00_start_here.ipynb", "README.md"])
def test_the_tables_tell_the_times_of_the_notebooks(place: str) -> None:
    file = ROOT / place
    text = "\n".join(markdown(read(file))) if file.suffix == ".ipynb" else file.read_text()
    told = dict(re.findall(r"^\| \[\d\d [^]]+\]\((?:notebooks/)?([^)]+)\) \|.*\| (\d+)\smin", text, re.MULTILINE))
    for path in LESSONS:
        assert f"**Time:** {told[path.name]} minutes" in read(path).cells[0].source
