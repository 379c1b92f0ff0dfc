"""The widgets of the search panel: those of all trainings, with controls for images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from qtkit.panels.image_form import ImageForm
from qtkit.panels.image_presets import PAIRS, PRESETS, preset_settings
from qtkit.panels.live_figure import SEARCH
from qtkit.panels.training_view import TrainingView


class SearchView(TrainingView):
    """Widgets around a `SearchModel`; `root` is the one to show."""

    picture = SEARCH

    def _make_form(self, on_change: Callable[[str, Any], None]) -> ImageForm:
        return ImageForm(on_change)

    def _show_form(self, *, locked: bool) -> None:
        self.form.show(self.model.settings, self.model.stop_accuracy, locked=locked)

    def _set(self, name: str, value: Any) -> str:
        settings = self.model.settings
        if name == "stop_accuracy":
            self.model.stop_accuracy = value
        elif name == "preset":
            if value in PRESETS:
                self.model.settings = preset_settings(value, settings)
                return PRESETS[value][0]
        elif name == "pair":
            dataset, classes = PAIRS.get(value, (settings.dataset, settings.classes))
            self.model.settings = replace(settings, dataset=dataset, classes=classes)
        else:
            self.model.settings = replace(settings, **{name: value})
        return ""
