"""The settings of a series run as controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qtkit.panels.image_presets import MODELS
from qtkit.panels.series_presets import PRESETS, SERIES, preset_of
from qtkit.panels.widgets import classed, field, menu, row, set_trait
from qtkit.tasks.series_settings import CHOICES, SeriesSettings

_OWN = "your own"
_DEFAULT = SeriesSettings()

_MORE = {
    "narma_windows": "what the NARMA windows hold: the input u, or the series itself",
    "scaling": "minmax to (-1, 1), none, or as the paper: none for NARMA alone",
    "window": "values the network sees",
    "structural_init": "the weights w at the start: all 1/N, or random",
    "angle_init": "the angles Θ at the start: 0.01 × normal, or uniform in (-π, π)",
    "shared_angles": "one Θ for all circuits (eq. 7), or one each (eq. 6)",
    "probability": "what the mapping sees: the probability, tanh of it, or centred",
    "bits": "basis states as 0/1 or as -1/+1",
    "mapping_scale": "the mapping's start, times this",
    "centre": "subtract the mean of the generated weights",
    "batch_size": "windows of one step",
}


class ForecastForm(w.VBox):
    """Controls for `SeriesSettings`.

    Arguments:
        on_change: called with the name and the value of what the user changed; `"preset"` besides the settings' names.
    """

    def __init__(self, on_change: Callable[[str, Any], None]) -> None:
        self._on_change, self._quiet = on_change, False
        self.controls: dict[str, w.DOMWidget] = {
            "preset": field(menu([*PRESETS, _OWN], _OWN), "preset", "settings to begin with", "200px"),
            "dataset": field(menu(SERIES.items(), "bessel"), "series", "what is to be predicted", "170px"),
            "file": field(w.Text(placeholder="data.csv", continuous_update=False), "CSV file", "your series", "150px"),
            "column": field(w.Text(continuous_update=False), "column", "if it has several with numbers", "90px"),
            "model": field(menu(MODELS.items(), "diffqas"), "model", "what generates the weights", "178px"),
            "depth": field(w.BoundedIntText(10, min=0, max=200), "depth", "layers of each circuit, L", "70px"),
            "learning_rate": field(w.FloatText(0.01), "learning rate", "RMSprop's step size", "92px"),
            "weighting": field(menu(CHOICES["weighting"], "raw"), "weights w", "raw (paper) or softmax", "88px"),
            "seed": field(w.BoundedIntText(0, min=0, max=2**31 - 1), "seed", "decides the start", "80px"),
            "epochs": field(w.BoundedIntText(100, min=1, max=10_000), "epochs", "passes over the windows", "74px"),
        }
        first = list(self.controls)
        for name, tooltip in _MORE.items():
            self.controls[name] = field(_control(name), name.replace("_", " "), tooltip, "150px")
        more = w.Accordion([row([self.controls[name] for name in _MORE], "qtkit-fields")], selected_index=None)
        more.set_title(0, "More settings: choices the paper leaves open")
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._changed(name, change["new"]), "value")
        super().__init__([row([self.controls[name] for name in first], "qtkit-fields"), classed(more, "qtkit-more")])

    def show(self, settings: SeriesSettings, *, locked: bool) -> None:
        """Set the controls without telling `on_change`."""
        values = {name: getattr(settings, name) for name in self.controls if name != "preset"}
        values |= {"preset": preset_of(settings) or _OWN, "file": settings.file or "", "column": settings.column or ""}
        self._quiet = True
        try:
            for name, value in values.items():
                set_trait(self.controls[name], value=value, disabled=locked)
            for name in ("file", "column"):
                hidden = "" if settings.dataset == "own" else "none"
                set_trait(self.controls[name].layout, display=hidden)
        finally:
            self._quiet = False

    def _changed(self, name: str, value: Any) -> None:
        if not self._quiet:
            self._on_change(name, (value.strip() or None) if name in ("file", "column") else value)


def _control(name: str) -> w.DOMWidget:
    default = getattr(_DEFAULT, name)
    if name in CHOICES:
        return menu(CHOICES[name], default)
    if isinstance(default, bool):
        return menu([("yes", True), ("no", False)], default)
    if isinstance(default, int):
        return w.BoundedIntText(default, min=1, max=10_000)
    return w.FloatText(default)
