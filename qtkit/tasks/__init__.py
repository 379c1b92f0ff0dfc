"""The paper's three kinds of tasks, and `Task` for one's own: data and one training generator each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.tasks.own.task import Task

__all__ = ["Task"]

__getattr__, __dir__ = attach(__name__, {"Task": "qtkit.tasks.own.task"})
