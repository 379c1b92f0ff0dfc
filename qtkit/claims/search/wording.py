"""How a run is set, in words: the reading of equation 4, and what else is not the default."""

from __future__ import annotations

from collections.abc import Iterable

from qtkit.names import unusual
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import READINGS, Reading
from qtkit.tasks.registry import task_of

LENGTHS = ("epochs", "episodes")


def describe_settings(settings: Settings, apart: Iterable[str] = (), *, official: bool = True) -> str:
    """Such as `"heard, 50 epochs"` or `"heard, angle_init=uniform, 50 epochs"`.

    Of the readings whose settings the run has, it is called by the one that leaves the fewest to tell.

    Arguments:
        apart: settings that are not told.
        official: whether it is on the official data.
    """
    task, values = task_of(settings), settings.to_dict()
    aside = {*task.aside, *task.silent, *task.experiment, *LENGTHS, *apart}

    def fits(reading: Reading) -> bool:
        changes = reading.settings.get(task.name)
        return changes is not None and all(values[name] == value for name, value in changes.items())

    fitting = [reading for reading in READINGS.values() if fits(reading)]
    told = [(reading.title.lower(), unusual(reading.undo(settings), aside).split()) for reading in fitting]
    title, words = min(told, key=lambda each: len(each[1]))
    length = [f"{values[name]:,} {name}" for name in LENGTHS if name in values]
    return ", ".join([title, *words, *length, *([] if official else ["other data"])])
