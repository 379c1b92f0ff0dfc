"""The exercises of notebook 06: returns, the policy's gradient, waking an agent, the shortest way through a table."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from qtkit.labs.answers import close, numbers, shown, whole
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining, count_awake, hidden_units


@exercise("returns")
def returns(answer: Callable[[list[float], float, float], Any]) -> str:
    """`answer(rewards, bootstrap, discount)`: the n-step returns of a rollout, first to last."""
    for rewards, bootstrap, discount in _ROLLOUTS:
        case = f"rewards {rewards}, bootstrap {bootstrap}, discount {discount}"
        values = answer(list(rewards), bootstrap, discount)
        if hasattr(values, "__len__") and len(values) != len(rewards):
            raise Wrong(f"{case}: there are {len(rewards)} steps, and you have {len(values)} returns.")
        got = numbers(values, (len(rewards),), f"{case}: the returns, a list of numbers, one a step")
        right = np.array(_returns(rewards, bootstrap, discount))
        if close(got, right):
            continue
        if close(got, right[::-1]):
            raise Wrong(f"{case}: the numbers are right, but the last step's return comes first. Turn them round.")
        for words, wrong in (
            ("this is right for an episode that ended. What is expected beyond the last step?", (0.0, discount)),
            ("what comes later must count less.", (bootstrap, 1.0)),
            ("what lies beyond the last step must count less, too.", (bootstrap / discount, discount)),
        ):
            if close(got, np.array(_returns(rewards, *wrong))):
                raise Wrong(f"{case}: {words}")
        if close(got, np.array([reward + discount * bootstrap for reward in rewards])):
            raise Wrong(f"{case}: each return needs the one after it, not the bootstrap alone.")
        if close(got, discount * right) or close(got, right * discount ** np.arange(len(rewards))):
            raise Wrong(f"{case}: a return begins at its own step, whose reward counts in full.")
        raise Wrong(f"{case}: start from the bootstrap and go through the steps from the last to the first.")
    return "The returns that every worker computes, up to 5 steps at a time."


@exercise("policy_gradient")
def policy_gradient(answer: Callable[[np.ndarray, int, float], Any]) -> str:
    """`answer(probabilities, action, advantage)`: the gradient of `-log pi(action) * advantage` by the logits."""
    generator = np.random.default_rng(case_seed(7))
    for action, advantage in ((2, 1.0), (0, -0.5), (6, 2.0)):
        probabilities = generator.dirichlet(np.ones(7))
        got = numbers(answer(probabilities.copy(), action, advantage), (7,), "an array of 7 numbers, one a logit")
        taken, again = np.eye(7)[action], np.exp(probabilities) / np.exp(probabilities).sum()
        away = probabilities - taken
        right = away * advantage
        if close(got, right):
            continue
        for words, wrong in (
            ("Nearly: what turned out worse than foretold must become less likely.", abs(advantage) * away),
            ("Nearly: this is the direction in which the policy should move, minus the gradient of the loss.", -right),
            ("Nearly: an action with a large advantage must be pushed harder.", away),
            (
                "This is the gradient by the probabilities. A logit changes all of them.",
                -taken / probabilities * advantage,
            ),
            ("This is a softmax too many: probabilities are given, no logits.", (again - taken) * advantage),
        ):
            if close(got, wrong):
                raise Wrong(words)
        if abs(got.sum()) > 1e-5:
            raise Wrong("The seven numbers must sum to 0: adding a constant to all logits changes nothing.")
        raise Wrong("The sum is 0, as it must be, but the numbers are not right. Differentiate log softmax.")
    return "Seven numbers: all that an action teaches the policy."


_ASLEEP = GridworldSettings(candidates=(5,), depth=2, workers=8)
_SLEEPERS = (0, 3, 7)
"""Seeds with which no unit of these agents is awake."""
_UPDATES, _ENOUGH = 400, 8
_SATURATED = 0.9
"""The mean size of what units say at the end of their tanh; those that see too little stand at their biases, half as
far out."""


@exercise("wake")
def wake(answer: Callable[[], Any]) -> str:
    """`answer()`: one setting by name, `{name: value}`, that keeps an agent's hidden units awake."""
    for seed in _SLEEPERS:
        training = GridworldTraining(_changed(answer(), seed))
        awake, of = _awake(training), f"with seed {seed}"
        if awake < _ENOUGH:
            size = float(hidden_units(training.network().policy, _seen(training)).abs().mean())
            why = (
                "The others are at the end of their tanh: how large is what comes in?"
                if size > _SATURATED
                else "The others hardly stir: what comes in is too small now."
            )
            raise Wrong(f"{of}, {awake} of 32 units are awake before the first update; {_ENOUGH} must be. {why}")
        for record in training:
            if record.step >= _UPDATES:
                break
        if (later := _awake(training)) < _ENOUGH:
            raise Wrong(
                f"{of}, {awake} of 32 units are awake at the start and {later} after {_UPDATES} updates: they fell "
                "asleep again. A small weight grows; what is it multiplied by?"
            )
    return f"Awake with the three seeds that slept, and still awake after {_UPDATES} updates."


