"""`Observer`: what `run` tells while it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtkit.runs.store.stored import StoredRun
from qtkit.tasks.protocols import Training

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Observer:
    """What `run` tells while it works; inherit and override what you need. All calls come from `run`'s own thread."""

    def found(self, run: StoredRun) -> None:
        """The run was finished before: nothing is computed."""

    def waiting(self, run: StoredRun, holder: str) -> None:
        """Another process, described in words, is at this run; `run` waits for it."""

    def begins(self, run: StoredRun, training: Training[Any]) -> None:
        """Training begins, or goes on from `training.steps_done`."""

    def note(self, text: str) -> None:
        """Something worth knowing, in words."""

    def record(self, training: Training[Any], record: DataclassInstance) -> None:
        """One more record."""

    def ends(self, run: StoredRun) -> None:
        """The run is finished, or stopped and resumable: see `run.finished`."""
