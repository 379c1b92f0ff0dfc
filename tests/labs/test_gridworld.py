"""The exercises of notebook 06: right answers pass, each typical mistake gets a hint of its own."""

from __future__ import annotations

from collections import OrderedDict, deque
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
import torch

from qtkit import labs
from qtkit.tasks.gridworld.environment import load_environment
from qtkit.tasks.gridworld.evaluation import shortest_path as real_shortest_path
from qtkit.tasks.gridworld.settings import GridworldSettings
from tests.labs.exercises import each_of, expect_hint, expect_right


def returns(rewards, bootstrap, discount):
    values = []
    for reward in reversed(rewards):
        bootstrap = reward + discount * bootstrap
        values.insert(0, bootstrap)
    return values


def policy_gradient(probabilities, action, advantage):
    return (probabilities - np.eye(7)[action]) * advantage


def shortest_path(next_state, terminated, start, last=1):
    steps, waiting = {start: 0}, deque([start])
    while waiting:
        state = waiting.popleft()
        for following, ended in zip(next_state[state], terminated[state], strict=True):
            if ended:
                return steps[state] + last
            if following not in steps:
                steps[following] = steps[state] + 1
                waiting.append(following)
    raise AssertionError("no way")


def returns_recursively(rewards, bootstrap, discount):
    if not rewards:
        return []
    later = returns_recursively(rewards[1:], bootstrap, discount)
    return [rewards[0] + discount * (later[0] if later else bootstrap), *later]


def returns_by_powers(rewards, bootstrap, discount):
    T = len(rewards)
    return tuple(
        sum(discount**k * r for k, r in enumerate(rewards[t:])) + discount ** (T - t) * bootstrap for t in range(T)
    )


def returns_by_a_matrix(rewards, bootstrap, discount):
    ahead = np.arange(len(rewards) + 1) - np.arange(len(rewards))[:, None]  # (T, T + 1)
    return np.where(ahead >= 0, float(discount) ** np.maximum(ahead, 0), 0) @ np.array([*rewards, bootstrap])


def returns_in_torch(rewards, bootstrap, discount):
    values = torch.zeros(len(rewards) + 1)
    values[-1] = bootstrap
    for t in reversed(range(len(rewards))):
        values[t] = rewards[t] + discount * values[t + 1]
    return values[:-1]


def returns_yielded(rewards, bootstrap, discount):
    yield from returns(rewards, bootstrap, discount)


def gradient_by_autograd(probabilities, action, advantage):
    logits = torch.tensor(np.log(probabilities), requires_grad=True)
    loss = -torch.log_softmax(logits, -1)[action] * advantage
    return torch.autograd.grad(loss, logits)[0]


def gradient_by_differences(probabilities, action, advantage, h=1e-5):
    def loss(logits):
        return -advantage * (logits[action] - np.log(np.exp(logits).sum()))

    logits = np.log(probabilities)
    return [(loss(logits + h * e) - loss(logits - h * e)) / (2 * h) for e in np.eye(7)]


def gradient_in_a_loop(probabilities, action, advantage):
    return [advantage * (float(p) - (1.0 if k == action else 0.0)) for k, p in enumerate(probabilities)]


def gradient_by_the_jacobian(probabilities, action, advantage):
    p = probabilities.astype(np.float32)
    jacobian = np.diag(p) - np.outer(p, p)  # of the probabilities by the logits
    return -advantage / p[action] * jacobian[action]


def gradient_changed_in_place(probabilities, action, advantage):
    probabilities *= advantage
    probabilities[action] -= advantage
    return torch.from_numpy(probabilities)


def path_by_layers(next_state, terminated, start):
    states, steps = {start}, 1
    while not any(terminated[s].any() for s in states):
        states |= {int(n) for s in states for n in next_state[s]}
        steps += 1
    return steps


def path_by_values(next_state, terminated, start):
    distance = np.full(len(next_state), np.inf)
    for _ in range(len(next_state)):
        beyond = np.where(terminated, 0, distance[np.where(terminated, 0, next_state)])
        distance = 1 + beyond.min(1)
    return int(distance[start])


