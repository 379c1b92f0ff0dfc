"""Evaluations against plain loops, and the policies at both ends: one that knows nothing, and the best."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, QuantumTrain
from qtkit.networks import PolicyMLP
from qtkit.tasks.gridworld.environment import RealEnvironment, load_environment
from qtkit.tasks.gridworld.evaluation import convert_for, evaluate, random_policy, shortest_path
from tests.tasks.gridworld.worlds import register

FIVE, SIX, RANDOM = "MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-6x6-v0", "MiniGrid-Empty-Random-5x5-v0"


def policy(seed: int = 0) -> PolicyMLP:
    """A policy that is neither uniform nor certain."""
    return PolicyMLP(generator=torch.Generator().manual_seed(seed))


def best_policy(environment):
    """What is seen on the shortest path tells the action; anywhere else it says "done"."""
    episode, known = environment.new_episode(0), []
    for action in shortest_path(environment).actions:
        known.append((torch.tensor(episode.observation()), action))
        episode.step(action)

    def logits(observations):
        out = torch.zeros(len(observations), 7)
        out[:, 6] = 1
        for view, action in known:
            out[(observations == view).all(1), action] = 2
        return out

    return logits


def one_by_one(policy, environment, episodes, seed, greedy):
    """Returns and lengths, by plain loops over the same random numbers."""
    draws = np.random.default_rng([seed, 0]).random((episodes, environment.max_steps))
    starts = np.random.default_rng([seed, 1]).integers(2**31, size=episodes).tolist()
    returns, lengths = [], []
    for k in range(episodes):
        episode = environment.new_episode(starts[k])
        while not episode.done:
            with torch.no_grad():
                logits = policy(torch.tensor(episode.observation())[None])[0].double()
            below = np.cumsum(logits.softmax(0).numpy())
            chosen = int(logits.argmax()) if greedy else int(np.searchsorted(below, draws[k, episode.steps], "right"))
            episode.step(min(chosen, 6))
        returns.append(episode.total)
        lengths.append(episode.steps)
    return tuple(returns), tuple(lengths)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "length"), [(FIVE, 5), (SIX, 7), ("MiniGrid-Empty-8x8-v0", 11)])
def test_the_best_policy_takes_the_shortest_path(name, length):
    environment = load_environment(name)
    path = shortest_path(environment)
    forward = (length - 1) // 2
    assert path.actions == (*[2] * forward, 1, *[2] * forward) and path.length == length
    assert path.total == pytest.approx(1 - 0.9 * length / environment.max_steps)
    for greedy, episodes in ((True, 3), (False, 400)):
        found = evaluate(best_policy(environment), environment, episodes=episodes, greedy=greedy)
        assert max(found.returns) <= path.total and min(found.lengths) >= length
        if greedy:
            assert found.returns == (path.total,) * 3 and found.lengths == (length,) * 3
            assert found.success_rate == 1 and found.std_return < 1e-12


def test_no_path_and_no_table():
    with pytest.raises(ValueError, match="no way to a reward in QtkitNoGoal-v0 within 64 steps"):
        shortest_path(load_environment(register("NoGoal")))
    with pytest.raises(ValueError, match=f"needs an environment with a table .* here is {RANDOM} itself"):
        shortest_path(load_environment(RANDOM))


@pytest.mark.slow
def test_lava_is_no_goal():
    path = shortest_path(load_environment("MiniGrid-DistShift1-v0"))
    assert path.length > 6 and path.total > 0.9


def test_the_random_policy():
    environment = load_environment(FIVE)
    found = evaluate(random_policy, environment, episodes=4000)
    # The chance to be where after how many steps, summed over all ways: no sampling.
    table, chance, expected = environment.table, np.eye(32)[0], 0.0
    for time in range(1, 101):
        following = np.zeros(table.n_states)
        for action in range(7):
            np.add.at(following, table.next_state[:, action], chance / 7)
            expected += (chance / 7) @ table.payoff[table.payment[:, action], time]
        chance = following[:32]
    assert expected == pytest.approx(0.2, abs=0.01)
    assert abs(found.mean_return - expected) < 4 * found.std_return / 4000**0.5
    assert found.success_rate == np.mean(np.array(found.returns) > 0)
    assert random_policy(torch.ones(3, 147)).tolist() == [[0] * 7] * 3


@pytest.mark.slow
@pytest.mark.parametrize("greedy", [False, True])
def test_many_at_once_are_the_same_as_one_by_one(greedy):
    environment = load_environment(FIVE)
    found = evaluate(policy(), environment, episodes=30, greedy=greedy, seed=7)
    assert (found.returns, found.lengths) == one_by_one(policy(), environment, 30, 7, greedy)
    assert found.episodes == 30
    assert found.mean_return == pytest.approx(np.mean(found.returns))
    assert found.std_return == pytest.approx(np.std(found.returns))
    assert found.mean_length == pytest.approx(np.mean(found.lengths))


@pytest.mark.slow
def test_the_real_environment_gives_the_same_as_its_table():
    found = evaluate(policy(1), load_environment(FIVE), episodes=12, seed=3)
    assert len(set(found.returns)) > 1
    assert evaluate(policy(1), RealEnvironment(FIVE), episodes=12, seed=3) == found


@pytest.mark.slow
def test_environments_with_random_starts():
    environment = load_environment(RANDOM)
    found = evaluate(random_policy, environment, episodes=20, seed=1)
    assert (found.returns, found.lengths) == one_by_one(random_policy, environment, 20, 1, False)


def test_the_seed_decides_all():
    environment, before = load_environment(FIVE), (random.getstate(), np.random.get_state(), torch.get_rng_state())  # noqa: NPY002
    found = evaluate(random_policy, environment, episodes=1500, seed=2)
    assert evaluate(random_policy, environment, episodes=1500, seed=2) == found
    assert evaluate(random_policy, environment, episodes=1500, seed=3) != found
    fewer = evaluate(random_policy, environment, episodes=40, seed=2)
    assert found.returns[:40] == fewer.returns, "fewer episodes are the first of more"
    assert found.returns[1000:1400] != found.returns[:400], "the next thousand are others"
    assert random.getstate() == before[0]
    assert np.array_equal(np.random.get_state()[1], before[1][1])  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), before[2])


def test_an_impossible_action_is_never_drawn():
    def never_left_or_done(observations):
        logits = torch.zeros(len(observations), 7)
        logits[:, [0, 6]] = -1000
        return logits

    seen = []

    class Spy:
        threshold = None

        def __init__(self, environment):
            self.__dict__.update(environment.__dict__)

        def new_batch(self, seeds):
            batch = load_environment(FIVE).new_batch(seeds)
            step = batch.step
            batch.step = lambda actions: (seen.append(set(actions[~batch.done].tolist())), step(actions))[1]
            return batch

    spy = Spy(RealEnvironment(FIVE))
    evaluate(never_left_or_done, spy, episodes=200)
    assert set().union(*seen) == {1, 2, 3, 4, 5}


def test_generated_policies():
    generated = QuantumTrain(PolicyMLP(), 1, CANDIDATES[:1], generator=torch.Generator().manual_seed(0))
    found = evaluate(generated, load_environment(FIVE), episodes=10)
    assert found == evaluate(generated.to_classical(), load_environment(FIVE), episodes=10)


@pytest.mark.slow
@pytest.mark.parametrize("make", [load_environment, RealEnvironment])
def test_a_policy_in_float64(make):
    environment = make(FIVE)
    for greedy in (True, False):
        found = evaluate(policy(1).double(), environment, episodes=5, greedy=greedy)
        assert found == evaluate(policy(1), environment, episodes=5, greedy=greedy)


def test_observations_go_where_the_network_is():
    observations = torch.ones(2, 147)
    assert convert_for(policy().to("meta", torch.float64), observations).dtype == torch.float64
    assert convert_for(policy().to("meta"), observations).device.type == "meta"
    for unknown in (random_policy, nn.Identity()):
        assert convert_for(unknown, observations) is observations


def test_a_module_is_in_evaluation_mode_only_meanwhile():
    class Noisy(nn.Module):
        def forward(self, observations):
            assert not self.training and not torch.is_grad_enabled()
            return random_policy(observations)

    module = Noisy()
    evaluate(module, load_environment(FIVE), episodes=1)
    assert module.training
    with pytest.raises(AssertionError):
        evaluate(lambda observations: module(observations), load_environment(FIVE), episodes=1)
    module.eval()
    evaluate(module, load_environment(FIVE), episodes=1)
    assert not module.training


def test_an_evaluation_reads_well():
    found = evaluate(best_policy(load_environment(FIVE)), load_environment(FIVE), episodes=1000, greedy=True)
    text = "mean return 0.955 ± 0.000 over 1,000 episodes, 100% reach the goal, 5.0 steps on average"
    assert str(found) == repr(found) == text


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (lambda x: torch.zeros(len(x), 6), r"for 32 observations the policy must give logits \(32, 7\), got \(32, 6\)"),
        (lambda x: torch.zeros(7), r"logits \(32, 7\), got \(7,\)"),
        (lambda x: np.zeros((len(x), 7)), r"logits \(32, 7\), got ndarray"),
        (lambda x: torch.full((len(x), 7), torch.nan), "the policy gives logits that are not finite"),
    ],
)
def test_policies_that_give_something_else(policy, message):
    with pytest.raises(ValueError, match=message):
        evaluate(policy, load_environment(FIVE), episodes=1)


@pytest.mark.parametrize("options", [{"episodes": 0}, {"episodes": 2.5}, {"seed": -1}])
def test_options_that_do_not_exist(options):
    name, value = next(iter(options.items()))
    with pytest.raises(ValueError, match=f"{name} must be a whole number of at least . *, got {value}"):
        evaluate(random_policy, load_environment(FIVE), **options)
