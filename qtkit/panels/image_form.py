"""The settings of an image run as controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qtkit.panels.image_presets import MODELS, PAIRS, PRESETS, preset_of
from qtkit.panels.widgets import classed, field, menu, row, set_trait
from qtkit.tasks.image_settings import CHOICES, ImageSettings

_STOPS = (("all epochs", 0.0), *((f"test accuracy {a:g}", a) for a in (0.9, 0.95, 0.96, 0.97, 0.98, 0.99)))
_OWN = "your own"


class ImageForm(w.VBox):
    """Controls for `ImageSettings` and the stop condition.

    Arguments:
        on_change: called with the name and the value of what the user changed; `"pair"`, `"preset"` and
            `"stop_accuracy"` besides the names of settings.
    """

    def __init__(self, on_change: Callable[[str, Any], None]) -> None:
        self._on_change, self._quiet = on_change, False
        self.controls: dict[str, w.DOMWidget] = {
            "preset": field(menu([*PRESETS, _OWN], _OWN), "preset", "settings that are known to work", "200px"),
            "pair": field(menu(PAIRS, next(iter(PAIRS))), "data", "the two classes to tell apart", "118px"),
            "model": field(menu(MODELS.items(), "diffqas"), "model", "what generates the weights", "178px"),
            "depth": field(w.BoundedIntText(15, min=0, max=200), "depth", "layers of each circuit, L", "70px"),
            "learning_rate": field(w.FloatText(1e-3), "learning rate", "Adam's step size", "92px"),
            "weighting": field(menu(CHOICES["weighting"], "raw"), "weights w", "raw (paper) or softmax", "88px"),
            "seed": field(w.BoundedIntText(0, min=0, max=2**31 - 1), "seed", "start and order of images", "80px"),
            "epochs": field(w.BoundedIntText(10, min=1, max=10_000), "epochs", "passes over the images", "74px"),
            "stop_accuracy": field(menu(_STOPS, 0.0), "stop after", "when the run ends by itself", "138px"),
        }
        first = list(self.controls)
        for name, tooltip in _MORE.items():
            self.controls[name] = field(_control(name), name.replace("_", " "), tooltip, "150px")
        more = w.Accordion([row([self.controls[name] for name in _MORE], "qtkit-fields")], selected_index=None)
        more.set_title(0, "More settings: choices the paper leaves open")
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._changed(name, change["new"]), "value")
        super().__init__([row([self.controls[name] for name in first], "qtkit-fields"), classed(more, "qtkit-more")])

    def show(self, settings: ImageSettings, stop_accuracy: float | None, *, locked: bool) -> None:
        """Set the controls without telling `on_change`."""
        values = {name: getattr(settings, name) for name in self.controls if hasattr(settings, name)}
        pair = next((n for n, p in PAIRS.items() if p == (settings.dataset, settings.classes)), _pair_name(settings))
        values |= {"pair": pair, "preset": preset_of(settings) or _OWN, "stop_accuracy": stop_accuracy or 0.0}
        self._quiet = True
        try:
            for name, value in values.items():
                control = self.controls[name]
                if isinstance(control, w.Dropdown) and value not in _values(control):
                    shown = f"test accuracy {value:g}" if name == "stop_accuracy" else str(value)
                    control.options = [*control.options, (shown, value) if name == "stop_accuracy" else shown]
                set_trait(control, value=value, disabled=locked)
        finally:
            self._quiet = False

    def _changed(self, name: str, value: Any) -> None:
        if not self._quiet:
            self._on_change(name, (value or None) if name == "stop_accuracy" else value)


_MORE = {
    "structural_init": "the weights w at the start: all 1/N, or random",
    "angle_init": "the angles Θ at the start: 0.01 × normal, or uniform in (-π, π)",
    "shared_angles": "one Θ for all circuits (eq. 7), or one each (eq. 6)",
    "probability": "what the mapping sees: the probability, tanh of it, or centred",
    "bits": "basis states as 0/1 or as -1/+1",
    "mapping_scale": "the mapping's start, times this",
    "centre": "subtract the mean of the generated weights",
    "activation": "between the layers of the network",
    "pixels": "the range the pixels are scaled to",
    "batch_size": "images of one step",
    "source": "where the images come from; only 'download' ever downloads",
}


def _control(name: str) -> w.DOMWidget:
    default = ImageSettings.__dataclass_fields__[name].default
    if name in CHOICES:
        return menu(CHOICES[name], default)
    if isinstance(default, bool):
        return menu([("yes", True), ("no", False)], default)
    if isinstance(default, int):
        return w.BoundedIntText(default, min=1, max=10_000)
    return w.FloatText(default)


def _values(control: w.Dropdown) -> list[Any]:
    return [option[1] if isinstance(option, tuple) else option for option in control.options]


def _pair_name(settings: ImageSettings) -> str:
    return f"{settings.dataset} {settings.classes[0]} / {settings.classes[1]}"