def path_by_matrices(next_state, terminated, start):
    S = len(next_state)
    step = np.zeros((S, S))
    for s, a in zip(*np.nonzero(~terminated), strict=True):
        step[s, next_state[s, a]] = 1
    reached, steps = np.eye(S)[start], 1
    while not reached @ terminated.any(1):
        reached, steps = reached @ step, steps + 1
    return np.int64(steps)


def path_deepening(next_state, terminated, start):
    def within(state, left):
        return left > 0 and any(
            ended or within(following, left - 1)
            for following, ended in zip(next_state[state], terminated[state], strict=True)
        )

    return next(steps for steps in range(1, 100) if within(start, steps))


ANSWERS = {
    "returns": [
        returns,
        returns_recursively,
        returns_by_powers,
        returns_by_a_matrix,
        returns_in_torch,
        returns_yielded,
    ],
    "policy_gradient": [
        policy_gradient,
        gradient_by_autograd,
        gradient_by_differences,
        gradient_in_a_loop,
        gradient_by_the_jacobian,
        gradient_changed_in_place,
    ],
    "shortest_path": [shortest_path, path_by_layers, path_by_values, path_by_matrices, path_deepening],
    "wake": [
        lambda: {"observation_scale": 0.01},
        lambda: {"observation_scale": 1 / 312},
        lambda: MappingProxyType({"observation_scale": np.float32(0.005)}),
        lambda: {"observation_scale": torch.tensor(0.008).item()},
        lambda: OrderedDict([("observation_scale", Fraction(1, 1000).__float__())]),
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "answer"), each_of(ANSWERS))
def test_right_answers_pass(name, answer):
    expect_right(name, answer)


def test_the_exercises_way_is_the_environments():
    environment = load_environment("MiniGrid-Empty-5x5-v0")
    table = environment.table
    for answer in ANSWERS["shortest_path"]:
        assert answer(table.next_state, table.terminated, table.start) == real_shortest_path(environment).length


def out_of_the_table(next_state, _, start):
    return shortest_path(next_state, next_state >= len(next_state), start)


