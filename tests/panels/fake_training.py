"""A training for the panels' tests: records without any circuit, as fast or as slow as a test wants."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

from torch import nn

from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.images.training import Record


class FakeTraining:
    """`n_steps` records after that of the start; the weight of candidate 5, if there is one, grows."""

    def __init__(
        self,
        settings: ImageSettings,
        *,
        n_steps: int = 30,
        delay: float = 0.0,
        fail_at: int | None = None,
        gate: threading.Event | None = None,
    ) -> None:
        if gate is not None:
            gate.wait()  # stands for a long compilation
        self.settings, self.n_steps, self.delay, self.fail_at = settings, n_steps, delay, fail_at
        self.model = nn.Linear(64, 3)
        self.data = SimpleNamespace(train_labels=range(150), test_labels=range(50), source="made-up images")
        self.steps_done = 0

    def network(self) -> nn.Module:
        return self.model

    def __iter__(self) -> Iterator[Record]:
        circuits = self.settings.candidates if self.settings.model == "diffqas" else ()
        for step in range(self.n_steps + 1):
            if step == self.fail_at:
                raise RuntimeError("the fridge <is> warm")
            time.sleep(self.delay)
            self.steps_done = step
            weights = [1 / len(circuits) for _ in circuits]
            if 5 in circuits and len(circuits) > 1:
                weights[circuits.index(5)] += 0.01 * step
            at_end = {"train_loss": 0.5, "train_accuracy": 0.8, "test_loss": 0.6, "test_accuracy": 0.5 + 0.01 * step}
            yield Record(
                step=step,
                epoch=step / 10,
                loss=None if step == 0 else 0.7 / (step + 1),
                weights=tuple(weights),
                seconds=0.1 * step,
                **(at_end if step % 10 == 0 else {}),
            )
