"""Values as plain data: what passes between the grader and a submission. Never pickle, which runs what it reads."""

from __future__ import annotations

import base64
import io
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from qtkit.circuits.ansatz import Ansatz

LONGEST = 1_000_000
"""How many items of an iterator are read, and how long a text or a list may be."""

_SCALARS = (bool, int, float, str, type(None))
_SETTINGS = (
    "qtkit.tasks.gridworld.settings.GridworldSettings",
    "qtkit.tasks.images.settings.ImageSettings",
    "qtkit.tasks.series.settings.SeriesSettings",
)
Callback = Callable[..., Any]


class NotPlain(ValueError):  # noqa: N818  it says what it is
    """A value that cannot be sent as plain data."""


class Stranger:
    """Stands for a value that cannot be sent: it shows itself as that, and is of no use otherwise."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"<{self._name}>"


def pack(value: Any, keep: Callable[[Callback], int] | None = None) -> Any:
    """`value` as JSON: numbers, texts, lists, dictionaries, arrays, tensors, circuits, and functions by a number.

    Arguments:
        keep: remembers a function and gives it the number; None: functions cannot be sent.

    Raises:
        NotPlain: for anything else, or if there is too much of it.
    """
    try:
        return _pack(value, keep)
    except RecursionError:
        raise NotPlain("a value nested too deeply") from None


def _elements(ansatz: Ansatz) -> dict[str, Any]:
    try:
        return ansatz.to_dict()
    except ValueError as error:
        raise NotPlain(str(error)) from None


def _pack(value: Any, keep: Callable[[Callback], int] | None) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        if isinstance(value, str) and len(value) > LONGEST:
            raise NotPlain("a text that is too long")
        if kind is int and value.bit_length() > 10_000:
            raise NotPlain("a whole number of thousands of digits")
        return value
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if isinstance(value, np.ndarray | np.generic):
        return {"array": _array(np.asarray(value)), "scalar": isinstance(value, np.generic)}
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        wants = bool(value.requires_grad)
        return {"tensor": _array(value.detach().cpu().resolve_conj().resolve_neg().numpy()), "requires_grad": wants}
    ansatz = sys.modules.get("qtkit.circuits.ansatz")
    if ansatz is not None and kind is ansatz.Ansatz:
        if not value.in_words:
            return {"elements": _elements(value)}
        return {"ansatz": [value.hadamard, _pack(value.entangler, keep), _pack(value.rotation, keep)]}
    if f"{kind.__module__}.{kind.__name__}" in _SETTINGS:
        values = {field.name: getattr(value, field.name) for field in fields(value)}
        return {"settings": [f"{kind.__module__}.{kind.__name__}", _pack(values, keep)]}
    if isinstance(value, str):  # such as an enumeration's
        return str(value)
    if isinstance(value, tuple):
        return {"tuple": [_pack(item, keep) for item in _first(value)]}
    if isinstance(value, dict):
        return {"dict": [[_pack(name, keep), _pack(item, keep)] for name, item in _first(value.items())]}
    if isinstance(value, set | frozenset):
        return {"set": [_pack(item, keep) for item in _first(value)]}
    if isinstance(value, list) or (hasattr(kind, "__iter__") and not callable(value)):
        return {"list": [_pack(item, keep) for item in _first(value)]}
    if callable(value) and keep is not None:
        return {"function": keep(value)}
    raise NotPlain(f"a {kind.__name__[:40]}")


def unpack(value: Any, callback: Callable[[int], Callback] | None = None) -> Any:
    """The value that `pack` made `value` of.

    Arguments:
        callback: gives the function of a number; None: there are none.

    Raises:
        ValueError: if `pack` made no such thing.
    """
    try:
        return _unpack(value, callback)
    except (
        KeyError,
        TypeError,
        IndexError,
        RecursionError,
        EOFError,
        SyntaxError,
        MemoryError,
        StopIteration,
    ) as error:
        raise ValueError(f"not plain data: {type(error).__name__}") from None


def _unpack(value: Any, callback: Callable[[int], Callback] | None) -> Any:
    if type(value) in _SCALARS:
        return value
    if not isinstance(value, dict):
        raise ValueError(f"not plain data: a bare {type(value).__name__}")
    kind, content = next(iter(value.items()))
    if kind == "complex":
        real, imaginary = content
        return complex(float(real), float(imaginary))
    if kind == "array":
        array = _read_array(content)
        return array[()] if value["scalar"] else array
    if kind == "tensor":
        import torch

        tensor = torch.from_numpy(_read_array(content))
        return tensor.requires_grad_() if value["requires_grad"] is True else tensor
    if kind == "ansatz":
        from qtkit.circuits.ansatz import Ansatz

        hadamard, entangler, rotation = (_unpack(item, callback) for item in content)
        return Ansatz(hadamard, entangler, rotation)
    if kind == "elements":
        from qtkit.circuits.ansatz import Ansatz

        return Ansatz.from_dict(content)
    if kind == "settings":
        name, values = content
        if name not in _SETTINGS:
            raise ValueError("not plain data: settings of no task")
        module, _, made = name.rpartition(".")
        return getattr(import_module(module), made)(**_unpack(values, callback))
    if kind in ("tuple", "set", "list"):
        return {"tuple": tuple, "set": set, "list": list}[kind](_unpack(item, callback) for item in content)
    if kind == "dict":
        return {_unpack(name, callback): _unpack(item, callback) for name, item in content}
    if kind == "function" and callback is not None:
        return callback(int(content))
    if kind == "stranger":
        return Stranger(str(content)[:40])
    raise ValueError(f"not plain data: {str(kind)[:40]!r}")


def to_json(message: dict[str, Any]) -> bytes:
    """A message as bytes; NaN and infinity are numbers here."""
    return json.dumps(message).encode()


def from_json(data: bytes) -> dict[str, Any]:
    """The message that `to_json` made `data` of.

    Raises:
        ValueError: if it made no such thing.
    """
    try:
        message = json.loads(data)
    except RecursionError:
        raise ValueError("a message nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError(f"a message is a dictionary, got {type(message).__name__}")
    return message


def _first(values: Iterable[Any]) -> list[Any]:
    items = list(islice(values, LONGEST + 1))
    if len(items) > LONGEST:
        raise NotPlain("a list that is too long or does not end")
    return items


def _array(array: np.ndarray) -> str:
    if array.dtype.hasobject:
        raise NotPlain(f"an array of objects ({array.dtype})")
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return base64.b64encode(file.getvalue()).decode()


def _read_array(text: Any) -> np.ndarray:
    array = np.load(io.BytesIO(base64.b64decode(text, validate=True)), allow_pickle=False)
    if not isinstance(array, np.ndarray):  # an archive of several
        raise ValueError("not plain data: no array")
    return array
