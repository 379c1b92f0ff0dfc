"""How many threads simulate circuits, and the pool they come from."""

from __future__ import annotations

import collections
import contextlib
import functools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import torch

from qtkit.checks import checked_whole_or_none

THREADED_FROM = 14
"""Qubits; below, handing a circuit to another thread costs more than it saves.

Value and gradient of the twelve at L = 10 take 0.32, 0.56 and 1.17 ms on one thread for n = 12, 13 and 14, on two 0.42,
0.76 and 1.12 (the least of 1,200 calls, in turn, on two busy cores).
"""

Result = TypeVar("Result")

_threads: int | None = None


def cpu_quota(folder: Path = Path("/sys/fs/cgroup")) -> float | None:
    """How many cores' worth of time a container may use, if it is limited."""
    try:
        quota, period = (folder / "cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        return None


@functools.cache
def _cores() -> int:
    """Cores that this process may use; of a container's share only whole ones: a thread more would be put to sleep."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cpu_quota()
    return cores if quota is None else max(1, min(cores, int(quota)))


def get_num_threads() -> int:
    """Threads for circuits: what `set_num_threads` said, else OMP_NUM_THREADS, else the cores this process may use."""
    if _threads is not None:
        return _threads
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdigit() and asked != "0" else _cores()


def set_num_threads(threads: int | None) -> None:
    """Use this many threads for circuits; None goes back to the default.

    It is a number of its own: PyTorch's threads spin for a while after each of their loops, and small networks are
    faster with `torch.set_num_threads(1)`, which leaves the cores to the circuits. `import qtkit` keeps that while
    short; where PyTorch was imported before, it comes too late, and `torch.set_num_threads(1)` is the way.

    Raises:
        ValueError: unless it is None or a whole number of at least 1.
    """
    global _threads
    _threads = checked_whole_or_none("threads", threads, 1)


@contextlib.contextmanager
def one_torch_thread() -> Iterator[None]:
    """PyTorch on one thread inside: with more, sums of small networks are slower and their last bits differ."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def in_parallel(jobs: Sequence[Callable[[], Result]], n: int) -> list[Result]:
    """The results of all jobs on states of n qubits, run by this thread and idle ones of the pool."""
    threads = 1 if n < THREADED_FROM else min(get_num_threads(), len(jobs))  # the number is read from the environment
    if threads < 2:
        return [job() for job in jobs]
    results: list[Any] = [None] * len(jobs)
    todo = collections.deque(range(len(jobs)))

    def work() -> None:
        while todo:
            try:
                k = todo.popleft()
            except IndexError:  # another thread took the last one
                return
            results[k] = jobs[k]()

    helpers = [_pool().submit(work) for _ in range(threads - 1)]
    work()
    for helper in helpers:
        if not helper.cancel():  # one that never got a turn is not waited for
            helper.result()
    return results


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, _cores() - 1), thread_name_prefix="qtkit")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a forked child has none of the threads