def first_action_alone(next_state, terminated, start):
    for steps in range(1, 20):
        if terminated[start].any():
            return steps
        start = next_state[start, 0] if next_state[start, 0] != start else next_state[start, 1]
    return 99


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("returns", lambda r, b, d: returns(r, b, d)[::-1], "the last step's return comes first"),
        ("returns", lambda r, b, d: returns(r, 0, d), "beyond the last step"),
        ("returns", lambda r, b, d: returns(r, b, 1), "what comes later must count less"),
        ("returns", lambda r, b, d: returns(r, b / d, d), "beyond the last step must count less, too"),
        ("returns", lambda r, b, d: returns(r, b, d)[1:], "there are 3 steps, and you have 2"),
        ("returns", lambda r, b, d: [x + d * b for x in r], "not the bootstrap alone|begins at its own step"),
        ("returns", lambda r, b, d: [d * x for x in returns(r, b, d)], "whose reward counts in full"),
        (
            "returns",
            lambda r, b, d: [d**t * x for t, x in enumerate(returns(r, b, d))],
            "a return begins at its own step",
        ),
        ("returns", lambda r, b, d: [1.5] * len(r), "from the last to the first"),
        ("returns", lambda r, b, d: 3, "a list of numbers, one a step"),
        ("policy_gradient", lambda p, a, A: -policy_gradient(p, a, A), "should move"),
        ("policy_gradient", lambda p, a, A: policy_gradient(p, a, 1), "pushed harder"),
        ("policy_gradient", lambda p, a, A: policy_gradient(p, a, abs(A)), "must become less likely"),
        ("policy_gradient", lambda p, a, A: -np.eye(7)[a] / p * A, "by the probabilities"),
        ("policy_gradient", lambda p, a, A: policy_gradient(np.exp(p) / np.exp(p).sum(), a, A), "softmax too many"),
        ("policy_gradient", lambda p, a, A: p, "must sum to 0"),
        ("policy_gradient", lambda p, a, A: np.zeros(7), "Differentiate log softmax"),
        ("policy_gradient", lambda p, a, A: p[:3], "shape (7,) is expected, yours has shape (3,)"),
        ("policy_gradient", lambda p, a, A: "x", "an array of 7 numbers"),
        ("shortest_path", lambda n, t, s: shortest_path(n, t, s, last=0), "one too few"),
        ("shortest_path", out_of_the_table, "4 steps lead out of the table"),
        ("shortest_path", out_of_the_table, "Only `terminated` says that it has ended"),
        ("shortest_path", lambda n, t, s: shortest_path(n, t, 0), "right from state 0, but this episode starts in"),
        ("shortest_path", first_action_alone, "there is a way with fewer than 4 steps"),
        ("shortest_path", lambda n, t, s: 0, "0 steps are too few"),
        ("shortest_path", lambda n, t, s: 99, "fewer than 99"),
        ("shortest_path", lambda n, t, s: 2.5, "is a whole number (int), but you return 2.5"),
        ("shortest_path", lambda n, t, s: True, "is a whole number (int), but you return True"),
        ("shortest_path", lambda n, t, s: [0, 2, 4], "is a whole number (int), but you return [0, 2, 4]"),
        ("wake", lambda: {"observation_scale": 0.1}, "how large is what comes in?"),
        ("wake", lambda: {"observation_scale": 1e-9}, "what comes in is too small now"),
        ("wake", lambda: {"mapping_scale": 0.01}, "0 after 400 updates: they fell asleep again"),
        ("wake", lambda: {"centre": True}, "with seed 0, 2 of 32 units are awake"),
        ("wake", lambda: {"centre": True, "mapping_scale": 0.3}, "you change 2: centre, mapping_scale"),
        ("wake", dict, "you change 0: none"),
        ("wake", lambda: {"seed": 1}, "another seed is luck"),
        ("wake", lambda: {"model": "classical"}, "model: that is another agent"),
        ("wake", lambda: {"candidates": (2,)}, "candidates: that is another agent"),
        ("wake", lambda: {"observation_scale": 1}, "observation_scale is 1 already"),
        ("wake", lambda: {"observation_scale": 0}, "observation_scale must be"),
        ("wake", lambda: {"obs_scale": 0.1}, "no setting 'obs_scale': do you mean 'observation_scale'?"),
        ("wake", lambda: {"light": 0.1}, "no setting 'light': GridworldSettings() shows them all."),
        ("wake", lambda: {1: 0.1}, "no setting 1: GridworldSettings() shows them all."),
        ("wake", lambda: {"observation_scale": 1e-4}, "what comes in is too small now"),
        ("wake", lambda: "observation_scale=0.01", "one setting in a dictionary"),
    ],
)
def test_each_mistake_gets_its_hint(name, answer, hint):
    expect_hint(name, answer, *hint.split("|"))


def test_a_search_that_reads_no_ends_is_refused_however_it_stops():
    def gives_up(next_state, terminated, start):
        try:
            return out_of_the_table(next_state, terminated, start)
        except AssertionError:
            return -1

    def by_number(next_state, _, start):  # the goal has the highest number
        return shortest_path(next_state, next_state == next_state.max(), start)

    for answer in (out_of_the_table, gives_up, by_number):
        assert "Only `terminated`" in labs.check("shortest_path", answer).message


@pytest.mark.parametrize("name", ANSWERS)
def test_a_stub_is_told_so(name):
    def stub(*_):
        raise NotImplementedError

    assert "not written yet" in labs.check(name, stub).message


def test_toy_scale(monkeypatch):
    settings = GridworldSettings(episodes=50_000, seed=3)
    monkeypatch.setenv("QTKIT_SCALE", "toy")
    small = labs.sized(settings)
    assert (small.depth, small.episodes, small.workers, small.seed) == (2, 20, 4, 3)
    assert labs.sized(GridworldSettings(episodes=5, workers=2)).episodes == 5
    monkeypatch.setenv("QTKIT_SCALE", "full")
    assert labs.sized(settings) is settings
