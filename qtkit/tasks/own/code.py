"""`code_of`: what identifies code of the user's own, whose names alone say little.

A function that is changed under its name is another one, and runs of the old one are not its. What counts is the file
that it is written in; in a notebook its own source and what it uses of the notebook. What a library gives counts by its
name: versions are noted with each run.
"""

from __future__ import annotations

import inspect
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from qtkit.seals import digest
from qtkit.tasks.fingerprint import fingerprint

_HEAP = 1 << 9
"""The flag of classes that are made while Python runs; the others are its own."""


def code_of(parts: Mapping[str, object]) -> str:
    """A digest of all that `parts` are made of: 64 hexadecimal digits, the same in every process."""
    return digest(_Describer().of(dict(parts)))


class _Describer:
    """Turns objects into plain values; each object once, and a circle ends where it closes."""

    def __init__(self) -> None:
        self._found: dict[int, object] = {}  # by id
        self._kept: list[object] = []  # an id is another's once its object is gone

    def of(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float | complex | bytes | torch.dtype | torch.device | range | slice):
            return repr(value)
        if id(value) not in self._found:
            self._found[id(value)] = "a circle"
            self._kept.append(value)
            self._found[id(value)] = self._look(value)
        return self._found[id(value)]

    def _look(self, value: object) -> object:
        if isinstance(value, Mapping):
            return {"items": [[self.of(key), self.of(item)] for key, item in value.items()]}
        if isinstance(value, list | tuple):
            return [self.of(item) for item in value]
        if isinstance(value, torch.Tensor | np.ndarray | np.generic):
            return fingerprint({"value": np.asarray(value) if isinstance(value, np.generic) else value})
        if isinstance(value, ModuleType):
            return value.__name__
        if isinstance(value, partial):
            return ["partial", self.of(value.func), self.of(value.args), self.of(value.keywords)]
        if isinstance(value, MethodType):
            return [self.of(value.__func__), self.of(value.__self__)]
        if isinstance(value, FunctionType):
            return self._of_function(value)
        if isinstance(value, type):
            return self._of_class(value)
        return self._of_object(value)

    def _of_function(self, function: FunctionType) -> object:
        code = function.__code__
        if _is_library(code.co_filename):
            return f"{function.__module__}.{function.__qualname__}"
        held = [self.of(cell.cell_contents) for cell in function.__closure__ or () if _is_full(cell)]
        about = [function.__qualname__, held, self.of(function.__defaults__), self.of(function.__kwdefaults__)]
        if text := _file_text(code.co_filename):
            return ["written", text, code.co_firstlineno, *about]
        names = dict.fromkeys(name for each in _codes(code) for name in each.co_names)
        used = {name: self.of(function.__globals__[name]) for name in names if name in function.__globals__}
        return ["typed", _source(function), *about, used]

    def _of_class(self, kind: type) -> object:
        where = getattr(sys.modules.get(kind.__module__), "__file__", None)
        if not kind.__flags__ & _HEAP or (where and _is_library(where)):
            return f"{kind.__module__}.{kind.__qualname__}"
        if where and (text := _file_text(where)):
            return ["written", text, kind.__qualname__]
        bases = [self.of(base) for base in kind.__bases__]
        own = {name: self.of(item) for name, item in vars(kind).items() if not name.startswith("__") or callable(item)}
        return ["typed", kind.__qualname__, bases, own]

    def _of_object(self, value: object) -> object:
        kind = type(value)
        where = getattr(sys.modules.get(kind.__module__), "__file__", None)
        told: list[object] = [self.of(kind)]
        if isinstance(value, nn.Module):
            told += [repr(value), fingerprint(dict(value.state_dict()))]
        elif kind.__flags__ & _HEAP and not (where and _is_library(where)):
            told.append(self.of(getattr(value, "__dict__", None)))
        elif callable(value):  # a builtin
            told.append(getattr(value, "__qualname__", ""))
        return told


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of those within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _source(function: FunctionType) -> object:
    """Its text; of one without, such as one typed into a shell, what it was compiled to."""
    # A lambda's text is the whole line, which may hold several.
    compiled = [
        [list(each.co_names), [c for c in map(repr, each.co_consts) if " at 0x" not in c]]
        for each in _codes(function.__code__)
    ]
    try:
        return [inspect.getsource(function), compiled if function.__name__ == "<lambda>" else []]
    except (OSError, TypeError):
        return [[each.co_code.hex() for each in _codes(function.__code__)], compiled]


def _is_full(cell: Any) -> bool:
    """Whether a cell of a closure holds anything yet."""
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


@cache
def _libraries() -> tuple[str, ...]:
    """The folders of Python's library and of what is installed, and qtkit's own."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths.add(str(Path(__file__).resolve().parents[2]))
    return tuple(sorted(path for path in paths if path))


@cache
def _is_library(file: str) -> bool:
    if file.startswith("<frozen"):
        return True
    path = Path(file)
    return any(path.is_relative_to(folder) for folder in _libraries())


def _file_text(file: str) -> str | None:
    """What is written in a file; None for what is none, such as a notebook's cell."""
    path = Path(file)
    if file.startswith("<") or path.suffix != ".py":
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
