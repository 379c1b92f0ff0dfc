"""One process at a time in a run's folder; the lock goes with the process, however it ends."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from qtkit.files import explain_disk, make_folder, read_json, write_json
from qtkit.runs.store.provenance import now

PATIENCE = 0.5
"""Seconds for which even a caller that does not wait tries: a glance of `qtkit status` holds the lock for less."""

TABLES_LOCK = ".lock"

TABLES_PATIENCE = 600.0
"""Seconds to wait for another process that changes tables in the same folder, which takes it a moment."""


class RunInUseError(RuntimeError):
    """Another process is at this run."""


class WaitStoppedError(Exception):
    """The wait for another process was stopped."""


@contextlib.contextmanager
def lock_run(
    folder: Path,
    *,
    wait: bool,
    on_wait: Callable[[str], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Iterator[None]:
    """Hold the lock of a run's folder, made if missing.

    Arguments:
        wait: whether to wait for another process to end, or else to raise.
        on_wait: called once with words about the other process before a wait.
        stop: asked several times a second during a wait; once it says True, the wait ends.

    Raises:
        RunInUseError: if another process holds it and `wait` is False.
        WaitStoppedError: if `stop` ended the wait.
        OSError: if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = _lock(folder)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        holder = describe_holder(folder)
        if not wait:
            raise RunInUseError(f"{holder} is at the run in {folder} now") from None
        if on_wait:
            on_wait(holder)
        while not lock.is_locked:
            if stop is not None and stop():
                raise WaitStoppedError(f"{holder} is still at the run in {folder}") from None
            with contextlib.suppress(Timeout):
                lock.acquire(timeout=0.2)
    try:
        write_json(_holder(folder), {"pid": os.getpid(), "host": socket.gethostname(), "since": now()})
        yield
    finally:
        with contextlib.suppress(OSError):
            _holder(folder).unlink(missing_ok=True)
        lock.release()


@contextlib.contextmanager
def lock_tables(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of tables, made if missing, while they are read, changed and written.

    Raises:
        TimeoutError: if another process holds it for longer than any work on tables takes.
        OSError: if the folder cannot be written.
    """
    path = folder / TABLES_LOCK
    with explain_disk(path):
        make_folder(folder)
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(timeout=TABLES_PATIENCE)
        except Timeout:
            words = f"another process has held {path} for {TABLES_PATIENCE:.0f} seconds: does it hang?"
            raise TimeoutError(words) from None
    try:
        yield
    finally:
        lock.release()


def is_in_use(folder: Path) -> bool:
    """Whether a process is at the run in this folder now."""
    if not _holder(folder).is_file():
        return False
    lock = _lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # a folder that may only be read: nobody here is at it
        return False
    lock.release()
    return False


def read_leftover_holder(folder: Path, patience: float = 0.2) -> str | None:
    """What a process that ended abruptly had written about itself; None if there was none, or another is at the run."""
    if not _holder(folder).is_file():
        return None
    lock = _lock(folder)
    try:
        lock.acquire(timeout=patience, poll_interval=0.02)  # a dying process may take a moment to let go
    except (Timeout, OSError):
        return None
    try:
        return _holder(folder).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    finally:
        lock.release()


def describe_holder(folder: Path, patience: float = 0.2) -> str:
    """The process that holds the lock, as for a person."""
    for _ in range(2):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            holder = read_json(_holder(folder))
            here = holder["host"] == socket.gethostname()
            return f"process {holder['pid']}{'' if here else ' on ' + holder['host']} (since {holder['since']})"
        time.sleep(patience)  # it may have the lock and not yet written its name
    return "another process"


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / "lock", thread_local=False)


def _holder(folder: Path) -> Path:
    return folder / "holder.json"
