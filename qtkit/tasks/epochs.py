"""`EpochTraining`: that of the tasks that go over a set of data, epoch by epoch."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Any, ClassVar, TypeVar

from torch import Tensor, nn

from qtkit.tasks.measured import MeasuredTrain
from qtkit.tasks.models import mixture_penalty, searches_in
from qtkit.tasks.protocols import Optimiser
from qtkit.tasks.settings import EpochSettings
from qtkit.tasks.training import DataT, RecordT, Training

EpochSettingsT = TypeVar("EpochSettingsT", bound=EpochSettings)


class EpochTraining(Training[EpochSettingsT, DataT, RecordT]):
    """A training that goes over its data epoch by epoch, batch by batch: one record a step of the optimiser.

    Arguments:
        n_steps_per_epoch: batches of one pass over the training data.

    Attributes:
        n_steps_per_epoch: as given.
    """

    settings_class: ClassVar[type[EpochSettings]]
    free_settings = Training.free_settings | {"epochs"}

    def __init__(
        self,
        settings: EpochSettingsT,
        data: DataT,
        model: nn.Module,
        optimiser: Optimiser,
        n_steps_per_epoch: int,
    ) -> None:
        super().__init__(settings, data, model, optimiser, settings.epochs * n_steps_per_epoch)
        self.n_steps_per_epoch = n_steps_per_epoch
        self._measure()  # refuses what cannot be measured

    @abstractmethod
    def _loss(self, place: int) -> Tensor:
        """The loss of an epoch's batch number `place`, differentiable."""

    @abstractmethod
    def _results(self, network: nn.Module) -> dict[str, Any]:
        """What the record of an epoch's end holds besides."""

    def evaluate(self, network: nn.Module | None = None) -> dict[str, Any]:
        """What the record of an epoch's end would hold, of `network`, by default the one trained, as it stands.

        It is measured in evaluation mode, whatever mode it is in, and left in that one.
        """
        with self._lock:
            measured = self.network() if network is None else network
            modes = [(module, module.training) for module in measured.modules()]
            try:
                return self._results(measured.eval())
            finally:
                for module, training in modes:
                    module.training = training

    def describe(self) -> dict[str, Any]:
        """As `Training.describe`, with the steps of an epoch."""
        return {**super().describe(), "n_steps_per_epoch": self.n_steps_per_epoch}

    def _begin(self) -> dict[str, Any]:
        return self._values(None)

    def _advance(self) -> dict[str, Any]:
        return self._values(self._step())

    def _values(self, loss: float | None) -> dict[str, Any]:
        """Of the record after the step with this loss."""
        at_end = self.steps_done % self.n_steps_per_epoch == 0
        results = self.evaluate() if at_end else {}
        return {"step": self.steps_done, "epoch": self.steps_done / self.n_steps_per_epoch, "loss": loss, **results}

    def _measure(self) -> None:
        """A model that is measured draws the shots of each step from random numbers of its own."""
        if isinstance(self.model, MeasuredTrain):
            seeds = self.settings.seed, self.steps_done
            self.model.measure(shots=self.settings.shots, noise=self.settings.noise, seeds=seeds)

    def _step(self) -> float:
        """One step of the optimiser; the loss of its batch."""
        self._optimiser.zero_grad()
        self._measure()
        loss = self._loss(self.steps_done % self.n_steps_per_epoch)
        value = loss.item()
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss is {value} at step {self.steps_done + 1}: try a smaller learning rate than "
                f"{self.settings.learning_rate:g}"
            )
        penalty = mixture_penalty(self.settings, self.model)
        (loss if penalty is None else loss + penalty).backward()
        self._optimiser.step()
        for search in searches_in(self.model):
            search.advance()
        self.steps_done += 1
        return value
