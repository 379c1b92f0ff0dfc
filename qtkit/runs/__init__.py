"""Runs: settings → records → result, each stored in a folder of its own, never computed twice, exactly resumable.

`runner` computes a run, `store/` keeps it, `sweeps/` has many; `observer` is told how it goes on. `results` makes small
files of finished runs, of the form in `shipped`, and loads them; `labels` tells runs apart, `status` what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.runs.observer import Observer
    from qtkit.runs.observers import MLflowObserver, Observers, TensorBoardObserver
    from qtkit.runs.runner import run
    from qtkit.runs.store.lock import RunInUseError
    from qtkit.runs.store.stored import Progress, Store, StoredRun
    from qtkit.runs.sweeps.sweeping import SweepObserver, SweepResult, sweep
    from qtkit.tasks.registry import TASKS, TaskEntry, register

__all__ = [
    "TASKS",
    "MLflowObserver",
    "Observer",
    "Observers",
    "Progress",
    "RunInUseError",
    "Store",
    "StoredRun",
    "SweepObserver",
    "SweepResult",
    "TaskEntry",
    "TensorBoardObserver",
    "register",
    "run",
    "sweep",
]

__getattr__, __dir__ = attach(
    __name__,
    {
        "TASKS": "qtkit.tasks.registry",
        "MLflowObserver": "qtkit.runs.observers",
        "Observer": "qtkit.runs.observer",
        "Observers": "qtkit.runs.observers",
        "Progress": "qtkit.runs.store.stored",
        "RunInUseError": "qtkit.runs.store.lock",
        "Store": "qtkit.runs.store.stored",
        "StoredRun": "qtkit.runs.store.stored",
        "SweepObserver": "qtkit.runs.sweeps.sweeping",
        "SweepResult": "qtkit.runs.sweeps.sweeping",
        "TaskEntry": "qtkit.tasks.registry",
        "TensorBoardObserver": "qtkit.runs.observers",
        "register": "qtkit.tasks.registry",
        "run": "qtkit.runs.runner",
        "sweep": "qtkit.runs.sweeps.sweeping",
    },
)
