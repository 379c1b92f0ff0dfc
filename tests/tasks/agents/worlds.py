"""Environments as people bring them, registered under their names; none of them is MiniGrid."""

from __future__ import annotations

import copy
from typing import Any

import gymnasium
import numpy as np
from gymnasium import Env, spaces


class Counter(Env[Any, Any]):
    """Counts its steps; what is seen and done are the spaces' own random elements, by the seed."""

    observation_space: Any = spaces.Box(0, 255, (2, 3), np.uint8)
    action_space: Any = spaces.Discrete(2)

    def __init__(self) -> None:
        self.observation_space = copy.deepcopy(self.observation_space)  # whose random elements are its own

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        super().reset(seed=seed)
        self.observation_space.seed(seed)
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> Any:
        assert self.action_space.contains(action)
        return self.observation_space.sample(), 1.0, False, False, {}


class FromMinusOne(Counter):
    action_space = spaces.Discrete(3, start=-1)


class Mixed(Counter):
    observation_space = spaces.Dict(
        {"where": spaces.Discrete(4, start=2), "how": spaces.Tuple([spaces.Box(-1, 1, (2,)), spaces.MultiBinary(3)])}
    )


class Text(Counter):
    observation_space = spaces.Dict({"said": spaces.Text(5), "seen": spaces.Box(0, 1, (2,))})


class TwoHands(Counter):
    action_space = spaces.MultiDiscrete([2, 2])


class ManyActions(Counter):
    action_space = spaces.Discrete(256)


class Liar(Counter):
    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        super().reset(seed=seed)
        return np.zeros(5), {}


class Unseeded(Counter):
    def step(self, action: Any) -> Any:
        return self.observation_space.sample(), float(np.random.default_rng().random()), False, False, {}


class Remembering(Counter):
    episodes = 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        self.episodes += 1
        return super().reset(seed=seed)

    def step(self, action: Any) -> Any:
        observation, _, *ended = super().step(action)
        return observation, float(self.episodes), *ended


class SwigPyObject:
    """Stands for what a library in C++ keeps out of Python's sight."""

    __slots__ = ("episodes",)


class Hiding(Counter):
    def __init__(self) -> None:
        super().__init__()
        self.body = SwigPyObject()
        self.body.episodes = 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        self.body.episodes += 1
        return super().reset(seed=seed)


class HidingMemory(Hiding):
    def step(self, action: Any) -> Any:
        observation, _, *ended = super().step(action)
        return observation, float(self.body.episodes), *ended


class NeedsMore(Counter):
    def __init__(self) -> None:
        raise gymnasium.error.DependencyNotInstalled("Box2D is not installed, run `pip install gymnasium[box2d]`")


def register(kind: type[Counter], max_episode_steps: int | None = 10) -> str:
    """The name it has from now on."""
    name = f"QtkitAgents{'' if max_episode_steps else 'Endless'}{kind.__name__}-v0"
    if name not in gymnasium.registry:
        gymnasium.register(name, kind, max_episode_steps=max_episode_steps)
    return name
