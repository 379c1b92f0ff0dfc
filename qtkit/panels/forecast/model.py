"""The forecast panel without its widgets: settings, runs, and what is shown of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qtkit.panels.forecast.presets import SERIES, describe
from qtkit.panels.training.code import panel_code
from qtkit.panels.training.model import TrainingModel
from qtkit.panels.training.session import Run
from qtkit.plots.generated import GeneratedWeights, generated_weights
from qtkit.plots.live.forecast import ForecastPicture, ForecastState
from qtkit.tasks.series.data import Series
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.series.training import SeriesTraining


@dataclass(frozen=True)
class Look:
    """What is looked at now and then: the generated weights, and where the network runs freely."""

    generated: GeneratedWeights
    free: np.ndarray | None


class ForecastModel(TrainingModel[SeriesSettings, SeriesTraining, Look]):
    """A session of series trainings.

    Arguments:
        settings, make: see `TrainingModel`.
        own: the series that was given, cut as settings say; None if none was, or they name another.

    Attributes:
        epoch: the epoch whose prediction is shown; None for the last.
        wants_free: whether the free-running rollout is computed.
    """

    kind_name = "forecast"
    panel = "ForecastPanel"
    preparing = "Preparing: making the series, building the model, compiling the circuits (first time only) …"
    picture = ForecastPicture
    measure = "test_loss"

    def __init__(
        self,
        settings: SeriesSettings,
        make: Callable[[SeriesSettings], SeriesTraining],
        own: Callable[[SeriesSettings], Series | None] = lambda _: None,
    ) -> None:
        super().__init__(settings, make)
        self._own = own
        self.epoch: int | None = None
        self.wants_free = True

    def state(self) -> ForecastState:
        """What the figure shows now."""
        seen = self.seen
        return ForecastState(
            candidates=self.candidates,
            series=self.series,
            records=list(self.records),
            epoch=self.epoch,
            free=seen.free if seen and self.wants_free and self.epoch is None else None,
            generated=seen.generated if seen else None,
            expected=self.expected,
            own=self.own,
        )

    def describe(self, settings: SeriesSettings) -> str:
        """Settings in a few words."""
        return describe(settings)

    def better(self, one: float, other: float) -> float:
        """The smaller loss."""
        return min(one, other)

    @property
    def series(self) -> Series | None:
        """The series of the run that is shown; before a run, the one that was given, if any."""
        try:
            return self.run.log if self.run and isinstance(self.run.log, Series) else self._own(self.settings)
        except ValueError:  # it is too short for such windows, say: a start will tell
            return None

    @property
    def epochs_shown(self) -> list[int]:
        """The epochs that have a prediction."""
        return [int(record.epoch) for record in self.records if record.prediction is not None]

    def _describe_source(self) -> str:
        series = self.series
        if series is None:
            name = next(name for name, dataset in SERIES.items() if dataset == self.settings.dataset)
            return f"Series: {name}."
        n_train = series.n_train
        return (
            f"Series: {series.source}; {n_train:,} windows to train on, {len(series.targets) - n_train:,} to test on."
        )

    def code(self) -> str:
        """Python that makes a panel with these settings; a series that was given has to be given again."""
        settings = self.settings
        given = "data" if settings.dataset == "own" and settings.file is None else ""
        return panel_code(self.panel, settings, given=given)

    def reset(self) -> None:
        """End the run and forget what is shown; the table keeps it."""
        super().reset()
        self.epoch = None

    def _begin(self, run: Run[SeriesSettings], training: SeriesTraining) -> None:
        run.log = getattr(training, "data", None)  # a series is small: it is kept when the training is not

    def _look(self, training: SeriesTraining) -> Look:
        free = training.rollout() if self.wants_free and training.data.autoregressive else None
        return Look(generated_weights(training.model), None if free is None else free.cpu().numpy())
