"""Small MiniGrid environments that each break, or stretch, one rule of what can be made a table."""

from __future__ import annotations

import gymnasium
from gymnasium.wrappers import TimeLimit
from minigrid.core.world_object import Key
from minigrid.envs import EmptyEnv
from minigrid.wrappers import FullyObsWrapper


class RandomSteps(EmptyEnv):
    """Turning left goes wrong at times."""

    def step(self, action):
        return super().step(1 if action == 0 and self.np_random.random() < 0.1 else action)


class Remembers(EmptyEnv):
    """The goal pays only if the agent has said "done" on its way: nothing that one sees tells."""

    def reset(self, **options):
        self.said = False
        return super().reset(**options)

    def step(self, action):
        self.said |= action == 6
        observation, reward, *others = super().step(action)
        return observation, reward if self.said else 0, *others


class Tires(EmptyEnv):
    """No more steps forward in the second half of an episode."""

    def step(self, action):
        return super().step(6 if action == 2 and self.step_count >= self.max_steps // 2 else action)


class StopsEarly(EmptyEnv):
    """Times out before the limit of steps that it tells."""

    def step(self, action):
        observation, reward, terminated, _, info = super().step(action)
        return observation, reward, terminated, self.step_count >= self.max_steps - 10, info


class Costs(EmptyEnv):
    """Every step costs, late ones more; the goal pays as ever."""

    def step(self, action):
        observation, reward, *others = super().step(action)
        return observation, reward - 0.01 * (1 + self.step_count / self.max_steps), *others


class WithKey(EmptyEnv):
    """A key lies in the corner: it can be picked up, carried and dropped."""

    def _gen_grid(self, width, height):
        super()._gen_grid(width, height)
        self.put_obj(Key("yellow"), 1, height - 2)


class NoGoal(EmptyEnv):
    """There is no goal."""

    def _gen_grid(self, width, height):
        super()._gen_grid(width, height)
        self.grid.set(width - 2, height - 2, None)


def fully_observed(**options):
    return FullyObsWrapper(EmptyEnv(size=5, **options))


def wrapped(**options):
    return TimeLimit(EmptyEnv(size=5, **options), 20)


def endless(**options):
    world = EmptyEnv(size=5, **options)
    world.max_steps = None
    return world


WORLDS = {
    "RandomSteps": (RandomSteps, {"size": 4}),
    "Remembers": (Remembers, {"size": 4}),
    "Tires": (Tires, {"size": 4}),
    "StopsEarly": (StopsEarly, {"size": 4}),
    "Costs": (Costs, {"size": 4}),
    "WithKey": (WithKey, {"size": 4}),
    "NoGoal": (NoGoal, {"size": 4}),
    "SmallView": (EmptyEnv, {"size": 5, "agent_view_size": 5}),
    "FullyObserved": (fully_observed, {}),
    "Wrapped": (wrapped, {}),
    "Endless": (endless, {}),
}


def register(name: str) -> str:
    """Register one of `WORLDS` with Gymnasium, once, and give the name that it has there."""
    full = f"Qtkit{name}-v0"
    if full not in gymnasium.registry:
        entry_point, options = WORLDS[name]
        gymnasium.register(id=full, entry_point=entry_point, kwargs=options)
    return full
