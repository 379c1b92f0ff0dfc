"""The widgets of the forecast panel: those of all trainings, with controls for series and a slider over the epochs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as w

from qtkit.panels.forecast.form import ForecastForm
from qtkit.panels.forecast.model import ForecastModel
from qtkit.panels.forecast.presets import SETS
from qtkit.panels.parts.quiet import Quiet
from qtkit.panels.parts.widgets import add_classes, row, set_trait
from qtkit.panels.training.view import TrainingView
from qtkit.tasks.series.settings import SeriesSettings, is_narma
from qtkit.tasks.series.training import SeriesTraining


class ForecastView(TrainingView[SeriesSettings, SeriesTraining]):
    """Widgets around a `ForecastModel`; `root` is the one to show."""

    presets = SETS
    model: ForecastModel

    def __init__(self, model: ForecastModel) -> None:
        self._quiet = Quiet()
        self.slider = w.SelectionSlider(options=["latest"], description="epoch shown", continuous_update=True)
        self.slider.layout.width = "420px"
        self.slider.style.description_width = "auto"
        self.slider.observe(self._on_epoch, "value")
        self.free = w.Checkbox(True, description="free running: fed its own predictions", indent=False)
        self.free.observe(self._on_free, "value")
        super().__init__(model)

    def _make_form(self, on_change: Callable[[str, Any], None]) -> ForecastForm:
        return ForecastForm(on_change)

    def _show_form(self, *, locked: bool) -> None:
        self.form.show(self.model.settings, locked=locked)
        self._show_slider(locked=locked)

    def _middle(self) -> list[w.Widget]:
        return [self.words, self.figure.box, row([add_classes(self.slider, "qtkit-epoch"), self.free], "qtkit-buttons")]

    def _set(self, name: str, value: Any) -> str:
        if name != "dataset":
            return super()._set(name, value)
        other: dict[str, Any] = (
            {"dataset": value} if value == "own" else {"dataset": value, "file": None, "column": None}
        )
        if not is_narma(value):
            other["narma_windows"] = SeriesSettings.narma_windows  # the other series refuse it
        self.model.settings = replace(self.model.settings, **other)
        return ""

    def _show_slider(self, *, locked: bool) -> None:
        """Every epoch that has a prediction, once the run stands still; the latest while it moves."""
        options = ["latest"] if locked else [*map(str, self.model.epochs_shown), "latest"]
        shown = "latest" if self.model.epoch is None or locked else str(self.model.epoch)
        with self._quiet.setting():
            if locked:
                self.model.epoch = None
            if tuple(self.slider.options) != tuple(options):
                self.slider.value = "latest" if "latest" in self.slider.options else None
                self.slider.options = options
            set_trait(self.slider, value=shown if shown in options else "latest", disabled=len(options) < 2)

    def _on_epoch(self, change: dict[str, Any]) -> None:
        if not self._quiet.here:
            self.model.epoch = None if change["new"] in (None, "latest") else int(change["new"])
            self.refresh()

    def _on_free(self, change: dict[str, Any]) -> None:
        self.model.wants_free = change["new"]
        self.model.look_is_old()
        self.refresh()
