"""Which of a network's parameters are generated: by patterns that their names fit."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from torch import nn

Patterns = str | tuple[str, ...] | list[str] | None
"""A pattern as in `fnmatch` (`"*.lora_*"`), several, or None for all names."""

_SHOWN = 8  # names in an error


def checked_patterns(only: Any) -> tuple[str, ...] | None:
    """The patterns as a tuple, None for none.

    Raises:
        ValueError: unless it is a pattern, several, or None.
    """
    if only is None:
        return None
    patterns = (only,) if isinstance(only, str) else tuple(only) if isinstance(only, Iterable) else ()
    if not patterns or not all(isinstance(pattern, str) for pattern in patterns):
        raise ValueError(f"only must be a pattern of names such as '*.lora_*', or a list of them, got {only!r}")
    return patterns


def selected_names(target: nn.Module, only: Patterns) -> frozenset[str]:
    """The first names of the parameters that have a name, shared ones any, which fits a pattern.

    Raises:
        ValueError: for a pattern that fits no name, which lists names.
    """
    patterns = checked_patterns(only)
    names = [name for name, _ in target.named_parameters()]
    if patterns is None:
        return frozenset(names)
    first: dict[int, str] = {}
    by_name = {
        name: first.setdefault(id(parameter), name)
        for name, parameter in target.named_parameters(remove_duplicate=False)
    }
    chosen: set[str] = set()
    for pattern in patterns:
        fitting = {own for name, own in by_name.items() if fnmatchcase(name, pattern)}
        if not fitting:
            raise ValueError(f"only={pattern!r} fits no parameter of the target, which has {_listed(names)}")
        chosen |= fitting
    return frozenset(chosen)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return (", ".join(map(repr, names[:_SHOWN])) or "none") + more
