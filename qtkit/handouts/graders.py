"""What nbgrader and Otter need in a notebook: an answer's cell with its solution marked, and a strict check."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from qtkit.course.handout import marked
from qtkit.handouts.cells import Cell, Notebook, answer_of, code, raw
from qtkit.handouts.exercises import Exercise, exercises_of
from qtkit.handouts.student import for_student

_SCHEMA = 3
"""Of nbgrader's metadata."""


def for_nbgrader(notebook: Notebook, name: str) -> Notebook:
    """A notebook for `nbgrader generate_assignment`: solutions between its marks, and a strict check for each.

    Raises:
        ValueError: for an exercise without a solution, and as `for_student`.
    """
    return _with_exercises(notebook, name, "nbgrader", _nbgrader_cells)


def for_otter(notebook: Notebook, name: str) -> Notebook:
    """A notebook for `otter assign`.

    Raises:
        ValueError: for an exercise without a solution, and as `for_student`.
    """
    made = _with_exercises(notebook, name, "otter", _otter_cells)
    settings = "# ASSIGNMENT CONFIG\ninit_cell: true\nexport_cell: false\ncheck_all_cell: false\ngenerate: true"
    return {**made, "cells": [raw(settings, "assignment-config"), *made["cells"]]}


def _with_exercises(
    notebook: Notebook, name: str, kind: str, build: Callable[[Exercise, str, str, str], Iterator[Cell]]
) -> Notebook:
    exercises = {exercise.stub: exercise for exercise in exercises_of(notebook, name)}
    made = for_student(notebook, name)
    cells: list[Cell] = []
    for cell in made["cells"]:
        exercise = exercises.get(cell["id"])
        if exercise is None:
            cells.append(cell)
            continue
        if not exercise.solution:
            raise ValueError(f"exercise {exercise.name!r} of {name} has no solution, which {kind} needs")
        stub, check = _stub_and_check(cell["source"])
        cells += build(exercise, answer_of(exercise, exercises.values()), stub, check)
    return {**made, "cells": cells, "metadata": marked(made["metadata"], kind)}


def _stub_and_check(source: str) -> tuple[str, str]:
    """The code before the check, and the check's function as the cell calls it."""
    statement = ast.parse(source).body[-1]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    return "\n".join(source.splitlines()[: statement.lineno - 1]).strip("\n"), ast.unparse(statement.value.func)


def _nbgrader_cells(exercise: Exercise, answer: str, stub: str, check: str) -> Iterator[Cell]:
    del stub  # nbgrader makes one where the solution was
    yield code(
        _between(answer, exercise.function),
        exercise.stub,
        nbgrader=_nbgrader(exercise.name, solution=True),
    )
    yield code(
        f'{check}("{exercise.name}", {exercise.function}, strict=True)',
        f"{exercise.stub}-check",
        nbgrader={**_nbgrader(f"{exercise.name}-check", grade=True, locked=True), "points": exercise.marks},
    )


def _nbgrader(name: str, *, grade: bool = False, locked: bool = False, solution: bool = False) -> dict[str, object]:
    flags = {"grade": grade, "locked": locked, "solution": solution, "task": False}
    return {"grade_id": name, "schema_version": _SCHEMA, **flags}


def _between(answer: str, function: str) -> str:
    """An answer whose function's body stands between nbgrader's marks; imports before it stay visible."""
    lines = answer.splitlines()
    tree = ast.parse(answer)
    made = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    first, last = made.body[0].lineno - 1, made.end_lineno or len(lines)
    while first > made.lineno and lines[first - 1].lstrip().startswith("#"):  # comments are a solution's too
        first -= 1
    body = ["    ### BEGIN SOLUTION", *lines[first:last], "    ### END SOLUTION"]
    return "\n".join([*lines[:first], *body, *lines[last:]])


def _otter_cells(exercise: Exercise, answer: str, stub: str, check: str) -> Iterator[Cell]:
    name, cell = exercise.name, exercise.stub
    yield raw(f"# BEGIN QUESTION\nname: {name}\npoints: {exercise.marks}", f"{cell}-question")
    yield raw("# BEGIN SOLUTION", f"{cell}-solution-begin")
    prompt = f'""" # BEGIN PROMPT\n{stub}\n""" # END PROMPT'
    yield code(f"{prompt}\n# BEGIN SOLUTION NO PROMPT\n{answer}\n# END SOLUTION", cell)
    yield raw("# END SOLUTION", f"{cell}-solution-end")
    yield raw("# BEGIN TESTS", f"{cell}-tests-begin")
    yield code(f'assert {check}("{name}", {exercise.function}, strict=True).passed', f"{cell}-check")
    yield raw("# END TESTS", f"{cell}-tests-end")
    yield raw("# END QUESTION", f"{cell}-question-end")
