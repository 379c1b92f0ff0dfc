"""A student's handout asks, and gives nothing away."""

from __future__ import annotations

import ast
import json

import nbformat
import pytest

from qtkit.handouts.exercises import lessons, read_notebook
from qtkit.handouts.student import for_student, what_we_saw
from tests.helpers import ROOT
from tests.mini_course import code, lesson, notebook, text

COURSE = lessons(ROOT / "notebooks")


@pytest.fixture
def made():
    return for_student(lesson(), "01_small")


def test_no_trace_of_solutions_is_left(made):
    told = json.dumps(made)
    for trace in (
        "_solution",
        "bit_length",
        "solution is folded",
        "folded solution",
        "SIXTEEN",
        "FOUR",
        "And more of it",
    ):
        assert trace not in told
    assert "The solution of an equation." in told
    assert [cell["metadata"]["tags"] for cell in made["cells"] if cell["metadata"]] == [
        ["prediction"],
        ["exercise"],
        ["exercise"],
        ["exercise"],
    ]


def test_every_prediction_has_a_place_and_what_we_saw_a_promise(made):
    names = [cell["id"] for cell in made["cells"]]
    assert names[names.index("ask") + 1] == "ask-prediction"
    assert 'predict("01/ask", """' in made["cells"][names.index("ask-prediction")]["source"]
    saw = made["cells"][names.index("saw")]["source"]
    assert saw.startswith("*What we saw comes after the lesson.*\n\n## Exercises\n\nEach has a stub and a check")


def test_the_notebook_handed_in_is_left_alone():
    before = lesson()
    for_student(before, "01_small")
    assert before == lesson()


def test_what_we_saw_comes_in_a_notebook_of_its_own():
    made = what_we_saw(lesson(), "01_small")
    assert made is not None
    assert [cell["source"].split("\n\n")[0] for cell in made["cells"]] == ["# What we saw in notebook 01", "## Weights"]
    assert "FOUR" in made["cells"][1]["source"]
    assert "SIXTEEN" in made["cells"][1]["source"]
    nbformat.validate(nbformat.from_dict(made))
    assert what_we_saw(notebook(text("a", "# Nothing")), "02") is None


def test_a_cell_that_needs_a_solution_is_told():
    cells = [code("s", "import numpy as np\n\ndef f_solution(): ...", tags=["solution"]), code("u", "f_solution()")]
    with pytest.raises(ValueError, match="cell 'u' of 01 uses 'f_solution', which only a solution defines"):
        for_student(notebook(*cells), "01")


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
class TestTheCourse:
    def test_its_handouts_hold_no_line_of_a_solution(self, path):
        read = read_notebook(path)
        told = "\n".join(cell["source"] for cell in for_student(read, path.stem)["cells"])
        for cell in read["cells"]:
            if "solution" in cell["metadata"].get("tags", []):
                for statement in ast.walk(ast.parse(cell["source"])):
                    if isinstance(statement, ast.Return):
                        assert ast.get_source_segment(cell["source"], statement) not in told

    def test_its_handouts_are_notebooks_that_promise_no_solution(self, path):
        made = for_student(read_notebook(path), path.stem)
        nbformat.validate(nbformat.from_dict(made))
        for cell in made["cells"]:
            assert "_solution" not in cell["source"], cell["id"]
            assert "**What we saw.**" not in cell["source"], cell["id"]
            assert not ("folded" in cell["source"] and "olution" in cell["source"]), cell["id"]
            assert set(cell["metadata"]) <= {"tags"}
