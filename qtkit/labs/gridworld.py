"""The exercises of notebook 06: returns, the policy's gradient, the shortest way through a table of transitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qtkit.labs.checking import Wrong, exercise


@exercise("returns")
def returns(answer: Callable[[list[float], float, float], Any]) -> str:
    """`answer(rewards, bootstrap, discount)`: the n-step returns of a rollout, first to last."""
    for rewards, bootstrap, discount in (
        ([0.0, 0.0, 1.0], 0.0, 0.5),
        ([0.25, -1.0, 0.0, 2.0], 8.0, 0.5),
        ([1.0], 3, 1),
    ):
        right = _returns(rewards, bootstrap, discount)
        try:
            got = [float(value) for value in answer(list(rewards), bootstrap, discount)]
        except (TypeError, ValueError):
            raise Wrong("return a list of numbers, one a step.") from None
        if got == right:
            continue
        case = f"rewards {rewards}, bootstrap {bootstrap}, discount {discount}"
        if len(got) != len(right):
            raise Wrong(f"{case}: there are {len(right)} steps, and you have {len(got)} returns.")
        if got == right[::-1]:
            raise Wrong(f"{case}: the numbers are right, but the last step's return comes first. Turn them round.")
        if got == _returns(rewards, 0.0, discount):
            raise Wrong(f"{case}: this is right for an episode that ended. What is expected beyond the last step?")
        if got == _returns(rewards, bootstrap, 1.0):
            raise Wrong(f"{case}: what comes later must count less.")
        if got == [reward + discount * bootstrap for reward in rewards]:
            raise Wrong(f"{case}: each return needs the one after it, not the bootstrap alone.")
        raise Wrong(f"{case}: start from the bootstrap and go through the steps from the last to the first.")
    return "The returns that every worker computes, up to 5 steps at a time."


@exercise("policy_gradient")
def policy_gradient(answer: Callable[[np.ndarray, int, float], Any]) -> str:
    """`answer(probabilities, action, advantage)`: the gradient of `-log pi(action) * advantage` by the logits."""
    generator = np.random.default_rng(7)
    for action, advantage in ((2, 1.0), (0, -0.5), (6, 2.0)):
        probabilities = generator.dirichlet(np.ones(7))
        try:
            got = np.asarray(answer(probabilities.copy(), action, advantage), dtype=float)
        except (TypeError, ValueError):
            raise Wrong("return an array of 7 numbers, one a logit.") from None
        if got.shape != (7,):
            raise Wrong(f"return an array of shape (7,), one number a logit; yours has shape {got.shape}.")
        taken = np.eye(7)[action]
        right = (probabilities - taken) * advantage
        if np.allclose(got, right, atol=1e-9):
            continue
        if np.allclose(got, -right, atol=1e-9):
            raise Wrong(
                "Nearly: this is the direction in which the policy should move, minus the gradient of the loss."
            )
        if np.allclose(got, probabilities - taken, atol=1e-9):
            raise Wrong("Nearly: an action with a large advantage must be pushed harder.")
        if np.allclose(got, -taken / probabilities * advantage, atol=1e-9):
            raise Wrong("This is the gradient by the probabilities. A logit changes all seven of them.")
        if abs(got.sum()) > 1e-9:
            raise Wrong("The seven numbers must sum to 0: adding a constant to all logits changes nothing.")
        raise Wrong("The sum is 0, as it must be, but the numbers are not right. Differentiate log softmax.")
    return "Seven numbers: all that an action teaches the policy."


@exercise("shortest_path")
def shortest_path(answer: Callable[[np.ndarray, np.ndarray, int], Any]) -> str:
    """`answer(next_state, terminated, start)`: the fewest steps from the start to an end."""
    for next_state, terminated, start, steps in _WORLDS:
        got = answer(next_state.copy(), terminated.copy(), start)
        if isinstance(got, bool) or not isinstance(got, int | np.integer):
            raise Wrong(f"return a whole number of steps; yours is {got!r}.")
        if got == steps:
            continue
        case = f"a world of {len(next_state)} states"
        if got == steps - 1:
            raise Wrong(f"{case}: you found {got}, which is one too few. Does the last step count?")
        if got < steps:
            raise Wrong(f"{case}: {got} steps are too few. Only `terminated` says that an episode has ended.")
        raise Wrong(f"{case}: there is a way with fewer than {got} steps. Look at all states one step away first.")
    return "No agent can do better than that."


def _returns(rewards: Sequence[float], bootstrap: float, discount: float) -> list[float]:
    values, following = [], float(bootstrap)
    for reward in reversed(rewards):
        following = reward + discount * following
        values.append(following)
    return values[::-1]


def _world(moves: list[list[int]], ends: set[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Next states `(S, A)`, and which (state, action) end the episode."""
    terminated = np.zeros((len(moves), len(moves[0])), dtype=bool)
    for state, action in ends:
        terminated[state, action] = True
    return np.array(moves), terminated


_ROLLOUTS = (([0.0, 0.0, 1.0], 0.0, 0.5), ([0.25, -1.0, 0.0, 2.0], 8.0, 0.5), ([1.0], 3.0, 1.0))
_WORLDS = (
    # A corridor with a way back, its end beyond state 3.
    (*_world([[1, 0], [2, 0], [3, 1], [4, 2]], {(3, 0)}), 0, 4),
    # A long way by action 0, a short one by action 1, which has to be found from state 2 on.
    (*_world([[1, 2], [3, 0], [0, 4], [5, 1], [4, 6], [6, 6]], {(4, 1), (5, 0)}), 0, 3),
    # Loops of a state on itself, which must not be walked for ever.
    (*_world([[0, 0, 1], [1, 2, 1]], {(1, 1)}), 0, 2),
)
