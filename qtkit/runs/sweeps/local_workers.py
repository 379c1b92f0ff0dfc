"""`LocalWorkers`: runs in processes of this host, one thread each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from qtkit.checks import checked_whole
from qtkit.processes import in_this_environment, process_context
from qtkit.runs.store.lock import RunInUseError, read_leftover_holder
from qtkit.runs.store.stored import Store
from qtkit.runs.sweeps.jobs import BusyError, Job, LostError
from qtkit.tasks.protocols import Settings

if TYPE_CHECKING:
    from ctypes import Array, c_byte
    from multiprocessing.synchronize import Event


COUNTED = 2**20
"""Runs of a sweep whose finishing is told from process to process."""


class LocalWorkers:
    """A pool of processes that write into the store themselves, so that each run is resumable while it runs.

    Arguments:
        store: where the runs belong.
        count: of processes; by default one a core.
        checkpoint_seconds, command: see `qtkit.runs.run`.

    Raises:
        ValueError: for a count below 1.
    """

    def __init__(
        self, store: Store, count: int | None = None, *, checkpoint_seconds: float = 10.0, command: str | None = None
    ) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.count = cores if count is None else checked_whole("workers", count, 1)
        self._options = {"store": store.root, "checkpoint_seconds": checkpoint_seconds, "command": command}
        self._context = process_context()
        self._stop, self._ready = self._context.Event(), self._context.Event()
        # Shared memory, which outlives a worker: what a broken pool had finished is not told by its futures.
        self._finished = self._context.RawArray("b", COUNTED)
        self._jobs: dict[str, tuple[Job, int]] = {}  # by key, each with its place there
        self._pool: ProcessPoolExecutor | None = None
        self._broken = False

    def start(self) -> None:
        """The pool, a new one if the old one broke.

        Raises:
            OSError: if it broke before any process was ready.
        """
        if self._pool is not None:
            if not self._broken:
                return
            self._pool.shutdown(wait=True)
            if not self._ready.is_set():
                raise OSError(
                    "worker processes end while they start; a script that computes a sweep must do so under "
                    '`if __name__ == "__main__":`, for each worker process imports it'
                )
        self._broken = False
        self._pool = ProcessPoolExecutor(
            self.count, self._context, in_this_environment(_prepare), (self._stop, self._ready, self._finished)
        )

    def submit(self, job: Job, done: Callable[[Job, BaseException | None], None]) -> None:
        """Have a process compute the run."""
        assert self._pool is not None, "start() comes first"
        before = read_leftover_holder(job.run.path)
        _, place = self._jobs.setdefault(job.run.key, (job, len(self._jobs) % COUNTED))

        def report(future: Future[None]) -> None:
            error = None if future.cancelled() else future.exception()
            if isinstance(error, BrokenProcessPool):
                error = self._lost(job, before)
            if isinstance(error, RunInUseError):
                error = BusyError(str(error))
            if error is None and not job.run.finished:
                error = LostError("a worker was stopped")
            done(job, error)

        try:
            self._pool.submit(_compute, job.settings, self._options, place).add_done_callback(report)
        except BrokenProcessPool:
            done(job, self._lost(job, before))

    def _lost(self, job: Job, before: str | None) -> LostError:
        """The pool is broken. Whether a process was at the run: it left its name there, and not before this round."""
        self._broken = True
        begun = read_leftover_holder(job.run.path) not in (None, before)
        return LostError("a worker process ended abruptly (killed, or out of memory)", begun=begun)

    def close(self, *, now: bool) -> None:
        """End the processes; `now`: at their next step, after a checkpoint."""
        if self._pool is not None:
            if now:
                self._stop.set()
            self._pool.shutdown(wait=True, cancel_futures=now)
        for job, place in self._jobs.values():  # only now: a process that is told to end may still finish its run
            job.computed = bool(self._finished[place])


class _Process:
    """What a process of the pool knows of its end."""

    stop: Event
    finished: Array[c_byte]
    busy = terminated = False


def _prepare(stop: Event, ready: Event, finished: Array[c_byte]) -> None:
    """In each process, first: Ctrl-C is for the sweep, which sets the event; SIGTERM ends it, after a checkpoint.

    So does the end of the sweep's own process, however it comes.
    """
    _Process.stop, _Process.finished = stop, finished
    threading.Thread(target=_end_with_the_sweep, name="end with the sweep", daemon=True).start()
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminate)
    use_one_thread()
    ready.set()


def _end_with_the_sweep() -> None:
    sweep = multiprocessing.parent_process()
    if sweep is not None:
        sweep.join()
        _terminate()


def _terminate(*_: object) -> None:
    if not _Process.busy:
        os._exit(128 + signal.SIGTERM)
    _Process.terminated = True


def _compute(settings: Settings, options: dict[str, Any], place: int) -> None:
    """Compute a run, and note at this place if it was finished here, and not before by another process."""
    from qtkit.runs.observer import Observer
    from qtkit.runs.runner import run
    from qtkit.runs.store.stored import StoredRun

    class Finder(Observer):
        found_it = False

        def found(self, run: StoredRun) -> None:  # noqa: ARG002
            self.found_it = True

    if _Process.stop.is_set():
        return
    _Process.busy, finder = True, Finder()
    stop: Callable[[], bool] = lambda: _Process.terminated or _Process.stop.is_set()  # noqa: E731
    try:
        if run(settings, wait=False, stop=stop, observer=finder, **options).finished and not finder.found_it:
            _Process.finished[place] = 1
    finally:
        _Process.busy = False
        if _Process.terminated:
            os._exit(128 + signal.SIGTERM)


def use_one_thread() -> None:
    """Compute on one thread from now on, PyTorch as well as the circuits."""
    import torch

    from qtkit.simulation.threads import set_num_threads

    torch.set_num_threads(1)
    set_num_threads(1)
