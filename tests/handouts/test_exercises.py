"""Exercises are read from notebooks by one convention, and a cell that does not keep to it is told."""

from __future__ import annotations

import json

import pytest

from qtkit import labs
from qtkit.handouts.exercises import choose_exercises, exercises_of, read_exercises, solution_function
from tests.helpers import ROOT
from tests.mini_course import code, lesson, notebook, text, write_course, write_notebook


def test_the_courses_own_notebooks_keep_to_the_convention():
    exercises = read_exercises(ROOT / "notebooks")
    assert {exercise.name for exercise in exercises} <= set(labs.EXERCISES)
    assert len(exercises) > 15
    assert all(exercise.solution for exercise in exercises)


def test_an_exercise_has_a_name_a_function_a_level_marks_and_minutes(tmp_path):
    first, second, third = read_exercises(write_course(tmp_path) / "notebooks")
    assert (first.name, first.function, first.notebook, first.stub) == ("qubits", "qubits", "01_small", "qubits-stub")
    assert first.title == "1 · Warm-up: qubits"
    assert [each.level for each in (first, second, third)] == [1, 2, 3]
    assert [each.marks for each in (first, second, third)] == [1, 5, 3], "the second has its own"
    assert [each.minutes for each in (first, second, third)] == [5, 12, 20]
    assert solution_function(first) == "qubits_solution"


def test_some_can_be_chosen(tmp_path):
    exercises = read_exercises(write_course(tmp_path) / "notebooks")
    assert choose_exercises(exercises, None) == exercises
    assert [each.name for each in choose_exercises(exercises, "misread, qubits")] == ["qubits", "misread"]
    with pytest.raises(ValueError, match="no exercise 'x'; there are qubits, push, misread"):
        choose_exercises(exercises, "x")


HEADING = text("h", "### 1 · Warm-up: it")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([HEADING, code("c", "x = 1", tags=["exercise"])], "cell 'c' of 01 has the tag 'exercise': it must define"),
        ([HEADING, code("c", 'labs.check("a", f)', tags=["exercise"])], "must define a function"),
        ([HEADING, code("c", "def f(:", tags=["exercise"])], "must define a function"),
        ([text("h", "### It"), code("c", 'def f(): ...\ncheck("a", f)', tags=["exercise"])], "names no level"),
        (
            [HEADING, code("c", 'def f(): ...\ncheck("a", f)', tags=["exercise"], qtkit={"marks": -1})],
            "marks in its metadata must be a whole number of at least 0, got -1",
        ),
    ],
)
def test_a_cell_that_does_not_keep_to_it_is_told(cells, told):
    with pytest.raises(ValueError, match=told):
        exercises_of(notebook(*cells), "01")


def test_a_name_that_appears_twice_is_told(tmp_path):
    for name in ("01", "02"):
        write_notebook(tmp_path / f"{name}.ipynb", lesson())
    with pytest.raises(ValueError, match="appear twice in .*: misread, push, qubits"):
        read_exercises(tmp_path)


def test_no_notebooks_are_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no notebooks"):
        read_exercises(tmp_path)


def test_sources_in_lines_are_read_too(tmp_path):
    value = lesson()
    for cell in value["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    (tmp_path / "01.ipynb").write_text(json.dumps(value))
    assert len(read_exercises(tmp_path)) == 3
