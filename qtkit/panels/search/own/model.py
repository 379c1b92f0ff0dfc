"""The search panel of a task of one's own without its widgets."""

from __future__ import annotations

from collections.abc import Callable

from qtkit.panels.search.model import WeightsModel
from qtkit.panels.search.own.presets import describe
from qtkit.panels.training.code import panel_code
from qtkit.plots.live.search import SearchState
from qtkit.tasks.own.settings import OwnSettings
from qtkit.tasks.own.task import Task
from qtkit.tasks.own.training import OwnTraining

ACCURACY = "accuracy"
"""The metric of which more is better; what is better of another one, its name does not tell."""


class OwnModel(WeightsModel[OwnSettings, OwnTraining]):
    """A session of trainings of one's own task.

    Arguments:
        task: what is trained.
        settings, make, stop_accuracy: see `TrainingModel`.

    Attributes:
        task: as given.
        shown: the metric below the loss, the task's first one until another is chosen; None if it has none.
    """

    preparing = "Preparing: reading the data, building the model, compiling the circuits (first time only) …"

    def __init__(
        self,
        task: Task,
        settings: OwnSettings,
        make: Callable[[OwnSettings], OwnTraining],
        *,
        stop_accuracy: float | None = None,
    ) -> None:
        self.task = task
        self.shown: str | None = next(iter(task.metrics), None)
        self.measure = f"test_{ACCURACY}" if ACCURACY in task.metrics else "test_loss"
        super().__init__(settings, make, stop_accuracy=stop_accuracy)

    @property
    def settings(self) -> OwnSettings:
        """The settings the next run will use, or the present one uses."""
        return self._settings

    @settings.setter
    def settings(self, settings: OwnSettings) -> None:
        self.check_unlocked()
        if (settings.task, settings.file) != (self._settings.task, self._settings.file):
            raise ValueError(
                f"this panel is of the task {self._settings.task!r}, got settings of {settings.task!r}: make another"
            )
        self._settings = settings

    def state(self) -> SearchState:
        """What the figure shows now."""
        return SearchState(self.candidates, list(self.records), self.seen, self.expected, self.own, self.shown)

    def describe(self, settings: OwnSettings) -> str:
        """Settings in a few words."""
        return describe(settings)

    def better(self, one: float, other: float) -> float:
        """The larger accuracy; of a task without one, the smaller loss."""
        return max(one, other) if self.measure == f"test_{ACCURACY}" else min(one, other)

    def code(self) -> str:
        """Python that makes a panel with these settings; a task that stands in no file has to be given again."""
        given = "" if self.settings.file else "task"
        return panel_code(self.panel, self.settings, self.stop_accuracy, given=given)

    def _describe_source(self) -> str:
        settings, data = self.settings, getattr(self.training, "data", None)
        text = f"Task: {settings.task}{f' of {settings.file}' if settings.file else ''}"
        if data is None:
            return f"{text}."
        return f"{text}; {len(data.train_targets):,} items to train on, {len(data.test_targets):,} to test on."
