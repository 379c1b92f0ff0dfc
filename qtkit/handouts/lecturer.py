"""The lecturer's copy: everything, with marks, minutes and the mistakes that the checks know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from qtkit.handouts.cells import Cell, Notebook, markdown, notebook_of
from qtkit.handouts.exercises import Exercise, exercises_of, has_tag
from qtkit.handouts.mistakes import common_mistakes
from qtkit.names import counted

_LEVELS = ("first steps", "a little more", "a challenge")


def for_lecturer(notebook: Notebook, name: str, checks: Mapping[str, Callable[..., Any]]) -> Notebook:
    """A notebook with its solutions open, and a word for the lecturer before every exercise.

    Arguments:
        name: of the notebook.
        checks: of the exercises, by name.

    Raises:
        ValueError: if a cell does not keep to the convention for exercises.
    """
    exercises = {exercise.stub: exercise for exercise in exercises_of(notebook, name)}
    cells: list[Cell] = []
    for number, cell in enumerate(notebook["cells"]):
        if number == 1 and exercises:
            cells.append(_overview(exercises.values()))
        if cell.get("id") in exercises:
            exercise = exercises[cell["id"]]
            cells.append(_word_before(exercise, checks.get(exercise.name)))
        cells.append(_opened(cell))
    return notebook_of(cells, notebook, "lecturer")


def _overview(exercises: Iterable[Exercise]) -> Cell:
    rows = [f"| `{each.name}` | {_LEVELS[each.level - 1]} | {each.marks} | {each.minutes} |" for each in exercises]
    total = f"| together | | {sum(each.marks for each in exercises)} | {sum(each.minutes for each in exercises)} |"
    head = ["**For the lecturer.**", "", "| exercise | level | marks | minutes |", "|---|---|---|---|"]
    return markdown("\n".join([*head, *rows, total]), "for-the-lecturer", tags=["lecturer"])


def _word_before(exercise: Exercise, check: Callable[..., Any] | None) -> Cell:
    marks = f"{counted(exercise.marks, 'mark')}, {counted(exercise.minutes, 'minute')}"
    told = [f"- {text}" for text in (common_mistakes(check) if check is not None else [])]
    mistakes = ["", "Mistakes that the check knows, in its words:", "", *told] if told else []
    return markdown(
        "\n".join([f"**For the lecturer.** `{exercise.name}`: {marks}.", *mistakes]),
        f"{exercise.stub}-lecturer",
        tags=["lecturer"],
    )


def _opened(cell: Cell) -> Cell:
    """A cell without outputs; a solution's is not folded."""
    metadata = dict(cell["metadata"])
    if has_tag(cell, "solution"):
        metadata.pop("jupyter", None)
    cleared: Cell = {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
    return {**cell, **cleared, "metadata": metadata}
