"""Tasks of one's own, from plain PyTorch parts: `Task`, its settings, data and training.

`task` is what a user gives, tried by `trial` before anything is trained; `training` learns it. `code` identifies what
it is made of, and `places` finds again where it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.tasks.own.data import OwnData
    from qtkit.tasks.own.places import find_task
    from qtkit.tasks.own.settings import OwnSettings
    from qtkit.tasks.own.task import Task
    from qtkit.tasks.own.training import OwnTraining

__all__ = ["OwnData", "OwnSettings", "OwnTraining", "Task", "find_task"]

__getattr__, __dir__ = attach(
    __name__,
    {
        "OwnData": "qtkit.tasks.own.data",
        "OwnSettings": "qtkit.tasks.own.settings",
        "OwnTraining": "qtkit.tasks.own.training",
        "Task": "qtkit.tasks.own.task",
        "find_task": "qtkit.tasks.own.places",
    },
)
