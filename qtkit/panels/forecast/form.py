"""The settings of a series run as controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qtkit.panels.forecast.presets import PRESETS, SERIES, preset_of
from qtkit.panels.parts.widgets import field, menu, set_trait
from qtkit.panels.training.form import MODEL_TOOLTIPS, OWN, SettingsForm, model_fields
from qtkit.tasks.series.settings import SeriesSettings

_MORE = {
    "narma_windows": "what the NARMA windows hold: the input u, or the series itself",
    "scaling": "minmax to (-1, 1), none, or as the paper: none for NARMA alone",
    "window": "values the network sees",
    **MODEL_TOOLTIPS,
    "train_angles": "whether the circuits learn, or keep the angles they start with",
    "batch_size": "windows of one step",
}


class ForecastForm(SettingsForm):
    """Controls for `SeriesSettings`.

    Arguments:
        on_change: called with the name and the value of what the user changed; `"preset"` besides the settings' names.
    """

    def __init__(self, on_change: Callable[[str, Any], None]) -> None:
        default = SeriesSettings()
        first = {
            "preset": field(menu([*PRESETS, OWN], OWN), "preset", "settings to begin with", "200px"),
            "dataset": field(menu(SERIES, "bessel"), "series", "what is to be predicted", "170px"),
            "file": field(w.Text(placeholder="data.csv", continuous_update=False), "CSV file", "your series", "150px"),
            "column": field(w.Text(continuous_update=False), "column", "if it has several with numbers", "90px"),
            **model_fields(default, "RMSprop", "decides the start"),
            "epochs": field(w.BoundedIntText(100, min=1, max=10_000), "epochs", "passes over the windows", "74px"),
        }
        super().__init__(first, _MORE, default, on_change)

    def show(self, settings: SeriesSettings, *, locked: bool) -> None:
        """Set the controls without telling `on_change`."""
        texts = {"file": settings.file or "", "column": settings.column or ""}
        self.place(self.values_of(settings) | {"preset": preset_of(settings) or OWN, **texts}, locked=locked)
        for name in texts:
            set_trait(self.controls[name].layout, display="" if settings.dataset == "own" else "none")

    def _read(self, name: str, value: Any) -> Any:
        return (value.strip() or None) if name in ("file", "column") else value
