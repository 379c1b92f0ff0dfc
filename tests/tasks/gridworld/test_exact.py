"""Exact values against sampled episodes, and against what is known by hand."""

from __future__ import annotations

import pytest
import torch

from qtkit.tasks.gridworld.environment import load_environment
from qtkit.tasks.gridworld.evaluation import evaluate, shortest_path
from qtkit.tasks.gridworld.exact import best_constant_policy, expectation

SMALL, LARGE = "MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-6x6-v0"


@pytest.mark.parametrize("name", [SMALL, LARGE])
def test_random_policies_are_worth_what_many_episodes_give(name):
    environment = load_environment(name)
    generator = torch.Generator().manual_seed(3)
    views = [tuple(view.tolist()) for view in environment.observations]
    random = dict(zip(views, torch.randn(len(views), 7, generator=generator), strict=True))
    for rows in (dict.fromkeys(views, torch.zeros(7)), random):
        exact = expectation(environment, torch.stack([rows[view] for view in views]).double().softmax(-1))
        policy = lambda seen, rows=rows: torch.stack([rows[tuple(view.tolist())] for view in seen])  # noqa: E731
        sampled = evaluate(policy, environment, episodes=4_000, seed=1)
        assert sampled.mean_return == pytest.approx(exact.total, abs=4 * 0.3 / 4_000**0.5)
        assert sampled.mean_length == pytest.approx(exact.length, abs=4 * 45 / 4_000**0.5)
        assert sampled.success_rate == pytest.approx(exact.success, abs=4 * 0.5 / 4_000**0.5)


def test_the_shortest_way_is_worth_its_reward():
    environment = load_environment(SMALL)
    way, probabilities = shortest_path(environment), torch.zeros(environment.table.n_live, 7)
    state = environment.table.start
    probabilities[:, 0] = 1
    for action in way.actions:
        probabilities[state] = torch.eye(7)[action]
        state = int(environment.table.next_state[state, action])
    found = expectation(environment, probabilities)
    assert (found.total, found.length, found.success) == (pytest.approx(way.total), way.length, 1.0)


def test_turning_on_the_spot_leads_nowhere():
    found = expectation(load_environment(SMALL), torch.eye(7)[0])
    assert (found.total, found.length, found.success) == (0.0, 100.0, 0.0)


@pytest.mark.slow
def test_the_best_policy_that_does_not_look():
    environment = load_environment(SMALL)
    best, found = best_constant_policy(environment)
    assert best.sum() == pytest.approx(1) and best[3:].max() < 0.01, "only turning and walking are of use"
    assert found.total == pytest.approx(0.745, abs=1e-3)
    step = 0.02 * (torch.eye(7, dtype=torch.float64)[2] - torch.eye(7, dtype=torch.float64)[1])
    for other in (best + step, best - step):
        assert expectation(environment, other).total < found.total
    assert "0.745" in str(found)


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        (torch.ones(6) / 6, r"shape \(7,\) or \(32, 7\), got \(6,\)"),
        (torch.ones(7), "sum to 1"),
        (torch.tensor([2.0, -1, 0, 0, 0, 0, 0]), "at least 0"),
    ],
)
def test_what_are_no_probabilities_is_refused(probabilities, message):
    with pytest.raises(ValueError, match=message):
        expectation(load_environment(SMALL), probabilities)


def test_an_environment_without_a_table_is_refused():
    real = load_environment("MiniGrid-Empty-Random-5x5-v0")
    for function in (best_constant_policy, lambda e: expectation(e, torch.ones(7) / 7)):
        with pytest.raises(ValueError, match="need an environment with a table"):
            function(real)
