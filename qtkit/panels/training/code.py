"""Settings as code: the lines of Python that bring a panel back to its state."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from qtkit.circuits.ansatz import Ansatz
from qtkit.tasks.settings import RunSettings


def settings_code(settings: RunSettings, always: Collection[str] = (), never: Collection[str] = ()) -> str:
    """`settings` as the call that makes an equal one; what has its default value is left out.

    Arguments:
        always: names that are written even with their default value.
        never: names that are left out in any case.
    """
    arguments = []
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if field.repr and (value != field.default or field.name in always) and field.name not in never:
            arguments.append(f"{field.name}={value!r}")
    return f"{type(settings).__name__}({', '.join(arguments)})"


def panel_code(panel: str, settings: RunSettings, stop_accuracy: float | None = None, *, given: str = "") -> str:
    """The imports, and the call that makes a panel with this state, seed included.

    Arguments:
        given: `"data"` or `"task"`, if the panel was given such, which no code can hold: the call names it so.
    """
    more = "" if stop_accuracy is None else f", stop_accuracy={stop_accuracy!r}"
    more += f", {given}={given}" if given else ""
    call = f"{panel}({settings_code(settings, always=('seed',), never=(given,))}{more})"
    if given:
        call += f"  # {given}: what this panel was given"
    imports = ["from qtkit import Ansatz"] if "Ansatz(" in call else []
    if elements := sorted(_elements(settings)):
        imports += [f"from qtkit.circuits import {', '.join(elements)}"]
    imports += [f"from qtkit.panels import {panel}"]
    imports += [f"from {type(settings).__module__} import {type(settings).__name__}"]
    return "\n".join([*imports, "", call])


def _elements(settings: RunSettings) -> set[str]:
    """The names of the gates that circuits by elements are written with."""
    circuits = [each for each in settings.candidates if isinstance(each, Ansatz) and not each.in_words]
    return {type(gate).__name__ for each in circuits for part in (each.start or (), *each.layers) for gate in part}
