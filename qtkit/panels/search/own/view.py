"""The widgets of the search panel of a task of one's own: those of all trainings, with controls for its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtkit.panels.search.own.form import OwnForm
from qtkit.panels.search.own.model import OwnModel
from qtkit.panels.search.own.presets import SETS
from qtkit.panels.training.view import TrainingView
from qtkit.tasks.own.settings import OwnSettings
from qtkit.tasks.own.training import OwnTraining


class OwnView(TrainingView[OwnSettings, OwnTraining]):
    """Widgets around an `OwnModel`; `root` is the one to show."""

    presets = SETS
    model: OwnModel

    def _make_form(self, on_change: Callable[[str, Any], None]) -> OwnForm:
        return OwnForm(self.model.task, on_change)

    def _show_form(self, *, locked: bool) -> None:
        self.form.show(self.model.settings, self.model.shown, self.model.stop_accuracy, locked=locked)

    def _on_setting(self, name: str, value: Any) -> None:
        if name != "measure":  # which may change at any time: nothing that is trained depends on it
            super()._on_setting(name, value)
            return
        self.model.shown = value
        self.refresh()

    def _set(self, name: str, value: Any) -> str:
        if name == "stop_accuracy":
            self.model.stop_accuracy = value
            return ""
        return super()._set(name, value)
