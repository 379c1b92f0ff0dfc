"""The widgets of the search panel: those of all trainings, with controls for images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from qtkit.panels.search.form import ImageForm
from qtkit.panels.search.presets import PAIRS, SETS
from qtkit.panels.training.view import TrainingView
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.images.training import ImageTraining


class SearchView(TrainingView[ImageSettings, ImageTraining]):
    """Widgets around a `SearchModel`; `root` is the one to show."""

    presets = SETS

    def _make_form(self, on_change: Callable[[str, Any], None]) -> ImageForm:
        return ImageForm(on_change)

    def _show_form(self, *, locked: bool) -> None:
        self.form.show(self.model.settings, self.model.stop_accuracy, locked=locked)

    def _set(self, name: str, value: Any) -> str:
        settings = self.model.settings
        if name == "stop_accuracy":
            self.model.stop_accuracy = value
        elif name == "pair":
            dataset, classes = PAIRS.get(value, (settings.dataset, settings.classes))
            self.model.settings = replace(settings, dataset=dataset, classes=classes)
        else:
            return super()._set(name, value)
        return ""
