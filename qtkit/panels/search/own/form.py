"""The settings of a run of one's own task as controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from qtkit.panels.parts.widgets import field, menu
from qtkit.panels.search.form import StoppableForm, stop_field
from qtkit.panels.search.own.presets import SETS
from qtkit.panels.training.form import MODEL_TOOLTIPS, TRAIN_ANGLES_TOOLTIP, model_fields, preset_field
from qtkit.tasks.own.settings import OwnSettings

if TYPE_CHECKING:
    from qtkit.tasks.own.task import Task

_MORE = {
    **MODEL_TOOLTIPS,
    "train_angles": TRAIN_ANGLES_TOOLTIP,
    "chunk": "weights that the mapping writes at once for each basis state: fewer qubits",
    "batch_size": "items of one step",
}


class OwnForm(StoppableForm):
    """Controls for `OwnSettings`, what is shown of the task's metrics, and the stop condition if there is an accuracy.

    Arguments:
        task: whose runs they are.
        on_change: called with the name and the value of what the user changed; `"preset"`, `"measure"` and
            `"stop_accuracy"` besides the names of settings.
    """

    def __init__(self, task: Task, on_change: Callable[[str, Any], None]) -> None:
        default, metrics = OwnSettings(), list(task.metrics)
        first = {
            "preset": preset_field(SETS, "settings to begin with"),
            **model_fields(default, optimiser_name(task), "start and order of the items"),
            "epochs": field(w.BoundedIntText(10, min=1, max=10_000), "epochs", "passes over the data", "74px"),
        }
        if len(metrics) > 1:
            first["measure"] = field(menu(metrics, metrics[0]), "shown", "the metric below the loss", "118px")
        if "accuracy" in metrics:
            first["stop_accuracy"] = stop_field()
        super().__init__(SETS, first, _MORE, default, on_change)

    def show(self, settings: OwnSettings, measure: str | None, stop_accuracy: float | None, *, locked: bool) -> None:
        """Set the controls without telling `on_change`; what is shown can be changed during a run, too."""
        stop = {"stop_accuracy": stop_accuracy or 0.0} if "stop_accuracy" in self.controls else {}
        self.place(self.values_of(settings) | stop, locked=locked)
        if "measure" in self.controls:
            self.place({"measure": measure}, locked=False)


def optimiser_name(task: Task) -> str:
    """As PyTorch calls it, such as `"Adam"`."""
    if isinstance(task.optimiser, str):
        return {"adam": "Adam", "rmsprop": "RMSprop"}[task.optimiser]
    made = getattr(task.optimiser, "func", task.optimiser)  # of a partial one
    name = getattr(made, "__name__", type(made).__name__)
    return "the optimiser" if name == "<lambda>" else name
