"""What is known of tasks before what they are made of: which objects are any, and those that stand in no file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from qtkit.tasks.own.task import Task


class Placed:
    """The base of what stands in a file, a module or a notebook, and is found there by its name.

    Nothing of it changes: a copy is itself.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class AnyTask(Placed):
    """The base of `Task`."""


KNOWN: dict[str, Task] = {}
"""Tasks that stand in no file, by name: those of a notebook, the newest of a name; and what came from elsewhere."""


def remember_task(name: str, task: Task) -> None:
    """Let a task be known by this name in this process."""
    KNOWN[name] = task
