"""Cells and notebooks of a handout, as JSON."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

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
        "metadata": {**kept, "qtkit": {"handout": kind}},
        "nbformat": 4,
        "nbformat_minor": max(5, int(original.get("nbformat_minor", 5))),
    }


def answer_of(solution: str, function: str) -> str:
    """The code of a solution's cell under the name of the student's function, without its check and its comment."""
    lines = solution.splitlines()
    checked = ast.parse(solution).body[-1]
    assert isinstance(checked, ast.Expr)
    assert isinstance(checked.value, ast.Call)
    own = checked.value.args[1]
    assert isinstance(own, ast.Name)
    kept = lines[: checked.lineno - 1]
    while kept and (not kept[0].strip() or kept[0].startswith("# Solution")):
        kept = kept[1:]
    renamed = _Renamed(own.id, function).positions(solution)
    offset = lines.index(kept[0]) if kept else 0
    for line, column in sorted(renamed, reverse=True):
        if 0 <= line - 1 - offset < len(kept):
            text = kept[line - 1 - offset].encode()  # columns count bytes
            changed = text[:column] + function.encode() + text[column + len(own.id.encode()) :]
            kept[line - 1 - offset] = changed.decode()
    return "\n".join(kept).strip("\n")


class _Renamed(ast.NodeVisitor):
    """Finds where a function's name stands."""

    def __init__(self, name: str, other: str) -> None:
        self._name, self._other = name, other
        self._found: list[tuple[int, int]] = []

    def positions(self, source: str) -> list[tuple[int, int]]:
        self.visit(ast.parse(source))
        return self._found if self._name != self._other else []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name == self._name:
            self._found.append((node.lineno, node.col_offset + len("def ")))
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == self._name:
            self._found.append((node.lineno, node.col_offset))
