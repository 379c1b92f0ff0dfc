"""Time-series prediction (section VI.B of the paper): a training that is a stream of records."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from qtkit.checks import checked_whole
from qtkit.networks import SeriesLSTM
from qtkit.paper import ROLLOUT_EPOCHS
from qtkit.tasks.epochs import EpochTraining
from qtkit.tasks.models import build_model, count_weights, make_generator, trainable_parameters
from qtkit.tasks.optimisers import RMSprop
from qtkit.tasks.series.data import Series, load_series
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.settings import check_usable


@dataclass(frozen=True)
class Record:
    """What one step of training gave; the first record, step 0, is the start.

    Attributes:
        step: optimiser steps done.
        epoch: epochs done, a whole number at an epoch's end.
        loss: mean squared error of this step's batch, before the step; None at the start.
        weights: the effective structural weights w `(N,)` after the step; empty for the classical model.
        seconds: time spent in training so far, evaluations included, pauses not.
        train_loss, test_loss: mean squared error over all windows, at the start and at every epoch's end; else None.
        prediction: the prediction of every target `(W,)`, one step ahead, training windows first; at the epochs that
            `SeriesSettings.predictions` names, else None.
    """

    step: int
    epoch: float
    loss: float | None
    weights: tuple[float, ...]
    seconds: float
    train_loss: float | None = None
    test_loss: float | None = None
    prediction: tuple[float, ...] | None = None

    @property
    def kind(self) -> str:
        """`"epoch"` for the start and the last step of an epoch, `"step"` for all others."""
        return "step" if self.test_loss is None else "epoch"


def build_series_model(settings: SeriesSettings) -> nn.Module:
    """The model at its start: `settings.model` around a `SeriesLSTM`, or one of the networks themselves."""
    draws = make_generator(settings.seed)
    network = SeriesLSTM(generator=draws)
    if settings.model == "small":
        hidden = SeriesLSTM.hidden_units_for(settings.count_search(count_weights(network)))
        network = SeriesLSTM(hidden, generator=draws)
    return build_model(network, settings)


class SeriesTraining(EpochTraining[SeriesSettings, Series, Record]):
    """One training run on a series, its windows in order of time; all it can do besides is in `EpochTraining`.

    Arguments:
        settings: what to train, on what, and how.
        data: the series, cut as the settings say; by default the one they name, see
            `qtkit.tasks.series.data.load_series`.

    Raises:
        FileNotFoundError, ValueError: as `load_series` and `QuantumTrain` do, or if `data` do not fit the settings, see
            `Series.check_fits`.

    Example:
        >>> for record in SeriesTraining(SeriesSettings(epochs=1)):
        ...     if record.kind == "epoch":
        ...         print(record.epoch, record.test_loss)
    """

    record_class = Record
    settings_class = SeriesSettings
    data_name = "series"
    task_name = "a series training"
    free_settings = EpochTraining.free_settings | {"file", "column", "predictions"}

    def __init__(self, settings: SeriesSettings, data: Series | None = None) -> None:
        self._check_settings(settings)
        check_usable(settings.device)
        data = load_series(settings) if data is None else data
        data.check_fits(settings)
        dtype = getattr(torch, settings.dtype)
        self._windows = data.windows.to(settings.device, dtype)  # (W, window)
        self._targets = data.targets.to(settings.device, dtype)[:, None]  # (W, 1)
        model = build_series_model(settings)
        optimiser = RMSprop(
            trainable_parameters(model), lr=settings.learning_rate, **settings.optimiser_options, foreach=False
        )
        super().__init__(settings, data, model, optimiser, math.ceil(data.n_train / settings.batch_size))

    def predict(self) -> Tensor:
        """One step ahead: the prediction of every target from the true values before it, `(W,)`."""
        return predict(self.network(), self._windows)

    def rollout(self, steps: int | None = None) -> Tensor:
        """Free running: from the first window for testing on, the network is fed its own predictions, `(steps,)`.

        Arguments:
            steps: how many; by default to the end of the series.

        Raises:
            ValueError: if the windows hold another series than the one predicted (NARMA from its input).
        """
        if not self.data.autoregressive:
            raise ValueError(
                f"{self.data.source}: the network sees another series than it predicts, so its predictions cannot be "
                "fed back; with narma_windows='series' they can"
            )
        n_train = self.data.n_train
        steps = len(self._targets) - n_train if steps is None else steps
        return rollout(self.network(), self._windows[n_train], steps)

    def _loss(self, place: int) -> Tensor:
        first = place * self.settings.batch_size
        rows = slice(first, min(first + self.settings.batch_size, self.data.n_train))
        return mse_loss(self.model(self._windows[rows]), self._targets[rows])

    def _results(self, network: nn.Module) -> dict[str, Any]:
        predicted, targets, n_train = predict(network, self._windows), self._targets[:, 0], self.data.n_train
        return {
            "train_loss": mse_loss(predicted[:n_train], targets[:n_train]).item(),
            "test_loss": mse_loss(predicted[n_train:], targets[n_train:]).item(),
            "prediction": tuple(predicted.tolist()) if self._keeps_prediction() else None,
        }

    def _keeps_prediction(self) -> bool:
        which = self.settings.predictions
        return which == "all" or (which == "figures" and self.steps_done / self.n_steps_per_epoch in ROLLOUT_EPOCHS)

    def _data_tensors(self) -> dict[str, Tensor]:
        data = self.data
        n_train = torch.tensor(data.n_train, dtype=torch.int64, device="cpu")
        return {"windows": data.windows, "targets": data.targets, "n_train": n_train}

    def _describe_data(self) -> dict[str, Any]:
        data = self.data
        return {
            "source": data.source,
            "train_windows": data.n_train,
            "test_windows": len(data.targets) - data.n_train,
            "boundary": data.boundary,
        }


def train(settings: SeriesSettings, data: Series | None = None) -> Iterator[Record]:
    """The records of a run, step by step: `iter(SeriesTraining(settings, data))`."""
    return iter(SeriesTraining(settings, data))


@torch.no_grad()
def predict(network: nn.Module, windows: Tensor) -> Tensor:
    """The network's predictions `(W,)` for windows `(W, T)`."""
    predictions: Tensor = network(windows)  # (W, 1)
    return predictions[:, 0]


@torch.no_grad()
def rollout(network: nn.Module, window: Tensor, steps: int) -> Tensor:
    """Free running `(steps,)`: from a window `(T,)` on, each prediction becomes the last value of the next window.

    Raises:
        ValueError: for a window of another shape, or steps below 0.
    """
    if window.ndim != 1 or not len(window):
        raise ValueError(f"window must have shape (T,) with T >= 1, got {tuple(window.shape)}")
    steps = checked_whole("steps", steps, 0)
    length = len(window)
    values = torch.cat([window, window.new_empty(steps)])
    for k in range(steps):
        values[length + k] = network(values[None, k : k + length])[0, 0]
    return values[length:]
