"""Runs: settings → records → result, each stored in a folder of its own, never computed twice, exactly resumable."""

from qtkit.runs.observer import Observer
from qtkit.runs.runner import run
from qtkit.runs.store.lock import RunInUseError
from qtkit.runs.store.stored import Progress, Store, StoredRun
from qtkit.runs.sweeps.sweeping import SweepObserver, SweepResult, sweep
from qtkit.tasks.registry import TASKS, Task, register

__all__ = [
    "TASKS",
    "Observer",
    "Progress",
    "RunInUseError",
    "Store",
    "StoredRun",
    "SweepObserver",
    "SweepResult",
    "Task",
    "register",
    "run",
    "sweep",
]
