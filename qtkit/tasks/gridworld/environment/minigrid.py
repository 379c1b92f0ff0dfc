"""The real MiniGrid environments: made by name, and checked to show and to take what the task is about."""

from __future__ import annotations

import difflib
import pickle
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qtkit.tasks.gridworld.environment.quiet import quiet
from qtkit.tasks.gridworld.environment.senses import Senses

if TYPE_CHECKING:
    import gymnasium

IMAGE_SHAPE = (7, 7, 3)
"""What the agent sees: object, colour and state of each of the 7 x 7 cells before it."""
N_INPUTS = 147
N_ACTIONS = 7
"""Turn left, turn right, forward, pick up, drop, toggle, done."""


def make_real(name: str) -> gymnasium.Env[Any, Any]:
    """The environment registered as `name`, as MiniGrid gives it, begun with seed 0: much is only known then.

    MiniGrid's own are known at once, others (also a MiniGrid behind a wrapper) when `gymnasium.register` was called.

    Raises:
        ValueError: for an unknown name, an environment that cannot be made or begun, an observation without an `image`
            of shape (7, 7, 3), other actions than 7 discrete ones, or no limit of steps.
    """
    real = make_fresh(name)
    begin(real, 0)
    step_limit(real)
    return real


def make_fresh(name: str) -> gymnasium.Env[Any, Any]:
    """As `make_real`, before its first episode.

    Raises:
        ValueError: for an unknown name, an environment that cannot be made, or spaces of observations and actions that
            do not fit.
    """
    check_name(name)
    import gymnasium

    try:
        real = gymnasium.make(name, disable_env_checker=True)
    except Exception as error:  # what an environment is made with raises what it likes
        raise ValueError(f"{name} cannot be made ({type(error).__name__}: {error})") from error
    _check(name, real)
    return real


def flat_image(observation: Mapping[str, Any]) -> NDArray[np.float32]:
    """The `image` of an observation as the network takes it: `(147,)` float32, unscaled."""
    return np.asarray(observation["image"]).reshape(-1).astype(np.float32)


MINIGRID = Senses(N_INPUTS, N_ACTIONS, flat_image)
"""How MiniGrid's environments meet the paper's networks."""


def begin(real: gymnasium.Env[Any, Any], seed: int, senses: Senses = MINIGRID) -> NDArray[np.float32]:
    """Begin an episode, whose chances `seed` decides: what the agent sees first, `(147,)` in MiniGrid.

    Raises:
        ValueError: if it cannot be begun, or its observation is not as the environment promised.
    """
    name = real.spec.id if real.spec else str(real)
    try:
        with quiet():
            observation, _ = real.reset(seed=seed)
    except Exception as error:
        raise ValueError(f"{name} cannot begin an episode ({type(error).__name__}: {error})") from error
    if senses is MINIGRID and (shape := np.shape(observation["image"])) != IMAGE_SHAPE:
        raise ValueError(f"{name} promises an 'image' of shape {IMAGE_SHAPE}, and shows one of shape {shape}")
    seen = senses.see(observation)
    if seen.shape != (senses.n_inputs,):
        raise ValueError(f"{name} promises to show {senses.n_inputs} numbers, and shows {len(seen)}")
    return seen


def check_name(name: str) -> None:
    """ValueError, with names that are close, unless an environment is registered as `name`."""
    import gymnasium
    import minigrid  # noqa: F401  (registers its environments)

    if not isinstance(name, str) or name not in gymnasium.registry:
        close = difflib.get_close_matches(str(name), gymnasium.registry, n=3, cutoff=0.7)
        meant = f"did you mean {' or '.join(map(repr, close))}?" if close else "a name such as 'MiniGrid-Empty-5x5-v0'."
        raise ValueError(
            f"unknown environment {name!r}: {meant} "
            "All names: import gymnasium, minigrid; "
            "print([n for n in gymnasium.registry if n.startswith(('MiniGrid', 'BabyAI'))])"
        )


def pack(name: str) -> bytes:
    """What is registered as `name`, for `unpack` in another process, which may not know it.

    Classes of a notebook or of the main script go as a whole, all others by their names.

    Raises:
        ValueError: if it cannot be sent, with the reason.
    """
    import cloudpickle
    import gymnasium

    try:
        sent: bytes = cloudpickle.dumps(gymnasium.registry[name])
    except Exception as error:  # what an environment is made with raises what it likes
        raise ValueError(
            f"{name} cannot be sent to worker processes ({type(error).__name__}: {error}); "
            "run_as='interleaved' needs none"
        ) from error
    return sent


def unpack(sent: bytes) -> None:
    """Register what `pack` gave, unless there is an environment of that name."""
    import gymnasium
    import minigrid  # noqa: F401  (registers its environments)

    spec = pickle.loads(sent)
    gymnasium.registry.setdefault(spec.id, spec)


def step_limit(real: gymnasium.Env[Any, Any], hint: str = "") -> int:
    """The step at which the episode that `real` has begun times out; BabyAI's levels set it at each start.

    Arguments:
        hint: what helps where there is none, for the error.

    Raises:
        ValueError: if it never does.
    """
    limits = (getattr(real.unwrapped, "max_steps", None), real.spec.max_episode_steps if real.spec else None)
    known = [limit for limit in limits if limit is not None]
    if not known or min(known) < 1:
        ends = (
            f"has no limit of steps: an episode might never end{hint}"
            if not known
            else f"ends after {min(known)} steps"
        )
        raise ValueError(f"{real.spec.id if real.spec else real} {ends}")
    return int(min(known))


def _check(name: str, real: gymnasium.Env[Any, Any]) -> None:
    from gymnasium import spaces

    seen, taken = real.observation_space, real.action_space
    if not isinstance(seen, spaces.Dict) or "image" not in seen.spaces:
        raise ValueError(
            f"an observation must have an 'image' of shape {IMAGE_SHAPE}; in {name} it is {seen}. The task 'agents' "
            "takes any environment with numbers to see and numbered actions"
        )
    if seen["image"].shape != IMAGE_SHAPE:
        raise ValueError(
            f"the agent's view, the 'image', must have shape {IMAGE_SHAPE}; {name} has {seen['image'].shape}"
        )
    if not isinstance(taken, spaces.Discrete) or taken.n != N_ACTIONS or taken.start != 0:
        raise ValueError(f"the agent must have the {N_ACTIONS} discrete actions of MiniGrid; {name} has {taken}")
