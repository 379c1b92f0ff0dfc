"""Asynchronous advantage actor-critic (A3C): what a worker does between two updates, and how the update is made.

Workers share one set of numbers, `SharedNumbers`. Each has a copy of its own. It plays with the copy, makes a gradient
at the copy, has the shared optimiser apply it to the shared numbers, whatever the others have made of them meanwhile,
and copies them again. So a gradient belongs to numbers that up to W - 1 other updates have moved away from: that is the
"asynchronous" of A3C, and it is the same whether workers are processes or take turns.

Source: V. Mnih et al., "Asynchronous methods for deep reinforcement learning" (2016), with the settings of section VI.C
of the paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.a3c.update import Differentiate, Update
from qtkit.tasks.gridworld.environment import Environment, Episode
from qtkit.tasks.gridworld.environment.interface import replayed
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.models import mixture_penalty, searches_in


@dataclass
class A3CWorker:
    """One of the workers: its episode, and its own copy of the shared numbers.

    Random numbers depend on the seed, the worker, and the number of the episode or update alone, so that nothing has
    to be kept of them to go on after a break.

    Attributes:
        numbers: its copy `(P,)`.
        differentiate: plays and adds to the model's gradient: `differentiate` or something equal but faster.
        episode: under way; None before the first.
        episodes, updates: begun and made by this worker so far.
        history: the actions of each episode that has ended, if the environment remembers them.
    """

    index: int
    seed: int
    environment: Environment
    numbers: Tensor
    differentiate: Differentiate
    episode: Episode | None = None
    episodes: int = 0
    updates: int = 0
    history: list[bytes] = field(default_factory=list)
    _begin: Callable[[int], Episode] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._begin = self.environment.stream()

    def turn(self, model: ActorCritic, shared: Tensor, optimiser: SharedAdam, settings: GridworldSettings) -> Update:
        """Play on, and update the shared numbers.

        Arguments:
            model: to compute with; its numbers are overwritten.
            shared: the shared numbers `(P,)`, whose gradient is that of `model`.

        Raises:
            FloatingPointError: if the loss is not finite; nothing is updated then.
        """
        if self.episode is None or self.episode.done:
            if self.episode is not None and self.environment.remembers:
                self.history.append(bytes(self.episode.actions))
            self.episode = self._begin(self.episode_seed(self.episodes))
            self.episodes += 1
        model.numbers.copy_(self.numbers)
        model.gradient.zero_()
        for search in searches_in(model.policy, model.value) if settings.weighting != "raw" else ():
            search.stand_at(optimiser.steps_done)
        update = self.differentiate(model, self.episode, self.environment, self._draws(settings.update_every), settings)
        penalty = mixture_penalty(settings, model.policy, model.value)
        if penalty is not None:
            penalty.backward()
        if not math.isfinite(update.loss):
            raise FloatingPointError(
                f"the loss is {update.loss} in update {self.updates + 1} of worker {self.index}: try a smaller "
                f"learning rate than {settings.learning_rate:g}"
            )
        optimiser.step()
        self.numbers.copy_(shared)
        self.updates += 1
        return update

    def restore(self, episodes: int, updates: int, actions: Sequence[int], history: Iterable[bytes]) -> None:
        """Stand where a worker stood that had begun and made so many, in an episode after `actions`.

        Raises:
            ValueError: if they are no actions of such episodes.
        """
        self.episodes, self.updates, self.history, self.episode = episodes, updates, list(history), None
        if self.environment.remembers and len(self.history) != max(0, episodes - 1):
            raise ValueError(f"{len(self.history)} episodes of worker {self.index} are told, it began {episodes}")
        self._begin = self.environment.stream()
        for number, taken in enumerate(self.history):
            replayed(self._begin(self.episode_seed(number)), taken)
        if episodes:
            self.episode = replayed(self._begin(self.episode_seed(episodes - 1)), actions)

    def episode_seed(self, number: int) -> int:
        """The environment's seed in this worker's episode `number`."""
        return int(np.random.SeedSequence((self.seed, self.index, number)).generate_state(1)[0])

    def _draws(self, count: int) -> list[float]:
        """Uniform in [0, 1), for this turn's actions."""
        draws: list[float] = np.random.default_rng((1, self.seed, self.index, self.updates)).random(count).tolist()
        return draws
