"""Runs: settings → records → result, each stored in a folder of its own, never computed twice, exactly resumable."""

from qtkit.runs.lock import RunInUseError
from qtkit.runs.runner import Observer, run
from qtkit.runs.stored import Progress, Store, StoredRun
from qtkit.runs.sweeping import SweepObserver, SweepResult, sweep
from qtkit.runs.tasks import TASKS, Task, register

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
