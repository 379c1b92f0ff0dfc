"""The exercises of notebook 06: right answers pass, each typical mistake gets a hint of its own."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest

from qtkit import labs
from qtkit.tasks.gridworld.environment import load_environment
from qtkit.tasks.gridworld.evaluation import shortest_path as real_shortest_path
from qtkit.tasks.gridworld.settings import GridworldSettings


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


ANSWERS = {"returns": returns, "policy_gradient": policy_gradient, "shortest_path": shortest_path}


@pytest.mark.parametrize("name", ANSWERS)
def test_right_answers_pass(name):
    result = labs.check(name, ANSWERS[name])
    assert result.passed, result.message


def test_the_exercises_way_is_the_environments():
    environment = load_environment("MiniGrid-Empty-5x5-v0")
    table = environment.table
    assert shortest_path(table.next_state, table.terminated, table.start) == real_shortest_path(environment).length


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("returns", lambda r, b, d: returns(r, b, d)[::-1], "the last step's return comes first"),
        ("returns", lambda r, b, d: returns(r, 0, d), "beyond the last step"),
        ("returns", lambda r, b, d: returns(r, b, 1), "what comes later must count less"),
        ("returns", lambda r, b, d: returns(r, b, d)[1:], "there are 3 steps, and you have 2"),
        ("returns", lambda r, b, d: [x + d * b for x in r], "start from the bootstrap|each return needs"),
        ("returns", lambda r, b, d: [1.5] * len(r), "from the last to the first"),
        ("returns", lambda r, b, d: 3, "a list of numbers"),
        ("policy_gradient", lambda p, a, A: -policy_gradient(p, a, A), "should move"),
        ("policy_gradient", lambda p, a, A: policy_gradient(p, a, 1), "pushed harder"),
        ("policy_gradient", lambda p, a, A: -np.eye(7)[a] / p * A, "by the probabilities"),
        ("policy_gradient", lambda p, a, A: p, "must sum to 0"),
        ("policy_gradient", lambda p, a, A: np.zeros(7), "Differentiate log softmax"),
        ("policy_gradient", lambda p, a, A: p[:3], "of shape (7,)"),
        ("policy_gradient", lambda p, a, A: "x", "an array of 7 numbers"),
        ("shortest_path", lambda n, t, s: shortest_path(n, t, s, last=0), "one too few"),
        ("shortest_path", lambda n, t, s: 0, "too few|one too few"),
        ("shortest_path", lambda n, t, s: 99, "fewer than 99"),
        ("shortest_path", lambda n, t, s: 2.5, "a whole number of steps"),
        ("shortest_path", lambda n, t, s: True, "a whole number of steps"),
    ],
)
def test_each_mistake_gets_its_hint(name, answer, hint):
    result = labs.check(name, answer)
    assert not result.passed
    assert any(part in result.message for part in hint.split("|")), result.message


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
