"""`AnyEnvironment`: any of Gymnasium's that can be seen as numbers and has numbered actions; `open_environment`."""

from __future__ import annotations

import difflib
import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qtkit.tasks.gridworld.environment.interface import Environment
from qtkit.tasks.gridworld.environment.loading import load_environment
from qtkit.tasks.gridworld.environment.minigrid import begin, flat_image, make_fresh, step_limit
from qtkit.tasks.gridworld.environment.real import RealEnvironment
from qtkit.tasks.gridworld.environment.senses import Senses

if TYPE_CHECKING:
    import gymnasium

MOST_ACTIONS = 255
"""Actions are kept in a byte each."""

NO_LIMIT = "; the setting max_steps sets one"

_ACTIONS_FIT = "agents choose among numbered actions, Discrete(n)"
_SEEN_FIT = "Box, Discrete, and what is made of these"


class AnyEnvironment(RealEnvironment):
    """An environment of Gymnasium's, itself.

    What is seen is made a vector: a `Box` of any shape in a row, a `Discrete` as zeros with a one, tuples and
    dictionaries of these one after the other; of MiniGrid's the `image`.

    Arguments:
        name: as registered with Gymnasium.
        max_steps: an episode has no more; by default the limit that it is registered with.

    Raises:
        ValueError: if it is unknown, cannot be made or begun, has no limit of steps, or is seen or acts in another way.
    """

    _hint = NO_LIMIT

    def __init__(self, name: str, max_steps: int | None = None) -> None:
        self._limit = max_steps
        real = make_any(name, max_steps)
        self.senses = read_senses(name, real)
        super().__init__(name)
        self.threshold = None if real.spec is None else _number(real.spec.reward_threshold)

    def fresh(self, render_mode: str | None = None) -> gymnasium.Env[Any, Any]:
        """A new one, before its first episode."""
        return make_any(self.name, self._limit, render_mode)

    def _words(self) -> list[str]:
        if _is_seeded(self):
            return []
        return ["Its seed does not decide all that happens in it: neither a run nor its going on can be repeated."]


def open_environment(name: str, max_steps: int | None = None) -> Environment:
    """The environment registered as `name`: one that `load_environment` takes as it does there, else any that fits.

    Arguments:
        max_steps: as of `AnyEnvironment`.

    Raises:
        ValueError: as `AnyEnvironment` does.
    """
    check_registered(name)
    if max_steps is None:
        try:
            make_fresh(name)
        except ValueError:
            pass
        else:
            return load_environment(name)
    return AnyEnvironment(name, max_steps)


def try_environment(name: str, max_steps: int | None = None) -> None:
    """ValueError, as of `open_environment`, if there is no such; quicker."""
    real = make_any(name, max_steps)
    begin(real, 0, read_senses(name, real))
    step_limit(real, NO_LIMIT)
    real.close()


def make_any(name: str, max_steps: int | None = None, render_mode: str | None = None) -> gymnasium.Env[Any, Any]:
    """The environment registered as `name`, before its first episode.

    Raises:
        ValueError: if it is unknown, or cannot be made: what it needs may not be installed.
    """
    check_registered(name)
    import gymnasium

    how = {} if render_mode is None else {"render_mode": render_mode}  # not all take it
    try:
        return gymnasium.make(name, max_steps, disable_env_checker=True, **how)
    except Exception as error:  # what an environment is made with raises what it likes
        raise ValueError(f"{name} cannot be made ({type(error).__name__}: {error})") from error


def check_registered(name: str) -> None:
    """ValueError, with names that are close, unless an environment is registered as `name`."""
    import gymnasium
    import minigrid  # noqa: F401  (registers its environments)

    if not isinstance(name, str) or name not in gymnasium.registry:
        close = difflib.get_close_matches(str(name), gymnasium.registry, n=3, cutoff=0.6)
        meant = f"did you mean {' or '.join(map(repr, close))}?" if close else "a name such as 'CartPole-v1'."
        raise ValueError(
            f"unknown environment {name!r}: {meant} All names: import gymnasium; print(*gymnasium.registry)"
        )


def read_senses(name: str, real: gymnasium.Env[Any, Any]) -> Senses:
    """How its spaces meet networks.

    Raises:
        ValueError: if they cannot, with what came and what fits.
    """
    from gymnasium import spaces

    taken = real.action_space
    if not isinstance(taken, spaces.Discrete):
        raise ValueError(
            f"{_ACTIONS_FIT}; {name} has {taken}. CartPole-v1, Acrobot-v1 and FrozenLake-v1 fit, and any other in a "
            "wrapper that numbers its actions (gymnasium.ActionWrapper), registered under a name"
        )
    if taken.n > MOST_ACTIONS:
        raise ValueError(f"an agent has {MOST_ACTIONS} actions at most; {name} has {taken.n}")
    n_inputs, see = _read_seen(name, real.observation_space)
    return Senses(n_inputs, int(taken.n), see, int(taken.start))


def _read_seen(name: str, seen: Any) -> tuple[int, Any]:
    """How long a vector of what is seen is, and the function that makes it."""
    from gymnasium import spaces

    if isinstance(seen, spaces.Dict) and {"image", "mission"} <= set(seen.spaces):  # MiniGrid's
        return int(np.prod(seen["image"].shape or ())), flat_image
    if isinstance(seen, spaces.Box):
        return int(np.prod(seen.shape)), _in_a_row
    if getattr(seen, "is_np_flattenable", False) and not _holds_text(seen):
        return int(spaces.flatdim(seen)), functools.partial(_flatten, seen)
    raise ValueError(f"agents see numbers ({_SEEN_FIT}); in {name} an observation is {seen}")


def _holds_text(seen: Any) -> bool:
    from gymnasium import spaces

    if isinstance(seen, spaces.Dict | spaces.Tuple):
        return any(map(_holds_text, seen.spaces.values() if isinstance(seen, spaces.Dict) else seen.spaces))
    return isinstance(seen, spaces.Text | spaces.OneOf)


def _in_a_row(observation: Any) -> NDArray[np.float32]:
    return np.array(observation, dtype=np.float32).reshape(-1)


def _flatten(space: Any, observation: Any) -> NDArray[np.float32]:
    from gymnasium import spaces

    return np.array(spaces.flatten(space, observation), dtype=np.float32)


_EPISODES, _STEPS = 2, 100  # played twice, to see whether the seed decides


def _is_seeded(environment: AnyEnvironment) -> bool:
    """Whether two of it give the same for the same seeds and actions: found by trying."""
    told = []
    for _ in range(2):
        real, player = environment.fresh(), np.random.default_rng(0)
        seen: list[object] = []
        for seed in range(_EPISODES):
            seen.append(begin(real, seed, environment.senses).tobytes())
            for action in player.integers(environment.n_actions, size=_STEPS).tolist():
                observation, reward, *ended, _ = real.step(environment.senses.first_action + action)
                seen.append((environment.senses.see(observation).tobytes(), float(reward), *ended))
                if any(ended):
                    break
        told.append(seen)
    return told[0] == told[1]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
