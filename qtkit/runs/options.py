"""Command-line options from a dataclass of settings: names, types, defaults, choices and help are the class's own."""

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
from collections.abc import Iterable
from typing import Any

import click

from qtkit.choices import FORMER_PROBABILITIES


class WholeNumbers(click.ParamType):  # type: ignore[type-arg]  # before click 8.4 it takes none
    """Whole numbers such as `1,5`, `1/5` or `2,5,8-11`."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """The numbers, in the order given."""
        if not isinstance(value, str):
            return tuple(value)
        if not value.strip():
            return ()
        numbers: list[int] = []
        for item in re.split(r"[,/\s]+", value.strip()):
            match = re.fullmatch(r"(\d+)(?:(?:-|\.\.)(\d+))?", item)
            if not match:
                self.fail(f"{value!r} is not a list of whole numbers such as 1,5 or 2,5,8-11", param, ctx)
            first, last = int(match[1]), int(match[2] or match[1])
            if last < first or last - first > 10_000:
                self.fail(f"{item!r} is not a range from small to large", param, ctx)
            numbers += range(first, last + 1)
        return tuple(numbers)


def options_of(settings_class: type) -> list[click.Option]:
    """An option for each field of a dataclass of settings that is written where these are."""
    hints, docs = typing.get_type_hints(settings_class), field_docs(settings_class)
    choices = getattr(settings_class, "choices", {})
    options = []
    for field in dataclasses.fields(settings_class):
        if not field.repr:
            continue
        flag = f"--{field.name.replace('_', '-')}"
        hint = _without_none(hints[field.name])
        if hint is bool:
            flag = f"{flag}/--no-{field.name.replace('_', '-')}"
        default = field.default if field.default is not dataclasses.MISSING else None
        shown = default is not None and default != ()
        if isinstance(default, tuple):
            default = _write_numbers(default)
        options.append(
            click.Option(
                [field.name, flag],
                default=default,
                show_default=shown,
                help=docs.get(field.name, ""),
                type=_kind_of_value(hint, choices.get(field.name)),
            )
        )
    return options


class _Names(click.Choice):  # type: ignore[type-arg]  # before click 8.2 it takes none
    """A choice among names; one of before is read as today's, so that old commands go on working."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name that is meant."""
        current = FORMER_PROBABILITIES.get(value, value)
        return super().convert(current if current in self.choices else value, param, ctx)


def _kind_of_value(hint: type, choices: Iterable[str] | None) -> click.ParamType[Any] | type | None:
    if hint is bool:
        return None  # a flag
    if choices is not None:
        return _Names(tuple(choices))
    return hint if hint in (int, float, str) else WholeNumbers()


def read_values(settings_class: type, texts: Iterable[str]) -> list[tuple[str, Any]]:
    """The settings in texts such as `epochs=3`, each with its value as an option of the command line reads it.

    JSON is read too: `candidates=[1,2]`; and `null` or `None` for a setting that may be left out.

    Raises:
        ValueError: for a text without `=`, a name that is no setting, or a value of another kind.
    """
    options = {option.name: option for option in options_of(settings_class)}
    pairs = []
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise ValueError(f"a setting is given as NAME=VALUE, such as epochs=3; got {text!r}")
        name = name.replace("-", "_")
        if name not in options:
            raise ValueError(f"{name!r} is no setting of {settings_class.__name__}; there are {sorted(options)}")
        pairs.append((name, _read_value(options[name], value)))
    return pairs


def _read_value(option: click.Option, text: str) -> Any:
    if text in ("null", "None") and option.default is None:
        return None
    try:
        return json.loads(text) if text.startswith(("[", "{", '"')) else option.type.convert(text, option, None)
    except click.BadParameter as error:
        raise ValueError(f"{option.name}={text}: {error.message}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{option.name}={text} is not JSON: {error}") from None


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


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(a for a in typing.get_args(hint) if a is not type(None))
    return hint


def _write_numbers(numbers: tuple[int, ...]) -> str:
    """As one would write them, and as `WholeNumbers` reads them."""
    if len(numbers) > 2 and numbers == tuple(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}-{numbers[-1]}"
    return ",".join(map(str, numbers))
