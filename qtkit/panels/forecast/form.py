"""The settings of a series run as controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qtkit.panels.forecast.presets import SERIES, SETS
from qtkit.panels.parts.widgets import field, menu, set_trait
from qtkit.panels.training.form import MODEL_TOOLTIPS, TRAIN_ANGLES_TOOLTIP, SettingsForm, model_fields, preset_field
from qtkit.tasks.series.settings import SeriesSettings, is_narma

_MORE = {
    "narma_windows": "what the NARMA windows hold: the input u, or the series itself",
    "scaling": "minmax to (-1, 1), by the training part alone (train), none, or as the paper: none for NARMA alone",
    "window": "values the network sees",
    **MODEL_TOOLTIPS,
    "train_angles": TRAIN_ANGLES_TOOLTIP,
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
            "preset": preset_field(SETS, "settings to begin with"),
            "dataset": field(menu(SERIES, "bessel"), "series", "what is to be predicted", "170px"),
            "file": field(w.Text(placeholder="data.csv", continuous_update=False), "CSV file", "your series", "150px"),
            "column": field(w.Text(continuous_update=False), "column", "if it has several with numbers", "90px"),
            **model_fields(default, "RMSprop", "decides the start"),
            "epochs": field(w.BoundedIntText(100, min=1, max=10_000), "epochs", "passes over the windows", "74px"),
        }
        super().__init__(SETS, first, _MORE, default, on_change)

    def show(self, settings: SeriesSettings, *, locked: bool) -> None:
        """Set the controls without telling `on_change`."""
        texts = {"file": settings.file or "", "column": settings.column or ""}
        self.place(self.values_of(settings) | texts, locked=locked)
        seen = {**dict.fromkeys(texts, settings.dataset == "own"), "narma_windows": is_narma(settings.dataset)}
        for name, there in seen.items():
            set_trait(self.controls[name].layout, display="" if there else "none")

    def _read(self, name: str, value: Any) -> Any:
        return (value.strip() or None) if name in ("file", "column") else value
