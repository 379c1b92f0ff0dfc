"""`OwnSettings`: everything that decides what a run of a task of one's own gives, but for the task itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from qtkit.tasks.settings import EpochSettings

if TYPE_CHECKING:
    from qtkit.tasks.own.task import Task


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
        if self.file is not None:
            if not isinstance(self.file, str | os.PathLike) or not os.fspath(self.file):
                raise ValueError(f"file must be a Python file, a module's name or None, got {self.file!r}")
            self._set("file", os.fsdecode(self.file))

    def to_dict(self) -> dict[str, Any]:
        """As `RunSettings.to_dict`, without `version`."""
        return {name: value for name, value in super().to_dict().items() if name != "version"}

    def __reduce__(self) -> tuple[Callable[..., OwnSettings], tuple[type[Self], dict[str, Any], Task | None]]:
        # A process that these are sent to, such as a sweep's worker, cannot look into a notebook.
        from qtkit.tasks.own.known import KNOWN

        return _received, (
            type(self),
            {**self.to_dict(), "version": self.version},
            None if self.file else KNOWN.get(self.task),
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def _received(kind: type[OwnSettings], values: Mapping[str, Any], task: Task | None) -> OwnSettings:
    if task is not None:
        from qtkit.tasks.own.known import KNOWN

        KNOWN[values["task"]] = task
    return kind.from_dict(values)
