"""`GridworldSettings`: everything that decides what a reinforcement-learning run gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qtkit.checks import checked_positive, checked_whole
from qtkit.paper import EXPERIMENTS
from qtkit.tasks.settings import MODEL_CHOICES, RunSettings

_PAPER = EXPERIMENTS["gridworld"]

CHOICES: Mapping[str, tuple[str, ...]] = {"run_as": ("interleaved", "processes"), **MODEL_CHOICES}
"""The values each of these settings may have, the default first."""


@dataclass(frozen=True)
class GridworldSettings(RunSettings):
    """The settings of one reinforcement-learning run: A3C in MiniGrid with generated policy and value networks.

    The defaults are section VI.C of the paper, and where it does not speak, the authors' published code: no entropy
    term, no clipping. Settings that all tasks share, such as `model`, `candidates` and `seed`, are described
    in `RunSettings`; they hold for policy and value alike.

    Raises:
        ValueError: for a value that is not possible, with what came and what was expected.
    """

    choices: ClassVar[Mapping[str, tuple[str, ...]]] = CHOICES

    environment: str = "MiniGrid-Empty-5x5-v0"
    """Any MiniGrid or BabyAI environment whose agent sees 7 x 7 cells and has the 7 usual actions."""
    episodes: int = int(_PAPER.options["episodes"])
    """After how many the run ends; the workers share them."""
    workers: int = int(_PAPER.options["workers"])
    """Of A3C: each plays episodes of its own with a copy of the networks."""
    run_as: str = "interleaved"
    """`"interleaved"`: the workers take turns in one process, and a seed decides all; `"processes"`: a process each."""
    update_every: int = _PAPER.batch_size
    """Steps of a worker between two updates; the end of an episode is one too."""
    discount: float = _PAPER.options["discount"]
    """Gamma."""
    entropy_weight: float = 0.0
    """Of the policy's entropy in the loss, which keeps it from settling early; 0 in the paper."""
    observation_scale: float = 1.0
    """What both networks multiply observations by, whose numbers reach 10; the paper does not say."""
    depth: int = _PAPER.depth
    learning_rate: float = _PAPER.optimiser.learning_rate
    """Of the shared Adam."""
    epsilon: float = 1e-8
    """What the shared Adam adds to its denominator. A policy that has made up its mind gives hardly any gradients: as
    Adam divides by their size, its steps stay as large as before, unless epsilon is larger than they are."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.environment, str) or not self.environment:
            raise ValueError(f"environment must be the name of a MiniGrid environment, got {self.environment!r}")
        for name in ("episodes", "workers", "update_every"):
            checked_whole(name, getattr(self, name), 1)
        for name in ("discount", "observation_scale", "epsilon"):
            self._set(name, checked_positive(name, getattr(self, name)))
        if self.discount > 1:
            raise ValueError(f"discount must be at most 1, got {self.discount!r}")
        if isinstance(self.entropy_weight, bool) or self.entropy_weight != 0:
            checked_positive("entropy_weight, if not 0,", self.entropy_weight)
        self._set("entropy_weight", float(self.entropy_weight))
        if self.run_as == "processes" and self.device != "cpu":
            raise ValueError(f"worker processes share their numbers in the CPU's memory, got device={self.device!r}")

    @property
    def optimiser_options(self) -> dict[str, Any]:
        """Adam's further settings."""
        return {**_PAPER.optimiser.options, "eps": self.epsilon}
