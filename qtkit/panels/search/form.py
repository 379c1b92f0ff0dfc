"""The settings of an image run as controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qtkit.panels.parts.widgets import field, menu
from qtkit.panels.search.presets import PAIRS, SETS
from qtkit.panels.search.stops import STOPS, stop_words
from qtkit.panels.training.form import MODEL_TOOLTIPS, TRAIN_ANGLES_TOOLTIP, SettingsForm, model_fields, preset_field
from qtkit.tasks.images.settings import ImageSettings

_MORE = {
    **MODEL_TOOLTIPS,
    "train_angles": TRAIN_ANGLES_TOOLTIP,
    "activation": "between the layers of the network",
    "pixels": "the range the pixels are scaled to",
    "batch_size": "images of one step",
    "source": "where the images come from; only 'download' ever downloads",
}


class StoppableForm(SettingsForm):
    """Settings with a stop condition, `"stop_accuracy"`: no accuracy is 0 in the menu, and None for the panel."""

    def _text(self, name: str, value: Any) -> str:
        return stop_words(value) if name == "stop_accuracy" else str(value)

    def _read(self, name: str, value: Any) -> Any:
        return (value or None) if name == "stop_accuracy" else value


def stop_field() -> w.DOMWidget:
    """The menu of stop conditions."""
    return field(menu(STOPS, 0.0), "stop after", "when the run ends by itself", "138px")


class ImageForm(StoppableForm):
    """Controls for `ImageSettings` and the stop condition.

    Arguments:
        on_change: called with the name and the value of what the user changed; `"pair"`, `"preset"` and
            `"stop_accuracy"` besides the names of settings.
    """

    def __init__(self, on_change: Callable[[str, Any], None]) -> None:
        default = ImageSettings()
        first = {
            "preset": preset_field(SETS, "settings that are known to work"),
            "pair": field(menu(list(PAIRS), next(iter(PAIRS))), "data", "the two classes to tell apart", "118px"),
            **model_fields(default, "Adam", "start and order of images"),
            "epochs": field(w.BoundedIntText(10, min=1, max=10_000), "epochs", "passes over the images", "74px"),
            "stop_accuracy": stop_field(),
        }
        super().__init__(SETS, first, _MORE, default, on_change)

    def show(self, settings: ImageSettings, stop_accuracy: float | None, *, locked: bool) -> None:
        """Set the controls without telling `on_change`."""
        pair = next((n for n, p in PAIRS.items() if p == (settings.dataset, settings.classes)), _pair_name(settings))
        others = {"pair": pair, "stop_accuracy": stop_accuracy or 0.0}
        self.place(self.values_of(settings) | others, locked=locked)


def _pair_name(settings: ImageSettings) -> str:
    return f"{settings.dataset} {settings.classes[0]} / {settings.classes[1]}"
