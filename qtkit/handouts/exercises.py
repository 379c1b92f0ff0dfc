"""The exercises of the course, read from its notebooks; docs/teaching.md tells how they are marked there."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qtkit.checks import checked_whole
from qtkit.files import read_json

LEVELS = (r"first steps|warm-up", r"a little more|in earnest", r"a challenge|for the ambitious")
"""How the headings of exercises call their level, from the first to the third."""

_MARKS, _MINUTES = (1, 2, 3), (5, 10, 20)


@dataclass(frozen=True)
class Exercise:
    """One exercise of a notebook.

    Attributes:
        name: by which it is checked.
        function: that the student writes.
        notebook: its name without `.ipynb`.
        title: its heading.
        level: 1, 2 or 3.
        marks: for a right answer, by the level unless the stub's cell says otherwise.
        minutes: that it takes, in the same way.
        stub: the id of the cell to write in.
        solution: the source of the solution's cell; empty if the notebook has none.
    """

    name: str
    function: str
    notebook: str
    title: str
    level: int
    marks: int
    minutes: int
    stub: str
    solution: str


def read_notebook(path: Path) -> dict[str, Any]:
    """A notebook as JSON, the source of each cell as one text.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no notebook of format 4.
    """
    return checked_notebook(read_json(path), path)


def checked_notebook(notebook: Any, where: object) -> dict[str, Any]:
    """A notebook read from JSON, the source of each cell as one text.

    Raises:
        ValueError: if it is no notebook of format 4; `where` names it.
    """
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or notebook.get("nbformat") != 4:
        raise ValueError(f"{where} is no notebook of format 4")
    for number, cell in enumerate(cells, 1):
        source = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            cell["source"] = source = "".join(source)
        if not isinstance(source, str) or not isinstance(cell.get("metadata", {}), dict):
            raise ValueError(f"{where} is damaged: cell {number} is no cell")
    return dict(notebook)


def has_tag(cell: dict[str, Any], tag: str) -> bool:
    """Whether a cell has a tag."""
    tags = cell.get("metadata", {}).get("tags", [])
    return isinstance(tags, list) and tag in tags


def lessons(folder: Path) -> list[Path]:
    """The notebooks of a course, in order.

    Raises:
        FileNotFoundError: if there are none.
    """
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        raise FileNotFoundError(f"there are no notebooks in {folder}")
    return found


def read_exercises(folder: Path) -> list[Exercise]:
    """All exercises of a course's notebooks, in order.

    Raises:
        FileNotFoundError: if there are no notebooks.
        ValueError: if a cell does not keep to the convention.
    """
    found = [exercise for path in lessons(folder) for exercise in exercises_of(read_notebook(path), path.stem)]
    names = [exercise.name for exercise in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"exercises that appear twice in {folder}: {', '.join(twice)}")
    return found


def solution_function(exercise: Exercise) -> str | None:
    """What the function is called in the solution's cell; None without one."""
    checked = _checked(exercise.solution)
    return checked[1] if checked else None


def choose_exercises(exercises: list[Exercise], names: str | None) -> list[Exercise]:
    """Those of these names, separated by commas; all without any.

    Raises:
        ValueError: for a name that is none's.
    """
    if names is None:
        return exercises
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    there = [exercise.name for exercise in exercises]
    if unknown := [name for name in wanted if name not in there]:
        raise ValueError(f"there is no exercise {unknown[0]!r}; there are {', '.join(there)}")
    return [exercise for exercise in exercises if exercise.name in wanted]


def exercises_of(notebook: dict[str, Any], name: str) -> list[Exercise]:
    """The exercises of one notebook, in order.

    Raises:
        ValueError: if a cell does not keep to the convention.
    """
    solutions = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and has_tag(cell, "solution") and (checked := _checked(cell["source"])):
            solutions[checked[0]] = cell["source"]
    found, heading = [], ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            heading = ([heading, *re.findall(r"^#{2,4} +(.+)$", cell["source"], re.MULTILINE)])[-1]
        elif cell["cell_type"] == "code" and has_tag(cell, "exercise"):
            found.append(_exercise(cell, name, heading, solutions))
    return found


def _exercise(cell: dict[str, Any], notebook: str, heading: str, solutions: dict[str, str]) -> Exercise:
    where = f"cell {cell.get('id')!r} of {notebook}"
    checked = _checked(cell["source"])
    if checked is None:
        raise ValueError(
            f"{where} has the tag 'exercise': it must define a function and end with check('name', function)"
        )
    name, function = checked
    level = next((number for number, words in enumerate(LEVELS, 1) if re.search(words, heading, re.IGNORECASE)), 0)
    if not level:
        raise ValueError(f"{where}: its heading {heading!r} names no level, such as 'first steps' or 'a challenge'")
    own = cell["metadata"].get("qtkit", {})
    return Exercise(
        name=name,
        function=function,
        notebook=notebook,
        title=heading,
        level=level,
        marks=_whole(own, "marks", _MARKS[level - 1], where),
        minutes=_whole(own, "minutes", _MINUTES[level - 1], where),
        stub=str(cell.get("id", "")),
        solution=solutions.get(name, ""),
    )


def _whole(own: Any, name: str, default: int, where: str) -> int:
    value = own.get(name, default) if isinstance(own, dict) else None
    return checked_whole(f"{where}: {name} in its metadata", value, 0)


def _checked(source: str) -> tuple[str, str] | None:
    """The exercise and the function of a cell's last line, `check("name", function)`."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return None
    call = statements[-1].value if statements and isinstance(statements[-1], ast.Expr) else None
    if not isinstance(call, ast.Call) or len(call.args) != 2:
        return None
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    name, function = call.args
    if called != "check" or not isinstance(name, ast.Constant) or not isinstance(function, ast.Name):
        return None
    defined = {statement.name for statement in statements if isinstance(statement, ast.FunctionDef)}
    return (str(name.value), function.id) if function.id in defined else None
