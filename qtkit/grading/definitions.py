"""What of a notebook's code an answer needs: its function, and whatever that function uses; nothing else is run."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable
from typing import NamedTuple


class Definitions(NamedTuple):
    """The statements of a notebook, to choose from.

    Attributes:
        statements: of all cells, in order.
        broken: a word on each cell that is not Python.
    """

    statements: tuple[ast.stmt, ...]
    broken: tuple[str, ...]


def read_definitions(sources: Iterable[str]) -> Definitions:
    """The top-level statements of code cells; lines for IPython (`%`, `!`, `?`) are left out."""
    statements: list[ast.stmt] = []
    broken = []
    for number, source in enumerate(sources, 1):
        try:
            statements += ast.parse(_without_magics(source)).body
        except SyntaxError as error:
            broken.append(f"code cell {number} is not Python: {error.msg} (line {error.lineno})")
        except (ValueError, RecursionError, MemoryError) as error:  # null bytes, or nested without end
            broken.append(f"code cell {number} is not Python: {type(error).__name__}")
    return Definitions(tuple(statements), tuple(broken))


def needed_statements(definitions: Definitions, function: str) -> list[str]:
    """The source of the statements that `function` needs, in order; empty if nothing defines it.

    These are all that bind its name, or a name that a needed statement uses. Where a name is bound twice both are kept:
    the last one counts, as after *Run All Cells*.

    Raises:
        ValueError: if they are nested too deeply to be read, or no Python after all.
    """
    try:
        bound = [_bound(statement) for statement in definitions.statements]
        if not any(function in names for names in bound):
            return []
        chosen: set[int] = {number for number, names in enumerate(bound) if "*" in names}
        waiting, seen = [function], {function}
        while waiting:
            name = waiting.pop()
            for number, names in enumerate(bound):
                if name not in names or number in chosen:
                    continue
                chosen.add(number)
                new = _used(definitions.statements[number]) - seen
                seen |= new
                waiting += new
        return [ast.unparse(definitions.statements[number]) for number in sorted(chosen)]
    except (RecursionError, MemoryError):
        raise ValueError("the code is nested too deeply") from None
    except SyntaxError as error:  # such as two arguments of one name
        raise ValueError(f"the code is not Python: {error.msg}") from None


def _without_magics(source: str) -> str:
    lines = source.splitlines()
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a top-level statement binds, or the objects it changes; `*` for an import of everything."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.Expr):
        return set()
    names = set()
    for node in _outside_functions(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= _bound(node)
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            names.add(_root(node))
    return names - {""}


def _outside_functions(node: ast.AST) -> Iterable[ast.AST]:
    yield node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _root(node: ast.AST) -> str:
    """`a` of `a`, `a.b` and `a[0]`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _used(statement: ast.stmt) -> set[str]:
    """The names of the notebook that a statement uses, also in its functions; not those local to them."""
    tables = [symtable.symtable(ast.unparse(statement), "<hand-in>", "exec")]
    names: set[str] = set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        outside = table.get_type() == "module"
        names |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (outside or symbol.is_global())
        }
    return names
