"""`sweep`: many runs, in parallel on this host or on a Dask cluster, each exactly once."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from qtkit.runs.store.errors import describe_error
from qtkit.runs.store.lock import is_in_use
from qtkit.runs.store.stored import Store, StoredRun
from qtkit.runs.sweeps.jobs import BusyError, Job, LostError, Workers
from qtkit.runs.sweeps.local_workers import LocalWorkers
from qtkit.tasks.protocols import Settings

ATTEMPTS = 4
"""How often a run is tried whose worker was lost, before it counts as failed."""

POLL_SECONDS = 0.2

BUSY_SECONDS = 2.0
"""Between two looks at runs that other processes are at."""


@dataclass(frozen=True)
class SweepResult:
    """What a sweep came to.

    Attributes:
        finished: runs that are finished, in the order of the settings.
        failed: runs that raised an error or ended their process each time, and words about it.
        left: runs that were neither, because the sweep was stopped.
        computed: how many were finished by this sweep, and not before or meanwhile by another process.
        seconds: of this sweep.
    """

    finished: list[StoredRun] = field(default_factory=list)
    failed: dict[StoredRun, str] = field(default_factory=dict)
    left: list[StoredRun] = field(default_factory=list)
    computed: int = 0
    seconds: float = 0.0


class SweepObserver:
    """What `sweep` tells; inherit and override what you need. All calls come from `sweep`'s own thread.

    Attributes:
        settings: those of each run, set by `sweep` before it begins: a run that failed may have nothing on disk.
    """

    settings: Mapping[StoredRun, Settings] = MappingProxyType({})

    def begins(self, total: int, finished: int) -> None:
        """How many runs there are, and how many of them were finished before."""

    def one(self, run: StoredRun, error: str | None, seconds_left: float) -> None:
        """A run is finished, or failed with an error; an estimate of the time for the rest."""

    def note(self, text: str) -> None:
        """Something worth knowing, such as a lost worker."""


def sweep(
    settings: Iterable[Settings],
    *,
    store: Store | str | Path | None = None,
    workers: Workers | int | None = None,
    observer: SweepObserver | None = None,
    stop: Callable[[], bool] | None = None,
    checkpoint_seconds: float = 10.0,
    command: str | None = None,
) -> SweepResult:
    """Compute all runs that are not finished yet; each runs on one thread.

    It can be interrupted and begun again at any time, by another process too: what is finished is not computed again,
    and what a local worker had begun goes on from its checkpoint.

    Arguments:
        settings: of the runs, of any tasks; equal ones are one run.
        store: where the runs are kept, see `Store`.
        workers: the number of local processes (by default one a core), or a `DaskWorkers`.
        observer: is told how it goes.
        stop: asked a few times a second; once it says True, workers write a checkpoint and the sweep ends.
        checkpoint_seconds: see `run`; for local processes.
        command: kept with the results.

    Raises:
        FileNotFoundError, ValueError: if the data of some settings are missing or wrong.
        OSError: if workers cannot be started.
    """
    begin, observer, store = time.monotonic(), observer or SweepObserver(), Store(store)
    jobs = list({job.run: job for job in (Job(each, store.run(each)) for each in settings)}.values())
    todo = [job for job in jobs if not job.run.finished]
    observer.settings = {job.run: job.settings for job in jobs}
    observer.begins(len(jobs), len(jobs) - len(todo))
    failed: dict[StoredRun, str] = {}
    if todo:
        if workers is None or isinstance(workers, int):
            workers = LocalWorkers(store, workers, checkpoint_seconds=checkpoint_seconds, command=command)
        _Round(workers, observer, stop or (lambda: False), failed).work_off(todo)
    return SweepResult(
        finished=[job.run for job in jobs if job.run.finished],
        failed={run: why for run, why in failed.items() if not run.finished},  # another process may have done it since
        left=[job.run for job in jobs if not job.run.finished and job.run not in failed],
        computed=sum(job.computed for job in todo),
        seconds=time.monotonic() - begin,
    )


class _Round:
    """Hands jobs to workers and takes what comes back, round after round, until all is done."""

    def __init__(
        self,
        workers: Workers,
        observer: SweepObserver,
        stop: Callable[[], bool],
        failed: dict[StoredRun, str],
    ) -> None:
        self.workers, self.observer, self.stop, self.failed = workers, observer, stop, failed
        self._back: queue.SimpleQueue[tuple[Job, BaseException | None]] = queue.SimpleQueue()
        self._begun = time.monotonic()
        self._done = 0

    def work_off(self, jobs: Sequence[Job]) -> None:
        todo = list(jobs)
        try:
            while todo and not self.stop():
                batch = _next(todo)
                if not batch:
                    self._wait(BUSY_SECONDS)
                    continue
                chosen = {id(job) for job in batch}
                rest = [job for job in todo if id(job) not in chosen]
                self.workers.start()
                for job in batch:
                    job.busy = False
                    self.workers.submit(job, lambda job, error: self._back.put((job, error)))
                todo = [*self._collect(batch, len(rest)), *rest]
        finally:
            self.workers.close(now=bool(todo) or self.stop())

    def _collect(self, batch: Sequence[Job], rest: int) -> list[Job]:
        """Take back every job of `batch`; those to be tried again."""
        out = {id(job): job for job in batch}
        again: list[Job] = []
        lost: list[tuple[Job, LostError]] = []
        while out:
            if self.stop():
                return [*again, *(job for job, _ in lost), *out.values()]
            try:
                job, error = self._back.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
            if out.pop(id(job), None) is None:
                continue  # of an earlier round
            if isinstance(error, LostError) and not job.run.finished:
                if not lost:
                    self.observer.note(f"{error}; what is not finished is tried again")
                lost.append((job, error))
            elif isinstance(error, BusyError):
                job.busy = True
                again.append(job)
            else:
                self._report(
                    job, None if isinstance(error, LostError) else error, len(out) + len(again) + len(lost) + rest
                )
        # Without anything begun or done the workers themselves are ill: then it counts for all, or there is no end.
        in_vain = len(lost) == len(batch) and all(error.begun is False for _, error in lost)
        for job, error in lost:
            job.attempts += 1 if in_vain or error.begun is not False else 0
            job.suspect = job.suspect or error.begun is True
            if job.attempts < ATTEMPTS:
                again.append(job)
            else:
                self._report(job, error, len(again) + rest)
        return again

    def _report(self, job: Job, error: BaseException | None, left: int) -> None:
        if error is not None:
            self.failed[job.run] = describe_error(error)
        self._done += 1
        seconds = (time.monotonic() - self._begun) / self._done * left
        self.observer.one(job.run, self.failed.get(job.run), seconds)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stop():
            time.sleep(POLL_SECONDS)


def _next(todo: Sequence[Job]) -> list[Job]:
    """What to compute now: nothing that another process is at; then all that never cost a worker, or else one run."""
    free = [job for job in todo if not (job.busy and is_in_use(job.run.path))]
    return [job for job in free if not job.suspect] or free[:1]
