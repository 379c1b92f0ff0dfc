"""Handouts for students: stubs, a place for every prediction, and no trace of what comes after."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from qtkit.handouts.cells import Cell, Notebook, bare, markdown, notebook_of, prediction
from qtkit.handouts.exercises import has_tag
from qtkit.handouts.texts import asks_prediction, split_what_we_saw, without_answers

LATER = "*What we saw comes after the lesson.*"


def for_student(notebook: Notebook, name: str) -> Notebook:
    """A notebook without solutions, folded answers and *What we saw*, and with a cell under every *Predict first*.

    Raises:
        ValueError: if a cell that stays needs what only a solution defines.
    """
    cells: list[Cell] = []
    for cell in notebook["cells"]:
        if has_tag(cell, "solution"):
            continue
        if cell["cell_type"] != "markdown":
            cells.append(bare(cell))
            continue
        text, saw = split_what_we_saw(cell["source"])
        text = without_answers(text)
        if shown := f"{LATER if saw else ''}\n\n{text}".strip():
            cells.append(markdown(shown, cell["id"]))
        if asks_prediction(text):
            cells.append(prediction(name, cell))
    _refuse_missing(notebook["cells"], cells, name)
    return notebook_of(cells, notebook, "student")


def what_we_saw(notebook: Notebook, name: str) -> Notebook | None:
    """What is given out after the lesson: every *What we saw* under its heading; None if there is none."""
    cells: list[Cell] = []
    heading = told = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown" or has_tag(cell, "solution"):
            continue
        _, saw = split_what_we_saw(cell["source"])
        before = re.split(r"^\*\*What we saw\.\*\*", cell["source"], maxsplit=1, flags=re.MULTILINE)[0]
        heading = _last_heading(before) or heading
        if saw:
            cells.append(markdown(saw if heading == told else f"{heading}\n\n{saw}".strip(), cell["id"]))
            told = heading
        heading = _last_heading(cell["source"]) or heading
    if not cells:
        return None
    title = (
        f"# What we saw in notebook {name.partition('_')[0]}\n\nTo be read beside your own notebook and predictions."
    )
    return notebook_of([markdown(title, "what-we-saw"), *cells], notebook, "what we saw")


def _last_heading(text: str) -> str:
    return str(["", *re.findall(r"^#{2,6} .+$", text, re.MULTILINE)][-1])


def _refuse_missing(original: Iterable[Cell], cells: Iterable[Cell], name: str) -> None:
    solved = [cell["source"] for cell in original if cell["cell_type"] == "code" and has_tag(cell, "solution")]
    kept = [cell for cell in cells if cell["cell_type"] == "code"]
    lost = _bound(solved) - _bound(cell["source"] for cell in kept)
    for cell in kept:
        if missing := sorted(lost & {node.id for node in _nodes(cell["source"]) if isinstance(node, ast.Name)}):
            raise ValueError(
                f"cell {cell['id']!r} of {name} uses {missing[0]!r}, which only a solution defines: a student has none"
            )


def _bound(sources: Iterable[str]) -> set[str]:
    """The names that code binds outside of functions."""
    names = set()
    for source in sources:
        for statement in _parsed(source).body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                names.add(statement.name)
                continue
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.add(node.id)
                elif isinstance(node, ast.alias):
                    names.add((node.asname or node.name).partition(".")[0])
    return names


def _nodes(source: str) -> Iterable[ast.AST]:
    return ast.walk(_parsed(source))


def _parsed(source: str) -> ast.Module:
    return ast.parse("\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))))