@exercise("shortest_path")
def shortest_path(answer: Callable[[np.ndarray, np.ndarray, int], Any]) -> str:
    """`answer(next_state, terminated, start)`: the fewest steps from the start to an end."""
    for moves, ends, start in _WORLDS:
        next_state, terminated = _world(moves, ends)
        steps = _fewest(next_state, terminated, start)
        assert steps is not None, "each of these worlds has an end"
        case = f"a world of {len(next_state)} states"
        got = whole(answer(next_state.copy(), terminated.copy(), start), f"{case}: a number of steps")
        if got == steps:
            continue
        if got == _fewest(next_state, next_state >= len(next_state), start):
            raise Wrong(
                f"{case}: {got} steps lead out of the table, but an episode ends before, in a state with a number "
                "like any other. Only `terminated` says that it has ended."
            )
        if got == _fewest(next_state, terminated, 0):
            raise Wrong(f"{case}: {got} would be right from state 0, but this episode starts in state {start}.")
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


def _changed(got: Any, seed: int) -> GridworldSettings:
    """The sleeping agent's settings with the one change that was returned.

    Raises:
        Wrong: if it is not one change of one setting, or one of seed or model.
    """
    if not isinstance(got, Mapping):
        raise Wrong(f'return one setting in a dictionary, such as {{"depth": 5}}; yours is {shown(got)}.')
    if len(got) != 1:
        raise Wrong(f"change one setting; you change {len(got)}: {', '.join(map(str, got)) or 'none'}.")
    ((name, value),) = got.items()
    if name == "seed":
        raise Wrong("another seed is luck: the agents of three seeds sleep, and all three must wake.")
    if name in ("model", "candidates"):
        raise Wrong(f"{name}: that is another agent. Wake this one.")
    if name not in (known := _ASLEEP.to_dict()):
        near = difflib.get_close_matches(str(name), known, n=1)
        meant = f"do you mean {near[0]!r}?" if near else "GridworldSettings() shows them all."
        raise Wrong(f"there is no setting {shown(name)}: {meant}")
    try:
        settings = GridworldSettings.from_dict({**known, name: value, "seed": seed})
    except ValueError as error:
        raise Wrong(f"{error}.") from None
    if getattr(settings, name) == getattr(_ASLEEP, name):
        raise Wrong(f"{name} is {value!r} already, and the agent sleeps.")
    return settings


def _seen(training: GridworldTraining) -> Any:
    observations = training.data.observations
    assert observations is not None, "an empty room is a table"
    return observations


def _awake(training: GridworldTraining) -> int:
    return count_awake(training.network().policy, _seen(training))


def _fewest(next_state: np.ndarray, ends: np.ndarray, start: int) -> int | None:
    """Steps to the first of the moves that end an episode `(S, A)`; None if there is no way."""
    steps, waiting = {start: 0}, deque([start])
    while waiting:
        state = waiting.popleft()
        if ends[state].any():
            return steps[state] + 1
        for following in next_state[state].tolist():
            if following not in steps:
                steps[following] = steps[state] + 1
                waiting.append(following)
    return None


def _world(moves: Sequence[Sequence[int]], ends: set[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Next states `(S, A)`, and which (state, action) end the episode."""
    terminated = np.zeros((len(moves), len(moves[0])), dtype=bool)
    for state, action in ends:
        terminated[state, action] = True
    return np.array(moves), terminated


_ROLLOUTS = (([0.0, 0.0, 1.0], 0.0, 0.5), ([0.25, -1.0, 0.0, 2.0], 8.0, 0.5), ([1.0], 3.0, 1.0))
_WORLDS = (
    # A corridor with a way back, its end beyond state 3.
    ([[1, 0], [2, 0], [3, 1], [4, 2]], {(3, 0)}, 0),
    # A long way by action 0, a short one by action 1, which has to be found from state 2 on.
    ([[1, 2], [3, 0], [0, 4], [5, 1], [4, 6], [6, 5]], {(4, 1), (5, 0)}, 0),
    # Loops of a state on itself, which must not be walked for ever.
    ([[0, 0, 1], [1, 2, 1]], {(1, 1)}, 0),
    # Two ends: the near one leads back to where the episode began, the far one out of the table.
    ([[1, 2], [3, 0], [0, 2], [4, 3], [5, 4]], {(2, 0), (4, 0)}, 0),
    # One end, of a state's loop on itself, and a start in the middle.
    ([[1, 0], [2, 0], [3, 1], [3, 4], [4, 3]], {(4, 0)}, 2),
)
"""Moves `(S, A)`, the moves that end an episode, and the start."""
