"""What the text of a file tells of what is written there, without running it: `maker_of`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtkit.tasks.own.places import Place


def maker_of(place: Place) -> str | None:
    """The class of qtkit that makes what is written at a place, such as `"Task"`; None if the text leaves it open.

    It tells where `NAME = Task(...)` stands at the file's top level, `Task` is imported from qtkit there, and neither
    is bound a second time. To run the file instead takes seconds, as it imports PyTorch, too long for a page of help.
    """
    tree = _tree_of(Path(place.file or "").expanduser())
    bound = Counter(_bindings(tree))
    makers = {
        alias.asname or alias.name: alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "qtkit"
        for alias in node.names
    }
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=maker)))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=ast.Name(id=maker)))
            ) if name == place.task and maker in makers:
                return makers[maker] if bound[name] == bound[maker] == 1 and not bound["*"] else None
    return None


def _tree_of(path: Path) -> ast.Module:
    """The file as Python reads it; an empty one if there is none, or it is no Python."""
    try:
        return ast.parse(path.read_bytes()) if path.suffix == ".py" else ast.Module([], [])
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def _bindings(tree: ast.Module) -> Iterator[str]:
    """Every name that is bound anywhere in a file, as often as it is."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.split(".")[0]
