"""The widgets of the agent panel: those of all trainings, with controls for A3C and a player of episodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qtkit.panels.agent.form import AgentForm
from qtkit.panels.agent.model import WINDOWS, AgentModel
from qtkit.panels.agent.player import Player
from qtkit.panels.agent.presets import SETS, sets_of
from qtkit.panels.agent.replay import Pair, ReplayModel
from qtkit.panels.parts.widgets import Message, add_classes, field, menu, row, set_trait
from qtkit.panels.training.view import TrainingView
from qtkit.panels.training.words import plain_error
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.environment.anything import try_environment
from qtkit.tasks.gridworld.environment.minigrid import make_real
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.gridworld.training import GridworldTraining


class AgentView(TrainingView[GridworldSettings, GridworldTraining]):
    """Widgets around an `AgentModel`; `root` is the one to show."""

    presets = SETS
    model: AgentModel

    def __init__(self, model: AgentModel) -> None:
        self.replays = ReplayModel(model, self._show_replays)
        self.player = Player()
        self._shown: Pair | None = None
        self.again = w.Button(description="Refresh from the training", icon="refresh")
        self.again.tooltip = "Play both episodes anew, with the network as it is now"
        self.how = field(menu([("drawn", False), ("the likeliest", True)], False), "actions", "of both agents", "110px")
        seed = w.BoundedIntText(0, min=0, max=2**31 - 1)
        self.seed = field(seed, "seed", "of the draws, and of the environment", "80px")
        self.window = menu([(f"{n:,} episodes", n) for n in WINDOWS], model.window)
        self.window.description, self.window.tooltip = "return: mean over", "the paper's figures take 1,000"
        self.window.style.description_width, self.window.layout.width = "auto", "250px"
        self.state, self.trouble = add_classes(w.HTML(), "qtkit-note"), Message()
        self.again.on_click(lambda _: self._refresh_replays())
        self.how.observe(lambda change: self._refresh_replays(greedy=change["new"]), "value")
        self.seed.observe(lambda change: self._refresh_replays(seed=change["new"]), "value")
        self.window.observe(self._on_window, "value")
        super().__init__(model)

    def _make_form(self, on_change: Callable[[str, Any], None]) -> AgentForm:
        return AgentForm(self.model.settings, on_change)

    def _show_form(self, *, locked: bool) -> None:
        self.form.show(self.model.settings, locked=locked)
        self.replays.follow()
        self._show_replays()

    def _middle(self) -> list[w.Widget]:
        watch = row([self.again, self.how, self.seed], "qtkit-fields", "qtkit-watch")
        heading = add_classes(w.HTML("<b>Watch the agent</b>: untrained, and as it is now"), "qtkit-heading")
        return [self.words, self.figure.box, self.window, heading, watch, self.state, self.trouble, self.player]

    def _set(self, name: str, value: Any) -> str:
        settings = self.model.settings
        if name == "preset" and value in (sets := sets_of(settings)).table:
            self.model.settings = sets.settings(value, settings)
            return sets.table[value][0]
        if name == "environment":
            try:
                if isinstance(settings, AgentSettings):
                    try_environment(value, settings.max_steps)
                else:
                    make_real(value).close()
            except Exception as error:  # other packages' environments raise what they like
                self.form.refuse(plain_error(error).split(" All names:")[0])
                return ""
        return super()._set(name, value)

    # Replays

    def _refresh_replays(self, **how: Any) -> None:
        for name, value in how.items():
            setattr(self.replays, name, value)
        self.replays.refresh()
        self._show_replays()

    def _show_replays(self) -> None:
        """Bring the player to what was played; on any thread."""
        with self._drawing:
            replays, pair = self.replays, self.replays.pair
            set_trait(self.state, value="Playing both episodes …" if replays.busy else "")
            if replays.error:
                self.trouble.error(replays.error)
            else:
                self.trouble.clear()
            if pair is not self._shown:
                self._shown = pair
                self.player.show(pair.data if pair else ())

    def _on_window(self, change: dict[str, Any]) -> None:
        self.model.window = change["new"]
        self.refresh()
