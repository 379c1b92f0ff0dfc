"""Cells and notebooks of a handout, as JSON."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from qtkit.course.handout import marked
from qtkit.handouts.exercises import Exercise, solution_function

Cell = dict[str, Any]
Notebook = dict[str, Any]

_PREDICTION = '''from qtkit.labs import predict

# Write between the quotes, and run this cell before you go on. The first prediction is kept.
predict("{name}", """
...
""")'''


def markdown(text: str, name: str, **metadata: Any) -> Cell:
    """A cell of text."""
    return {"cell_type": "markdown", "id": name[:64], "metadata": metadata, "source": text}


def code(source: str, name: str, **metadata: Any) -> Cell:
    """A cell of code that has not been run."""
    return {**markdown(source, name, **metadata), "cell_type": "code", "execution_count": None, "outputs": []}


def raw(text: str, name: str) -> Cell:
    """A cell that is neither."""
    return {**markdown(text, name), "cell_type": "raw"}


def prediction(notebook: str, cell: Cell) -> Cell:
    """The cell for an answer to the *Predict first* of `cell`."""
    name = f"{notebook.partition('_')[0]}/{cell['id']}"
    return code(_PREDICTION.format(name=name), f"{cell['id']}-prediction", tags=["prediction"])


def bare(cell: Cell) -> Cell:
    """A cell without outputs, and without what its metadata may tell of the original."""
    tags = [tag for tag in cell["metadata"].get("tags", []) if tag in ("exercise", "prediction")]
    metadata = {"tags": tags} if tags else {}
    if cell["cell_type"] == "code":
        return code(cell["source"], cell["id"], **metadata)
    return {**markdown(cell["source"], cell["id"], **metadata), "cell_type": cell["cell_type"]}


def notebook_of(cells: Iterable[Cell], original: Notebook, kind: str) -> Notebook:
    """A notebook of these cells, with the original's kernel, which says what kind of handout it is."""
    kept = {name: value for name, value in original["metadata"].items() if name in ("kernelspec", "language_info")}
    return {
        "cells": list(cells),
        "metadata": marked(kept, kind),
        "nbformat": 4,
        "nbformat_minor": max(5, int(original.get("nbformat_minor", 5))),
    }


def answer_of(exercise: Exercise, exercises: Iterable[Exercise]) -> str:
    """The code of a solution under the name of the student's function, without its check and its first comment.

    Arguments:
        exercise: with a solution.
        exercises: of its notebook: where a solution builds on another one, it is to build on the student's function.
    """
    lines = exercise.solution.splitlines()
    tree = ast.parse(exercise.solution)
    renamed = {own: each.function for each in exercises if (own := solution_function(each)) is not None}
    places = [
        (node.lineno, node.col_offset + (len("def ") if isinstance(node, ast.FunctionDef) else 0), name)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Name) and (name := _name(node)) in renamed
    ]
    for number, column, name in sorted(places, reverse=True):
        line = lines[number - 1].encode()  # columns count bytes
        changed = line[:column] + renamed[name].encode() + line[column + len(name.encode()) :]
        lines[number - 1] = changed.decode()
    kept = lines[: tree.body[-1].lineno - 1]
    while kept and (not kept[0].strip() or kept[0].startswith("# Solution")):
        kept = kept[1:]
    return "\n".join(kept).strip("\n")


def _name(node: ast.FunctionDef | ast.Name) -> str:
    return node.name if isinstance(node, ast.FunctionDef) else node.id
