"""`attach`: a package's face whose names are imported when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def attach(package: str, places: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions `__getattr__` and `__dir__` of a package (PEP 562).

    A face with them costs nothing until it is used: `qtkit --help` needs no PyTorch, a plot no widgets.

    Arguments:
        package: its `__name__`.
        places: each public name, to the module that defines it; a module of the package, to the package itself.

    Example:
        >>> __getattr__, __dir__ = attach(__name__, {"Ansatz": "qtkit.circuits.ansatz"})
    """

    def get(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if places[name] == package:
            return import_module(f"{package}.{name}")
        return getattr(import_module(places[name]), name)

    return get, lambda: sorted(places)
