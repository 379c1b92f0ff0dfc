"""The shape of stored values, said once by a `TypedDict`: for the type checker, and for what is read from a file."""

from __future__ import annotations

import functools
import math
import re
import types
import typing
from typing import Annotated, Any, NotRequired

Whole = Annotated[int, range(2**63)]
"""A whole number that is not negative."""

Amount = Annotated[float, lambda value: value >= 0]
"""A number that is not negative."""

Digest = Annotated[str, re.compile(r"[0-9a-f]{64}")]
"""A SHA-256 in hexadecimal digits."""


def check_shape(value: object, shape: Any, where: object) -> None:
    """Check a value of JSON.

    Arguments:
        shape: a `TypedDict`, which may have more keys than it names; `dict[str, X]`, `list[X]`, `X | None`; `str`,
            `bool`, `int`, `float` (any finite number); `Any`; or `Annotated` with what fits besides: a range, a regular
            expression, or a function that says so.
        where: the file it is from, for the message.

    Raises:
        ValueError: if it is of another shape: which part of it, what came and what was expected.
    """
    try:
        _check(value, shape, "")
    except _MismatchError as error:
        raise ValueError(f"{where} is damaged: {error}") from None


class _MismatchError(Exception):
    pass


def _check(value: object, shape: Any, place: str) -> None:
    origin, arguments = typing.get_origin(shape), typing.get_args(shape)
    if shape is Any:
        return
    if typing.is_typeddict(shape):
        _check_fields(value, shape, place)
    elif origin is Annotated:
        _check(value, arguments[0], place)
        if not all(_fits(value, condition) for condition in arguments[1:]):
            raise _MismatchError(f"{place} cannot be {_short(value)}")
    elif origin in (typing.Union, types.UnionType):  # X | None
        if value is not None:
            (inner,) = (each for each in arguments if each is not type(None))
            _check(value, inner, place)
    elif origin is dict:
        _expect(isinstance(value, dict), value, "a dictionary", place)
        for name, item in typing.cast("dict[str, object]", value).items():
            _check(item, arguments[1], _within(place, name))
    elif origin is list:
        _expect(isinstance(value, list), value, "a list", place)
        for number, item in enumerate(typing.cast("list[object]", value)):
            _check(item, arguments[0], f"{place}[{number}]")
    else:
        _check_plain(value, shape, place)


def _check_fields(value: object, shape: Any, place: str) -> None:
    _expect(isinstance(value, dict), value, "a dictionary", place)
    fields = typing.cast("dict[str, object]", value)
    for name, hint in _hints(shape).items():
        optional = typing.get_origin(hint) is NotRequired
        if name in fields:
            _check(fields[name], typing.get_args(hint)[0] if optional else hint, _within(place, name))
        elif not optional:
            raise _MismatchError(f"{_within(place, name)} is missing")


@functools.cache
def _hints(shape: Any) -> dict[str, Any]:
    return typing.get_type_hints(shape, include_extras=True)


def _check_plain(value: object, kind: type, place: str) -> None:
    if kind in (int, float):
        whole = isinstance(value, int) and not isinstance(value, bool)
        real = kind is float and isinstance(value, float) and math.isfinite(value)
        _expect(whole or real, value, "a number" if kind is float else "a whole number", place)
    else:
        _expect(isinstance(value, kind), value, {str: "text", bool: "true or false"}[kind], place)


def _fits(value: Any, condition: Any) -> bool:
    if isinstance(condition, re.Pattern):
        return condition.fullmatch(value) is not None
    return value in condition if isinstance(condition, range) else bool(condition(value))


def _expect(right: bool, value: object, what: str, place: str) -> None:
    if not right:
        raise _MismatchError(f"{place or 'it'} should be {what} and is {_short(value)}")


def _within(place: str, name: str) -> str:
    return f"{place}.{name[:40]}" if place else name[:40]


def _short(value: object) -> str:
    """A value in few words, however large it is."""
    if isinstance(value, dict | list):
        return f"a {'dictionary' if isinstance(value, dict) else 'list'} of {len(value)}"
    return repr(value) if len(str(value)) <= 40 else f"{str(value)[:40]!r}..."
