"""Settings as code: the lines of Python that bring a panel back to its state."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from qtkit.tasks.settings import RunSettings


def settings_code(settings: RunSettings, always: Collection[str] = ()) -> str:
    """`settings` as the call that makes an equal one; what has its default value is left out.

    Arguments:
        always: names that are written even with their default value.
    """
    arguments = []
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if value != field.default or field.name in always:
            arguments.append(f"{field.name}={value!r}")
    return f"{type(settings).__name__}({', '.join(arguments)})"


def panel_code(panel: str, settings: RunSettings, stop_accuracy: float | None = None, *, data: bool = False) -> str:
    """The imports, and the call that makes a panel with this state, seed included.

    Arguments:
        data: whether the panel was given data, which no code can hold: the call names them `data`.
    """
    more = "" if stop_accuracy is None else f", stop_accuracy={stop_accuracy!r}"
    more += ", data=data" if data else ""
    call = f"{panel}({settings_code(settings, always=('seed',))}{more})"
    if data:
        call += "  # data: what this panel was given"
    imports = ["from qtkit import Ansatz"] if "Ansatz(" in call else []
    imports += [f"from qtkit.panels import {panel}"]
    imports += [f"from {type(settings).__module__} import {type(settings).__name__}"]
    return "\n".join([*imports, "", call])
