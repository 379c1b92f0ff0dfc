"""Recorders of work on a device: CUDA graphs, which the device runs without Python, and a stand-in without a GPU."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Protocol

import torch

Work = Callable[[], None]


class Recorder(Protocol):
    """What one program's work is recorded by.

    Attributes:
        nbytes: that the recorded work holds between its runs, about.
    """

    nbytes: int

    def __init__(self, device: torch.device) -> None: ...

    def prepare(self) -> contextlib.AbstractContextManager[None]:
        """Inside, work is tried and recorded."""

    def record(self, work: Work) -> Work:
        """Something that does the work again, on the same memory."""

    def take_turn(self) -> contextlib.AbstractContextManager[None]:
        """Inside, the recorded work is run: after the runs before it have ended, on whichever stream these were."""

    @staticmethod
    def is_recorded() -> bool:
        """Whether the program around is recording at the moment, so that all must be done plainly."""


class CallAgain:
    """Calls the work again: what a CUDA graph does, where there is none."""

    nbytes = 0

    def __init__(self, device: torch.device) -> None:
        pass

    @contextlib.contextmanager
    def prepare(self) -> Iterator[None]:
        """See `Recorder`."""
        yield

    def record(self, work: Work) -> Work:
        """See `Recorder`."""
        work()
        return work

    @contextlib.contextmanager
    def take_turn(self) -> Iterator[None]:
        """See `Recorder`."""
        yield

    @staticmethod
    def is_recorded() -> bool:
        """See `Recorder`."""
        return False


class CudaGraphs:
    """CUDA graphs that share one pool of memory; all are recorded on one stream and share its libraries' workspaces.

    The error mode "thread_local" leaves the program's other threads alone while this one records.
    """

    def __init__(self, device: torch.device) -> None:
        self.nbytes = 0
        self._device = device
        self._stream = _stream(device)
        self._pool = torch.cuda.graph_pool_handle()
        self._last_run = torch.cuda.Event()

    @contextlib.contextmanager
    def prepare(self) -> Iterator[None]:
        """See `Recorder`."""
        with torch.cuda.device(self._device):
            torch.cuda.synchronize()  # memory of a program that was given up may be taken by this one
            with torch.cuda.stream(self._stream):
                yield
            self._stream.synchronize()  # tables made here are for all streams

    def record(self, work: Work) -> Work:
        """See `Recorder`."""
        graph = torch.cuda.CUDAGraph()
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
        before = torch.cuda.memory_reserved(self._device)
        try:
            with torch.cuda.graph(graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"):
                work()
        except BaseException:
            # Where CUDA refuses a recording, PyTorch may leave its allocator in the midst of it.
            with contextlib.suppress(RuntimeError, AttributeError):
                torch._C._cuda_endAllocateToPool(self._device.index or 0, self._pool)
            raise
        self.nbytes += max(0, torch.cuda.memory_reserved(self._device) - before)
        return graph.replay

    @contextlib.contextmanager
    def take_turn(self) -> Iterator[None]:
        """See `Recorder`."""
        with torch.cuda.device(self._device):
            stream = torch.cuda.current_stream()
            stream.wait_event(self._last_run)
            try:
                yield
            finally:
                self._last_run.record(stream)

    @staticmethod
    def is_recorded() -> bool:
        """See `Recorder`."""
        return torch.cuda.is_current_stream_capturing()


@functools.cache
def _stream(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device)
