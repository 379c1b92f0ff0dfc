"""`DaskWorkers`: runs on a Dask cluster; data go there, finished runs come back. No shared disk is needed."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtkit.runs.store.packing import pack, unpack
from qtkit.runs.store.stored import Store
from qtkit.runs.sweeps.jobs import Job, LostError
from qtkit.runs.sweeps.local_workers import use_one_thread
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RECONNECT_SECONDS = 300.0
"""How long to wait for a scheduler that is gone."""


LARGE = 1_000_000
"""Bytes of data from which on they are sent apart from the runs that use them."""


class DaskWorkers:
    """The workers of a `dask.distributed` scheduler.

    Each run is one Dask task, named by the run's key, so that two sweeps on one cluster do not compute it twice. A run
    whose worker is lost begins anew on another one, unless `folder` keeps its checkpoints.

    Arguments:
        address: of the scheduler, such as `tcp://host:8786`.
        folder: a folder on the workers for runs under way. By default a temporary one of each task. A folder that all
            workers share lets a run go on from its last checkpoint elsewhere.
        reconnect_seconds: how long to wait for the scheduler, at the start and when it is gone.
        checkpoint_seconds, command: see `qtkit.runs.run`.

    Raises:
        ModuleNotFoundError: if Dask is not installed.
    """

    def __init__(
        self,
        address: str,
        *,
        folder: str | None = None,
        reconnect_seconds: float = RECONNECT_SECONDS,
        checkpoint_seconds: float = 10.0,
        command: str | None = None,
    ) -> None:
        try:
            import distributed  # noqa: F401
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("a cluster needs Dask: pip install 'qtkit[dask]'") from error
        self.address, self.reconnect_seconds = address, reconnect_seconds
        self._options = {"folder": folder, "checkpoint_seconds": checkpoint_seconds, "command": command}
        self._client: Any = None
        self._data: dict[Any, Any] = {}  # on the cluster, by task and data settings
        self._futures: list[Any] = []

    def start(self) -> None:
        """Connect, again if the connection was lost.

        Raises:
            OSError: if no scheduler answers in time.
        """
        from distributed import Client

        self._disconnect()
        deadline = time.monotonic() + self.reconnect_seconds
        while self._client is None:
            try:
                self._client = Client(self.address, timeout=min(10.0, self.reconnect_seconds), set_as_default=False)
            except ValueError as error:  # no address
                raise OSError(f"no Dask scheduler can be at {self.address!r}: {error}") from error
            except OSError as error:
                if time.monotonic() >= deadline:
                    raise OSError(f"no Dask scheduler answers at {self.address}: {error}") from error
                time.sleep(0.5)
        try:
            self._client.wait_for_workers(1, timeout=max(1.0, deadline - time.monotonic()))
        except TimeoutError as error:
            raise OSError(f"the Dask scheduler at {self.address} has no workers") from error

    def submit(self, job: Job, done: Callable[[Job, BaseException | None], None]) -> None:
        """Have a worker of the cluster compute the run."""
        once = threading.Lock()

        def report(future: Any) -> None:
            if once.acquire(blocking=False):
                done(job, self._take_result(job, future))

        try:
            future = self._client.submit(
                compute,
                job.settings,
                self._data_of(job.settings),
                key=f"qtkit-{job.run.key}",
                pure=False,
                retries=0,
                **self._options,
            )
            self._futures.append(future)  # a future that nobody holds is cancelled
            future.add_done_callback(report)
        except Exception as error:
            done(job, LostError(f"the scheduler at {self.address} is gone ({type(error).__name__})"))

    def close(self, *, now: bool) -> None:
        """Leave the cluster; `now`: what is computed there is cancelled."""
        if now and self._client is not None and self._client.status == "running":
            self._client.cancel(self._futures, force=True)
        self._disconnect()

    def _take_result(self, job: Job, future: Any) -> BaseException | None:
        """Put the run that came back in its place; the error if it did not."""
        from distributed import CancelledError, KilledWorker
        from distributed.comm.core import CommClosedError

        if future.status == "finished":
            try:
                job.computed = unpack(future.result(timeout=60), job.run)
            except (OSError, ValueError, FileNotFoundError) as error:
                if isinstance(error, CommClosedError | TimeoutError):
                    return LostError(f"the connection broke while {job.run.key} arrived")
                return error
            except Exception as error:
                return LostError(f"{job.run.key} did not arrive ({type(error).__name__})")
            future.release()
            return None
        if future.status == "error":
            raised: BaseException = future.exception()
            if isinstance(raised, KilledWorker | CancelledError) or type(raised).__module__.startswith("distributed"):
                return LostError(f"workers were lost while they were at {job.run.key}")
            return raised
        return LostError(f"the scheduler at {self.address} is gone")

    def _data_of(self, settings: Settings) -> Any:
        """The data of the settings: small ones go with each run, large ones are sent to all workers once."""
        task = task_of(settings)
        key = (task.name, task.data_key(settings))
        if key not in self._data:
            data, _ = task.data(settings)
            large = data is not None and size_of(data) > LARGE
            self._data[key] = self._client.scatter(data, hash=False, broadcast=True) if large else data
        return self._data[key]

    def _disconnect(self) -> None:
        self._data, self._futures = {}, []
        if self._client is not None:
            client, self._client = self._client, None
            client.close(timeout=5)


def size_of(data: DataclassInstance) -> int:
    """The bytes of all tensors and arrays of a dataclass."""
    return sum(getattr(value, "nbytes", 0) for value in vars(data).values())


def compute(
    settings: Settings,
    data: DataclassInstance | None,
    *,
    folder: str | None,
    checkpoint_seconds: float,
    command: str | None,
) -> dict[str, bytes]:
    """On a worker: the finished run of `settings`, packed."""
    from qtkit.runs.runner import run

    use_one_thread()
    with tempfile.TemporaryDirectory(prefix="qtkit-") as own:
        store = Store(Path(folder) if folder else own)
        return pack(run(settings, store=store, checkpoint_seconds=checkpoint_seconds, command=command, data=data))
