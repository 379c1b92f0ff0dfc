"""What tests share: places, what of two runs must be equal, a diary of a run, waits and processes."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from qtkit.runs import Observer, StoredRun

if TYPE_CHECKING:
    import torch

ROOT = Path(__file__).resolve().parents[1]
"""The repository."""

PATIENCE = 800.0
"""Seconds after which what a test waits for hangs; beside much other work a compile may take minutes."""

SHIPPED = ROOT / "results"


def values(run: StoredRun) -> pa.Table:
    """The records but for the seconds."""
    return run.table().drop_columns("seconds")


def timeless(records: Iterable[Any]) -> list[Any]:
    """A training's records but for the seconds."""
    return [dataclasses.replace(record, seconds=0.0) for record in records]


def seeded(seed: int = 0) -> torch.Generator:
    """Random numbers that are the same in each run."""
    import torch  # here: most who need this file do without it

    return torch.Generator().manual_seed(seed)


class Diary(Observer):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def found(self, run: StoredRun) -> None:
        self.lines.append("found")

    def waiting(self, run: StoredRun, holder: str) -> None:
        self.lines.append(f"waiting for {holder}")

    def begins(self, run: StoredRun, training: Any) -> None:
        self.lines.append(f"begins at {training.steps_done}")

    def note(self, text: str) -> None:
        self.lines.append(text)

    def ends(self, run: StoredRun) -> None:
        self.lines.append(run.state)


def after(n: int):
    """A `stop` that says so once it was asked `n` times."""
    asked = iter(range(1, 1_000_000))
    return lambda: next(asked) >= n


def wait_until(condition: Callable[[], Any], timeout: float = PATIENCE) -> None:
    """Wait for something that another thread or process does; `timeout` seconds only bound a hang."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def python(code: str | Path, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """A process that runs `code`, or the script of that path, with one thread, the repository on its path."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, *(["-c", code] if isinstance(code, str) else [str(code)]), *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, env=environment, **{**pipes, **options})


def output(process: subprocess.Popen[str], timeout: float = PATIENCE) -> str:
    """What a process printed; it must end well."""
    text, _ = process.communicate(timeout=timeout)
    assert process.returncode == 0, text
    return text
