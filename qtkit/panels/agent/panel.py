"""`AgentPanel`: watch an agent with generated policy and value networks learn to find its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qtkit.panels.agent.model import AgentModel
from qtkit.panels.training.one_thread import on_one_thread
from qtkit.panels.training.panel import Panel
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.agents.training import AgentTraining
from qtkit.tasks.gridworld.replay import Replay, play
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.gridworld.training import GridworldTraining
from qtkit.tasks.settings import with_overrides

if TYPE_CHECKING:
    from qtkit.panels.agent.view import AgentView


def _make_training(settings: GridworldSettings) -> GridworldTraining:
    return AgentTraining(settings) if isinstance(settings, AgentSettings) else GridworldTraining(settings)


gridworld_training = on_one_thread(_make_training)


class AgentPanel(Panel[GridworldSettings, GridworldTraining]):
    """Live reinforcement learning, in MiniGrid or elsewhere: choose, start, watch the return grow and the agent act.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it runs all the same.

    Arguments:
        settings: a `GridworldSettings`; by default the paper's, on the 5 × 5 grid. Or an `AgentSettings`, for any
            environment of Gymnasium's.
        make: settings to a training; for tests and for trainings of one's own.
        overrides: settings changed by keyword, such as `episodes=2_000`.

    Raises:
        ValueError: for settings that are not possible.

    Example:
        >>> panel = AgentPanel(model="mapping", episodes=500, workers=4)
        >>> panel.run(blocking=True).mean_return.dropna()
        >>> panel.replay(greedy=True)
        >>> AgentPanel(AgentSettings(environment="CartPole-v1", model="classical"))
    """

    model: AgentModel
    view: AgentView | None = None

    def __init__(
        self,
        settings: GridworldSettings | None = None,
        *,
        make: Callable[[GridworldSettings], GridworldTraining] = gridworld_training,
        **overrides: Any,
    ) -> None:
        super().__init__(AgentModel(with_overrides(GridworldSettings, settings, overrides), make))

    def replay(self, *, untrained: bool = False, greedy: bool = False, seed: int = 0) -> Replay:
        """One episode of the agent as it is now, or as it was before the training, as `gridworld.replay.play` gives it.

        Raises:
            RuntimeError: if there is no training yet.
        """
        now, world = self.model.ask(lambda training: (training.network(), training.data)).result()
        settings, log = self.model.shown_settings, self.model.log
        if log is None:
            raise RuntimeError("nothing has been trained yet")
        network = log.untrained if untrained else now
        return play(network, world, greedy=greedy, seed=seed, discount=settings.discount)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the run has ended, is drawn, and its episodes are played; True if so."""
        return super().join(timeout) and (self.view is None or self.view.replays.join(timeout))

    def _make_view(self) -> AgentView:
        from qtkit.panels.agent.view import AgentView

        return AgentView(self.model)
