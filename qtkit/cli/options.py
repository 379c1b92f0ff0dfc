"""Command-line options from a dataclass of settings: names, types, defaults, choices and help are the class's own."""

from __future__ import annotations

from typing import Any

import click

from qtkit.runs.options import Field, fields_of, read_name, read_numbers, write_numbers


class WholeNumbers(click.ParamType):  # type: ignore[type-arg]  # before click 8.4 it takes none
    """Whole numbers such as `1,5`, `1/5` or `2,5,8-11`."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """The numbers, in the order given."""
        if not isinstance(value, str):
            return tuple(value)
        try:
            return read_numbers(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Names(click.Choice):  # type: ignore[type-arg]  # before click 8.2 it takes none
    """A choice among names; one of before is read as today's, so that old commands go on working."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name that is meant."""
        try:
            return read_name(value, self.choices)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def options_of(settings_class: type) -> list[click.Option]:
    """An option for each field of a dataclass of settings that is written where these are."""
    return [_option_of(field) for field in fields_of(settings_class)]


def _option_of(field: Field) -> click.Option:
    name, default = field.name.replace("_", "-"), field.default
    return click.Option(
        [field.name, f"--{name}/--no-{name}" if field.kind is bool else f"--{name}"],
        default=write_numbers(default) if isinstance(default, tuple) else default,
        show_default=default is not None and default != (),
        help=field.help,
        type=_type_of(field),
    )


def _type_of(field: Field) -> click.ParamType[Any] | type | None:
    if field.kind is bool:
        return None  # a flag
    if field.choices is not None:
        return _Names(field.choices)
    return WholeNumbers() if field.kind is tuple else field.kind
