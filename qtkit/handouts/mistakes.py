"""Common mistakes of an exercise, as its check tells them."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

_LEAST = 16
"""Letters that a message has; what has fewer is the name of a case."""


def common_mistakes(check: Callable[..., Any]) -> list[str]:
    """What a check says of answers that are not right, in the order of its source; `…` stands for what is filled in."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(check))))
    found = [_told(text) for node in _in_order(tree) for text in _messages(node)]
    return [text for text in dict.fromkeys(found) if sum(map(str.isalpha, text)) >= _LEAST]


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


def _messages(node: ast.AST) -> Iterator[str]:
    """The text of `raise Wrong(text)`, and those of `for what, ... in ((text, ...), ...)`."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and getattr(node.exc.func, "id", "") == "Wrong":
        yield from (_text(argument) for argument in node.exc.args[:1])
    if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple | ast.List):
        for row in node.iter.elts:
            for item in row.elts if isinstance(row, ast.Tuple) else ():
                if isinstance(item, ast.JoinedStr) or (isinstance(item, ast.Constant) and isinstance(item.value, str)):
                    yield _text(item)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return "…"


def _told(text: str) -> str:
    text = re.sub(r"^(…|[^:]*…[^:]*): ", "", " ".join(text.split()))  # the case it was found in
    return text[:1].upper() + text[1:]
