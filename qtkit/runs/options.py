"""Command-line options from a dataclass of settings: names, types, defaults, choices and help are the class's own."""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import itertools
import re
import textwrap
import types
import typing
from typing import Any

import click


class WholeNumbers(click.ParamType):
    """Whole numbers such as `1,5`, `1/5` or `2,5,8-11`."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """The numbers, in the order given."""
        if not isinstance(value, str):
            return tuple(value)
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
    """An option for each field of a dataclass of settings."""
    hints, told = typing.get_type_hints(settings_class), field_docs(settings_class)
    choices = getattr(settings_class, "choices", {})
    options = []
    for field in dataclasses.fields(settings_class):
        flag = f"--{field.name.replace('_', '-')}"
        hint, extra = _without_none(hints[field.name]), {}
        if hint is bool:
            flag = f"{flag}/--no-{field.name.replace('_', '-')}"
        elif field.name in choices:
            extra["type"] = click.Choice(choices[field.name])
        elif hint in (int, float, str):
            extra["type"] = hint
        else:
            extra["type"] = WholeNumbers()
        default = field.default if field.default is not dataclasses.MISSING else None
        if isinstance(default, tuple):
            default = _written(default)
        options.append(
            click.Option(
                [field.name, flag],
                default=default,
                show_default=default is not None,
                help=told.get(field.name, ""),
                **extra,
            )
        )
    return options


@functools.cache
def field_docs(settings_class: type) -> dict[str, str]:
    """The text under each field of a dataclass and its bases, as one line; no text for a field without."""
    told: dict[str, str] = {}
    for cls in reversed(settings_class.__mro__[:-1]):
        try:
            body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body
        except (OSError, TypeError):  # no source at hand: options without help
            continue
        for field, text in itertools.pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                told[field.target.id] = " ".join(str(text.value.value).replace("`", "").split())
    return told


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(a for a in typing.get_args(hint) if a is not type(None))
    return hint


def _written(numbers: tuple[int, ...]) -> str:
    """As one would write them, and as `WholeNumbers` reads them."""
    if len(numbers) > 2 and numbers == tuple(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}-{numbers[-1]}"
    return ",".join(map(str, numbers))
