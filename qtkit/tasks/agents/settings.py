"""`AgentSettings`: everything that decides what an agent in an environment of one's choice learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from qtkit.checks import checked_positive, checked_whole_or_none
from qtkit.tasks.agents.known import KNOWN, remember_agent
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.own.sending import checked_file, reduce_settings, without_version


@dataclass(frozen=True)
class AgentSettings(GridworldSettings):
    """The settings of one run of A3C in any environment of Gymnasium's with numbers to see and numbered actions.

    They are those of `GridworldSettings`, with defaults that suit the classic control tasks, and some more. Settings
    that all tasks share, such as `model`, `candidates` and `seed`, are described in `RunSettings`.

    Raises:
        ValueError: for a value that is not possible, with what came and what was expected.

    Example:
        >>> AgentSettings(environment="FrozenLake-v1", model="mapping").episodes
        500
    """

    environment: str = "CartPole-v1"
    """As registered with Gymnasium."""
    max_steps: int | None = None
    """An episode has no more; by default the limit that the environment is registered with."""
    episodes: int = 500
    """After how many the run ends; the workers share them."""
    workers: int = 4
    update_every: int = 20
    discount: float = 0.99
    entropy_weight: float = 0.01
    reward_scale: float = 1.0
    """What rewards are multiplied by before anything is learnt from them; what is recorded are the rewards as they are.
    """
    learning_rate: float = 1e-3
    mapping_scale: float = 0.3
    centre: bool = True
    agent: str | None = None
    """The name of an `Agent`: policy and value networks of one's own; None for networks n-32-32-m, tanh."""
    file: str | None = None
    """Where it is written: a Python file, or a module's name; None for one of a notebook."""
    version: str | None = field(default=None, repr=False)
    """Which agent of that name it was made of, where that stands in what runs here: later one may be another. Neither
    stored nor written: a run knows its agent by what it is made of."""

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_whole_or_none("max_steps", self.max_steps, 1)
        self._set("reward_scale", checked_positive("reward_scale", self.reward_scale))
        if self.agent is not None and (not isinstance(self.agent, str) or not self.agent):
            raise ValueError(f"agent must be an agent's name or None, got {self.agent!r}")
        self._set("file", checked_file(self.file))
        if self.agent is not None and self.observation_scale != 1:
            raise ValueError(
                "observation_scale is for the networks that come with qtkit; those of an agent of one's own scale what "
                "they see themselves"
            )

    def to_dict(self) -> dict[str, Any]:
        """As `RunSettings.to_dict`, without `version`."""
        return without_version(super().to_dict())

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[Any, ...]]:
        return reduce_settings(self, self.agent, KNOWN, remember_agent)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self
