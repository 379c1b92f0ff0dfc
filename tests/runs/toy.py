"""A task that needs no circuit: a random walk whose every step depends on all before, with all that runs must keep."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import torch

from qtkit.files import write_text
from qtkit.runs import TaskEntry, register
from tests.helpers import wait_until


@dataclass(frozen=True)
class ToySettings:
    """Of a walk.

    Attributes:
        hold: a folder; after its first step the walk writes its process there under its seed, and goes on once there is
            a file `open`.
    """

    steps: int = 6
    seed: int = 0
    model: str = "walk"
    place: str = "here"
    hold: str = ""
    fail_at: int = -1
    die_at: int = -1

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"steps must be at least 1, got {self.steps}")

    @property
    def ansatze(self) -> tuple[()]:
        return ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        return cls(**values)


@dataclass(frozen=True)
class ToyRecord:
    step: int
    seconds: float
    position: float
    mean: float | None
    path: tuple[float, ...]
    word: str


class ToyTraining:
    """`position` is a sum of normal numbers; every second record also has the mean so far."""

    def __init__(self, settings: ToySettings) -> None:
        self.settings, self.n_steps, self.steps_done = settings, settings.steps, 0
        self.notes: list[str] = []
        self.closed = False
        self._generator = torch.Generator().manual_seed(settings.seed)
        self._path = torch.zeros(0, dtype=torch.float64)
        self._seconds = 0.0

    def __iter__(self) -> Iterator[ToyRecord]:
        return self

    def __next__(self) -> ToyRecord:
        if self.steps_done >= self.n_steps:
            raise StopIteration
        begin = time.perf_counter()
        if self.settings.hold and self.steps_done == 1:
            _wait_to_be_let_go(Path(self.settings.hold), self.settings.seed)
        self.steps_done += 1
        if self.steps_done == self.settings.fail_at:
            raise FloatingPointError(f"the walk fell at step {self.steps_done}")
        if self.steps_done == self.settings.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        last = self._path[-1:] if len(self._path) else torch.zeros(1, dtype=torch.float64)
        new = torch.sin(3 * last) + torch.randn(1, generator=self._generator, dtype=torch.float64)
        self._path = torch.cat([self._path, new])
        self._seconds += time.perf_counter() - begin
        mean = self._path.mean().item() if self.steps_done % 2 == 0 else None
        return ToyRecord(
            self.steps_done, self._seconds, new.item(), mean, tuple(self._path[-3:].tolist()), f"№ {self.steps_done}"
        )

    def describe(self) -> dict[str, Any]:
        return {"settings": self.settings.to_dict(), "source": "a generator"}

    def state(self) -> dict[str, Any]:
        tensors = {"path": self._path.clone(), "generator": self._generator.get_state()}
        return {"steps_done": self.steps_done, "seconds": self._seconds, "tensors": tensors}

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.steps_done, self._seconds = state["steps_done"], state["seconds"]
        self._path = state["tensors"]["path"].clone()
        self._generator.set_state(state["tensors"]["generator"])

    def close(self) -> None:
        self.closed = True


def _wait_to_be_let_go(hold: Path, seed: int) -> None:
    write_text(hold / str(seed), str(os.getpid()))
    wait_until((hold / "open").exists)


TOY = register(
    TaskEntry("toy", "a walk", "tests.runs.toy:ToySettings", "tests.runs.toy:ToyTraining", aside=("place", "hold"))
)
