"""The settings of a reinforcement-learning run as controls."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as w

from qtkit.panels.agent.presets import sets_of, worlds_of
from qtkit.panels.parts.widgets import add_classes, field, menu, set_trait
from qtkit.panels.training.form import MODEL_TOOLTIPS, SettingsForm, model_fields, preset_field
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.settings import GridworldSettings

_OTHER = ""

_MORE = {
    "update_every": "steps of a worker between two updates",
    "discount": "γ: how much less a reward is worth one step later",
    "run_as": "interleaved: workers take turns, a seed decides all; processes: a process each",
    **MODEL_TOOLTIPS,
}


class AgentForm(SettingsForm):
    """Controls for `GridworldSettings` or `AgentSettings`. An environment that is none is told beside its field.

    Arguments:
        settings: whose defaults, presets and environments are offered.
        on_change: called with the name and the value of what the user changed; `"preset"` besides the settings' names.
    """

    def __init__(self, settings: GridworldSettings, on_change: Callable[[str, Any], None]) -> None:
        self._other = False  # whether the user asked for the text field
        self._refused = False
        default, sets, self._worlds = type(settings)(), sets_of(settings), worlds_of(settings)
        worlds = [*self._worlds.items(), ("another …", _OTHER)]
        any_fits = isinstance(settings, AgentSettings)
        name = w.Text(continuous_update=False, placeholder="LunarLander-v3" if any_fits else "MiniGrid-DoorKey-5x5-v0")
        fits = (
            "any with numbers to see and numbered actions"
            if any_fits
            else "any with a view of 7 × 7 cells and 7 actions"
        )
        self.error = add_classes(w.HTML(), "qtkit-field-error")
        shared = model_fields(default, "the shared Adam", "decides the start, the actions and who is first")
        count, weight = w.BoundedIntText(default.episodes, min=1, max=10_000_000), w.FloatText(default.entropy_weight)
        first = {
            "preset": preset_field(sets, "settings to begin with"),
            "world": field(menu(worlds, default.environment), "environment", "where the agent lives", "124px"),
            "environment": field(name, "Gymnasium id" if any_fits else "MiniGrid id", fits, "230px"),
            **shared,
            "episodes": field(count, "episodes", "of all workers together", "92px"),
            "workers": field(w.BoundedIntText(default.workers, min=1, max=256), "workers", "of A3C", "70px"),
            "entropy_weight": field(weight, "entropy weight", "keeps the policy from settling early", "112px"),
        }
        controls = list(first.values())
        super().__init__(sets, first, _MORE, default, on_change, [*controls[:3], self.error, *controls[3:]])

    def show(self, settings: GridworldSettings, *, locked: bool) -> None:
        """Set the controls without telling `on_change`. What was refused stays until a run begins."""
        values = self.values_of(settings)
        if locked:
            self._other = self._refused = False
        other = self._other or settings.environment not in self._worlds.values()
        if self._refused:
            del values["environment"]
        else:
            set_trait(self.error, value="")
        self.place(values | {"world": _OTHER if other else settings.environment}, locked=locked)
        set_trait(self.controls["environment"].layout, display="" if other else "none")

    def refuse(self, text: str) -> None:
        """Say beside the field why this is no environment; what was typed stays."""
        self._refused = True
        set_trait(self.error, value=f'<span role="alert">{escape(text)}</span>')

    def _changed(self, name: str, value: Any) -> None:
        if self._quiet.here:
            return
        if name in ("world", "environment"):
            self._refused, self._other = False, name == "environment" or value == _OTHER
            if value == _OTHER and name == "world":
                set_trait(self.controls["environment"].layout, display="")
                return
            name, value = "environment", value.strip()
        super()._changed(name, value)
