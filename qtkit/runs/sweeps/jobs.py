"""What a sweep and its workers say to each other: `Job`, `Workers`, and why a job comes back undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from qtkit.runs.store.stored import StoredRun
from qtkit.tasks.protocols import Settings


@dataclass
class Job:
    """A run to be done.

    Attributes:
        settings: of the run.
        run: where it belongs.
        attempts: how often a worker was lost that was at it, or may have been.
        suspect: a worker was lost that was at it: it is computed after the others, and alone.
        busy: another process was at it.
        computed: these workers finished it, and no other process did before.
    """

    settings: Settings
    run: StoredRun
    attempts: int = 0
    suspect: bool = False
    busy: bool = False
    computed: bool = False


class Workers(Protocol):
    """Processes that compute runs: `LocalWorkers`, `DaskWorkers`."""

    def start(self) -> None:
        """Make ready, before each round and after a `LostError` too; raises OSError if it cannot be done."""

    def submit(self, job: Job, done: Callable[[Job, BaseException | None], None]) -> None:
        """Compute a run into its store, then call `done` from any thread."""

    def close(self, *, now: bool) -> None:
        """End; `now` without waiting for what is computed: it stays resumable. Each job says then what became of it."""


class LostError(Exception):
    """A worker, or the way to all of them, was lost: nothing is known of the run, it has to be tried again.

    Arguments:
        begun: whether the worker was at this run, which may thus be the cause; None if that is not known.
    """

    def __init__(self, words: str, *, begun: bool | None = None) -> None:
        super().__init__(words)
        self.begun = begun


class BusyError(Exception):
    """Another process is at the run; it is tried again later."""
