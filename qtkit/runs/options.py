"""Settings as one writes them: the fields of a class of settings, and values read from texts such as `epochs=3`."""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import itertools
import json
import re
import textwrap
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qtkit.choices import FORMER_PROBABILITIES

BOOLEANS = {
    **dict.fromkeys(("1", "yes", "true", "on", "t", "y"), True),
    **dict.fromkeys(("0", "no", "false", "off", "f", "n", ""), False),
}
"""How truth is written, on the command line too."""


@dataclass(frozen=True)
class Field:
    """A setting that is written where the others are.

    Attributes:
        kind: `bool`, `int`, `float`, `str`, or `tuple` for a list of whole numbers.
        choices: the values it may have, if these are listed.
        default: None where there is none.
        help: what the class says of it.
    """

    name: str
    kind: type
    choices: tuple[str, ...] | None
    default: Any
    help: str

    def read(self, text: str) -> Any:
        """The value that `text` stands for, which may be JSON; `null` or `None` for a setting that may be left out.

        Raises:
            ValueError: for a value of another kind.
        """
        if text in ("null", "None") and self.default is None:
            return None
        if text.startswith(("[", "{", '"')):
            try:
                return json.loads(text)
            except json.JSONDecodeError as error:
                raise ValueError(f"{self.name}={text} is not JSON: {error}") from None
        try:
            return read_name(text, self.choices) if self.choices is not None else _READERS[self.kind](text)
        except ValueError as error:
            raise ValueError(f"{self.name}={text}: {error}") from None


def fields_of(settings_class: type) -> list[Field]:
    """Each field of a dataclass of settings that is written where these are."""
    hints, docs = typing.get_type_hints(settings_class), field_docs(settings_class)
    choices: Mapping[str, Iterable[str]] = getattr(settings_class, "choices", {})
    return [
        Field(
            name=field.name,
            kind=_kind_of(hints[field.name]),
            choices=tuple(choices[field.name]) if field.name in choices else None,
            default=field.default if field.default is not dataclasses.MISSING else None,
            help=docs.get(field.name, ""),
        )
        for field in dataclasses.fields(settings_class)
        if field.repr
    ]


def _kind_of(hint: Any) -> type:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(each for each in typing.get_args(hint) if each is not type(None))
    return hint if hint in (bool, int, float, str) else tuple


def read_values(settings_class: type, texts: Iterable[str]) -> list[tuple[str, Any]]:
    """The settings in texts such as `epochs=3`, each with its value, see `Field.read`.

    Raises:
        ValueError: for a text without `=`, a name that is no setting, or a value of another kind.
    """
    fields = {field.name: field for field in fields_of(settings_class)}
    pairs = []
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise ValueError(f"a setting is given as NAME=VALUE, such as epochs=3; got {text!r}")
        name = name.replace("-", "_")
        if name not in fields:
            raise ValueError(f"{name!r} is no setting of {settings_class.__name__}; there are {sorted(fields)}")
        pairs.append((name, fields[name].read(value)))
    return pairs


def read_numbers(text: str) -> tuple[int, ...]:
    """Whole numbers such as `1,5`, `1/5` or `2,5,8-11`, in the order given.

    Raises:
        ValueError: for what is no such list.
    """
    if not text.strip():
        return ()
    numbers: list[int] = []
    for item in re.split(r"[,/\s]+", text.strip()):
        match = re.fullmatch(r"(\d+)(?:(?:-|\.\.)(\d+))?", item)
        if not match:
            raise ValueError(f"{text!r} is not a list of whole numbers such as 1,5 or 2,5,8-11")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last - first > 10_000:
            raise ValueError(f"{item!r} is not a range from small to large")
        numbers += range(first, last + 1)
    return tuple(numbers)


def write_numbers(numbers: tuple[int, ...]) -> str:
    """As one would write them, and as `read_numbers` reads them."""
    if len(numbers) > 2 and numbers == tuple(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}-{numbers[-1]}"
    return ",".join(map(str, numbers))


def read_name(text: str, choices: Iterable[str]) -> str:
    """The one of `choices` that is meant; one of before is read as today's, so that old commands go on working.

    Raises:
        ValueError: for none of them.
    """
    names = tuple(choices)
    for name in (text, FORMER_PROBABILITIES.get(text, text)):
        if name in names:
            return name
    raise ValueError(f"{text!r} is not one of {', '.join(map(repr, names))}.")


def _read_boolean(text: str) -> bool:
    value = BOOLEANS.get(text.strip().lower())
    if value is None:
        raise ValueError(f"{text!r} is not a valid boolean. Recognized values: {', '.join(sorted(BOOLEANS))}")
    return value


def _read_number(kind: type[int | float], name: str, text: str) -> float:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a valid {name}.") from None


_READERS: dict[type, Callable[[str], Any]] = {
    bool: _read_boolean,
    int: functools.partial(_read_number, int, "integer"),
    float: functools.partial(_read_number, float, "float"),
    str: str,
    tuple: read_numbers,
}


@functools.cache
def field_docs(settings_class: type) -> dict[str, str]:
    """The text under each field of a dataclass and its bases, as one line; no text for a field without."""
    docs: dict[str, str] = {}
    for cls in reversed(settings_class.__mro__[:-1]):
        try:
            (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
        except (OSError, TypeError):  # no source at hand: options without help
            continue
        assert isinstance(tree, ast.ClassDef)
        for field, text in itertools.pairwise(tree.body):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                docs[ast.unparse(field.target)] = " ".join(str(text.value.value).replace("`", "").split())
    return docs
