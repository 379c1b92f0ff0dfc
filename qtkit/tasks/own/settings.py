"""`OwnSettings`: everything that decides what a run of a task of one's own gives, but for the task itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from qtkit.tasks.own.known import KNOWN, remember_task
from qtkit.tasks.own.sending import checked_file, reduce_settings, without_version
from qtkit.tasks.settings import EpochSettings


@dataclass(frozen=True)
class OwnSettings(EpochSettings):
    """The settings of one run of a task of one's own; `Task.settings` makes them.

    What the task is made of, its data and its code, is no setting: it identifies a run as the data do. Settings that
    all tasks share, such as `model`, `candidates` and `seed`, are described in `RunSettings`.

    Raises:
        ValueError: for a value that is not possible, with what came and what was expected.
    """

    task: str = ""
    """The task's name: that of the variable in its file or module, or the one that it was given."""
    file: str | None = None
    """Where the task is written: a Python file, or a module's name; None for one of a notebook."""
    version: str | None = field(default=None, repr=False)
    """Which task of that name it was made of, where that stands in what runs here: later one may be another. Neither
    stored nor written: a run knows its task by what it is made of."""
    mapping_scale: float = 0.3
    centre: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.task, str):
            raise ValueError(f"task must be a task's name, got {self.task!r}")
        self._set("file", checked_file(self.file))

    def to_dict(self) -> dict[str, Any]:
        """As `RunSettings.to_dict`, without `version`."""
        return without_version(super().to_dict())

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[Any, ...]]:
        return reduce_settings(self, self.task, KNOWN, remember_task)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self
