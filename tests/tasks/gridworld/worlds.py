"""Small MiniGrid environments that each break, or stretch, one rule of what can be made a table."""

from __future__ import annotations

import threading

import gymnasium
from gymnasium.wrappers import RecordEpisodeStatistics, TimeLimit
from minigrid.core.world_object import Key
from minigrid.envs import EmptyEnv
from minigrid.wrappers import ActionBonus, FullyObsWrapper, PositionBonus, ReseedWrapper


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


class LimitAtReset(EmptyEnv):
    """Before the first episode, no limit is known; then all have the same."""

    def __init__(self, **options):
        super().__init__(max_steps=0, **options)

    def reset(self, **options):
        self.max_steps = 30
        return super().reset(**options)


class OwnLimits(EmptyEnv):
    """Each episode has its own limit of steps, from 5 to 60; that of seed 0 is 55."""

    def __init__(self, **options):
        super().__init__(max_steps=0, **options)

    def reset(self, **options):
        observation = super().reset(**options)
        self.max_steps = 5 + 10 * int(self.np_random.integers(6))
        return observation


class NeverBegins(EmptyEnv):
    """It ends with the first step."""

    def __init__(self, **options):
        super().__init__(max_steps=0, **options)


class Promises(EmptyEnv):
    """The agent sees less than its space of observations tells."""

    def reset(self, **options):
        observation, info = super().reset(**options)
        return {**observation, "image": observation["image"][:5, :5]}, info


class Locked(EmptyEnv):
    """It cannot be copied."""

    def __init__(self, **options):
        super().__init__(**options)
        self.lock = threading.Lock()


class GetsHarder(EmptyEnv):
    """In the second episode the goal pays half, in the third a third."""

    episodes = 0

    def reset(self, **options):
        self.episodes += 1
        return super().reset(**options)

    def step(self, action):
        observation, reward, *others = super().step(action)
        return observation, reward / self.episodes, *others


def fails(**options):  # noqa: ARG001
    raise OSError("the server does not answer")


def empty(**options):
    return gymnasium.make("MiniGrid-Empty-5x5-v0", **options)


def empty_random(**options):
    return gymnasium.make("MiniGrid-Empty-Random-5x5-v0", **options)


def place_bonus(**options):
    return PositionBonus(empty(**options))


def action_bonus(**options):
    return ActionBonus(empty_random(**options))


def two_starts(**options):
    return ReseedWrapper(empty_random(**options), seeds=(3, 5))


def one_start(**options):
    return ReseedWrapper(empty_random(**options), seeds=(3,))


def watched(**options):
    return RecordEpisodeStatistics(empty(**options))


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
    "LimitAtReset": (LimitAtReset, {"size": 4}),
    "OwnLimits": (OwnLimits, {"size": 6}),
    "NeverBegins": (NeverBegins, {"size": 4}),
    "Promises": (Promises, {"size": 5}),
    "Locked": (Locked, {"size": 4}),
    "Fails": (fails, {}),
    "GetsHarder": (GetsHarder, {"size": 5}),
    "PlaceBonus": (place_bonus, {}),
    "ActionBonus": (action_bonus, {}),
    "TwoStarts": (two_starts, {}),
    "OneStart": (one_start, {}),
    "Watched": (watched, {}),
}


def register(name: str) -> str:
    """Register one of `WORLDS` with Gymnasium, once, and give the name that it has there."""
    full = f"Qtkit{name}-v0"
    if full not in gymnasium.registry:
        entry_point, options = WORLDS[name]
        gymnasium.register(id=full, entry_point=entry_point, kwargs=options)
    return full
