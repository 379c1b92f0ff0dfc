"""The readings of equation 4 by name: which settings of a task each means, and which runs are of it.

The paper leaves open in which units the mapping sees a probability, and much hangs on it. Plans, figures, tables and
claims name the reading that they are about. What a single model does with its probabilities is
`qtkit.generator.mapping.reading.Reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from qtkit.names import usual_values
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_named, task_of

SettingsT = TypeVar("SettingsT", bound=Settings)

FREE = ("model", "candidates", "seed", "epochs", "episodes", "device")
"""Settings in which runs of one reading may differ: which model, which seed, how long, and what computed it."""


@dataclass(frozen=True)
class Reading:
    """A way to read what the paper leaves open.

    Attributes:
        title: for headings.
        words: what it means.
        settings: by task, those that are not the defaults; a task that is not there has no such reading.
    """

    name: str
    title: str
    words: str
    settings: Mapping[str, Mapping[str, Any]] = field(hash=False)

    def changes(self, task: str) -> Mapping[str, Any]:
        """The settings of a task that are not the defaults.

        Raises:
            ValueError: if the task has no such reading.
        """
        if task not in self.settings:
            raise ValueError(f"{task!r} has no reading {self.name!r}; it has {', '.join(readings_of(task))}")
        return self.settings[task]

    def apply(self, settings: SettingsT) -> SettingsT:
        """The same run in this reading.

        Raises:
            ValueError: if the task has no such reading.
        """
        changes = self.changes(task_of(settings).name)
        return type(settings).from_dict({**settings.to_dict(), **changes})

    def undo(self, settings: SettingsT) -> SettingsT:
        """A run of this reading as it is called where the reading is known: by the defaults.

        Raises:
            ValueError: if the task has no such reading.
        """
        usual = usual_values(type(settings))
        changes = {name: usual[name] for name in self.changes(task_of(settings).name)}
        return type(settings).from_dict({**settings.to_dict(), **changes})

    def includes(self, settings: Settings, free: Iterable[str] = ()) -> bool:
        """Whether a run is of this reading: all its settings are the reading's or the defaults, but those in `FREE`,
        those that tell the experiment, and those that decide only where data come from or what is recorded.

        Arguments:
            free: further settings that may be any.
        """
        task = task_of(settings)
        if task.name not in self.settings:
            return False
        any_value = {*FREE, *free, *task.experiment, *task.aside, *task.silent}
        wanted = {**usual_values(type(settings)), **self.settings[task.name]}
        return all(value == wanted[name] for name, value in settings.to_dict().items() if name not in any_value)


_SEEING = MappingProxyType({"observation_scale": 0.1, "centre": True, "mapping_scale": 0.3, "entropy_weight": 0.01})
_HEARD = MappingProxyType({"probability": "scaled"})
_WRITTEN: Mapping[str, Any] = MappingProxyType({})

WRITTEN = Reading(
    "written",
    "As written",
    "the mapping sees P",
    {"images": _WRITTEN, "series": _WRITTEN, "gridworld": _WRITTEN, "agents": _WRITTEN, "own": _WRITTEN},
)
HEARD = Reading(
    "heard",
    "Heard",
    "the mapping sees 2ⁿP − 1",
    {"images": _HEARD, "series": _HEARD, "gridworld": _HEARD, "agents": _HEARD, "own": _HEARD},
)
SEEING = Reading(
    "seeing",
    "Seeing",
    "the mapping sees P; observations × 0.1, weights centred, mapping start × 0.3, entropy term × 0.01",
    {"gridworld": _SEEING},
)
SEEING_HEARD = Reading(
    "seeing-heard",
    "Seeing, heard",
    "the mapping sees 2ⁿP − 1; observations × 0.1, weights centred, mapping start × 0.3, entropy term × 0.01",
    {"gridworld": MappingProxyType({**_SEEING, **_HEARD})},
)

READINGS: Mapping[str, Reading] = MappingProxyType(
    {reading.name: reading for reading in (WRITTEN, HEARD, SEEING, SEEING_HEARD)}
)
"""All readings by name. *Seeing* is about agents: as the paper has it, a first layer that is saturated at the start
never learns, whatever the circuit; and an agent that has made up its mind forgets, unless a term for the policy's
entropy keeps some chance in it."""


BOTH = (WRITTEN, HEARD)
"""What every task has, and what `"both"` means."""


def reading_named(name: str) -> Reading:
    """The reading called `name`.

    Raises:
        ValueError: if there is none.
    """
    if name not in READINGS:
        raise ValueError(f"there is no reading {name!r}; there are {', '.join(READINGS)}")
    return READINGS[name]


def readings_named(names: Iterable[Reading | str]) -> tuple[Reading, ...]:
    """The readings that are meant, each once; `"both"` is as written and heard.

    Raises:
        ValueError: for a name that is none.
    """
    chosen: dict[str, Reading] = {}
    for name in names:
        meant = BOTH if name == "both" else (reading_named(name) if isinstance(name, str) else name,)
        chosen |= {reading.name: reading for reading in meant}
    return tuple(chosen.values())


def readings_of(task: str) -> dict[str, Reading]:
    """The readings that a task has, by name.

    Raises:
        ValueError: if there is no such task.
    """
    return {name: reading for name, reading in READINGS.items() if task_named(task).name in reading.settings}


def reading_of(settings: Settings) -> Reading | None:
    """The reading that a run is of; None for one with other choices, or of a task without readings."""
    return next((reading for reading in READINGS.values() if reading.includes(settings)), None)
