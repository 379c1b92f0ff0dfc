"""`code_of`: what identifies code of the user's own, whose names alone say little.

A function that is changed under its name is another one, and runs of the old one are not its. What counts is the file
that it is written in; in a notebook its own source and what it uses of the notebook. What a library gives counts by its
name, and what it holds with what it holds: versions are noted with each run.
"""

from __future__ import annotations

import copyreg
import inspect
import random
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from qtkit.seals import digest
from qtkit.tasks.fingerprint import fingerprint

_HEAP = 1 << 9
"""The flag of classes that are made while Python runs; the others are its own."""

NOTHING: Mapping[str, str] = MappingProxyType({})

_TOLD = (
    BuiltinFunctionType,
    np.random.Generator,
    np.random.RandomState,
    np.random.BitGenerator,
    torch.Generator,
    random.Random,
)


def code_of(parts: Mapping[str, object], texts: Mapping[str, str] = NOTHING) -> str:
    """A digest of all that `parts` are made of: 64 hexadecimal digits, the same in every process.

    Arguments:
        texts: what was written in files as they were read, by name; of others what is written there now.
    """
    return digest(_Describer(texts).of(dict(parts)))


def texts_of(parts: Iterable[object]) -> dict[str, str]:
    """What is written now in the files that functions and classes come from, by the files' names."""
    files = {file for part in parts if (file := _file_of(part)) and not _is_library(file)}
    return {file: text for file in files if (text := _file_text(file)) is not None}


class _Describer:
    """Turns objects into plain values; each object once, and a circle ends where it closes."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
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
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "OMmV":  # no plain numbers or letters
            return [str(value.dtype), list(value.shape), self.of(value.astype(object).tolist())]
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
        if text := self._written(code.co_filename):
            return ["written", text, code.co_firstlineno, *about]
        names = dict.fromkeys(name for each in _codes(code) for name in each.co_names)
        used = {name: self.of(function.__globals__[name]) for name in names if name in function.__globals__}
        return ["typed", _source(function), *about, used]

    def _of_class(self, kind: type) -> object:
        if not _is_own(kind):
            return f"{kind.__module__}.{kind.__qualname__}"
        where = getattr(sys.modules.get(kind.__module__), "__file__", None)
        if where and (text := self._written(where)):
            return ["written", text, kind.__qualname__]
        bases = [self.of(base) for base in kind.__bases__]
        own = {name: self.of(item) for name, item in vars(kind).items() if not name.startswith("__") or callable(item)}
        return ["typed", kind.__qualname__, bases, own]

    def _of_object(self, value: object) -> object:
        kind = type(value)
        told: list[object] = [self.of(kind)]
        if isinstance(value, nn.Module):
            return [*told, repr(value), fingerprint(dict(value.state_dict())), *self._untold(value)]
        if isinstance(value, set | frozenset):
            return [*told, sorted(digest(self.of(item)) for item in value)]
        if isinstance(value, staticmethod | classmethod):
            return [*told, self.of(value.__func__)]
        if isinstance(value, property):
            return [*told, [self.of(function) for function in (value.fget, value.fset, value.fdel)]]
        if _is_own(kind):
            return [*told, self.of(_state_of(value))]
        if callable(value):
            told.append(getattr(value, "__qualname__", ""))
        if hasattr(value, "__wrapped__"):  # of functools.cache
            return [*told, self.of(value.__wrapped__)]
        # What draws random numbers would be another with every draw.
        if not isinstance(value, _TOLD):
            told += self._reduced(value)
        return told

    def _untold(self, module: nn.Module) -> list[object]:
        """What neither the text nor the tensors of a module tell, such as the reduction of a loss."""
        found: list[object] = []
        for name, part in module.named_modules():
            kind, values = type(part), _values_of(part)
            if not _is_own(kind):  # one with parameters tells the rest in its text
                has_parameters = next(part.parameters(), None) is not None
                usual = values if has_parameters else _usual_values(kind)  # type: ignore[arg-type]  # can be hashed
                values = {key: value for key, value in values.items() if self.of(value) != self.of(usual.get(key))}
            if values:
                found.append([name, self.of(kind), self.of(values)])
        return found

    def _reduced(self, value: object) -> list[object]:
        """What an object of a library holds, as copies are made of it; nothing where it has no copies."""
        try:
            known = copyreg.dispatch_table.get(type(value))
            reduced = value.__reduce_ex__(2) if known is None else known(value)
        except Exception:  # whatever a library finds wrong with copying, such as a lock
            return []
        if isinstance(reduced, str):
            return []
        function, arguments, *more = reduced
        state = [list(each) if isinstance(each, Iterator) else each for each in more]
        return [[self.of(function), self.of(arguments), self.of(state)]]

    def _written(self, file: str) -> str | None:
        """What was written in a file as it was read, as far as is known."""
        return self._texts[file] if file in self._texts else _file_text(file)


def _is_own(kind: type) -> bool:
    """Whether a class is no library's and none of Python's own."""
    where = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return bool(kind.__flags__ & _HEAP) and not (where and _is_library(where))


def _state_of(value: object) -> dict[str, object]:
    """The attributes of an object of the user's own, those in slots too."""
    slots = [name for kind in type(value).__mro__ for name in _named(vars(kind).get("__slots__", ()))]
    state = {name: getattr(value, name) for name in slots if not name.startswith("__") and hasattr(value, name)}
    return {**state, **getattr(value, "__dict__", {})}


def _named(slots: str | Iterable[str]) -> Iterable[str]:
    return (slots,) if isinstance(slots, str) else slots


def _values_of(module: nn.Module) -> dict[str, object]:
    return {name: value for name, value in vars(module).items() if not name.startswith("_") and name != "training"}


@cache
def _usual_values(kind: type[nn.Module]) -> dict[str, object]:
    """Those of one that is made without arguments; nothing if there is none."""
    try:
        return _values_of(kind())
    except Exception:  # in words of a library's own
        return {}


def _file_of(part: object) -> str | None:
    """Where a function, a class or an object's class is written."""
    if isinstance(part, partial):
        return _file_of(part.func)
    if isinstance(part, MethodType):
        return _file_of(part.__func__)
    if isinstance(part, FunctionType):
        return part.__code__.co_filename
    kind = part if isinstance(part, type) else type(part)
    return getattr(sys.modules.get(kind.__module__), "__file__", None)


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
