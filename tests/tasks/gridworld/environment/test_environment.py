"""Episodes in the table against the same episodes in the real environment, one by one and many at once."""

from __future__ import annotations

import pickle
from collections import Counter

import gymnasium
import numpy as np
import pytest
import torch

from qtkit.tasks.gridworld.environment import RealEnvironment, TableEnvironment, load_environment
from tests.tasks.gridworld.worlds import register

FIVE, SIX, RANDOM = "MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-6x6-v0", "MiniGrid-Empty-Random-5x5-v0"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "episodes"), [(FIVE, 1000), (SIX, 200)])
def test_random_episodes_step_for_step(name, episodes):
    environment = load_environment(name)
    real = gymnasium.make(name, disable_env_checker=True).unwrapped
    rng = np.random.default_rng(5)
    ends = Counter()
    for seed in range(episodes):
        # Every fifth agent is quite random and mostly runs out of time; the others prefer to move.
        chances = np.full(7, 1 / 7) if seed % 5 == 0 else np.array([0.15, 0.2, 0.5, 0.05, 0.03, 0.03, 0.04])
        actions = rng.choice(7, size=environment.max_steps, p=chances).tolist()
        episode, (observation, _), total = environment.new_episode(seed), real.reset(seed=seed), 0
        for steps, action in enumerate(actions, start=1):
            assert np.array_equal(episode.observation(), observation["image"].ravel())
            observation, reward, terminated, truncated, _ = real.step(action)
            assert episode.step(action) == (reward, terminated, truncated)
            total += reward
            assert (episode.steps, episode.total, episode.done) == (steps, total, terminated or truncated)
            if episode.done:
                break
        assert np.array_equal(episode.observation(), observation["image"].ravel())
        assert episode.done and episode.actions == actions[: episode.steps]
        ends[terminated, truncated] += 1
    assert min(ends[True, False], ends[False, True]) > episodes // 20, "both ways to end are tried"


def test_the_table_is_taken_where_there_is_one():
    environment = load_environment(FIVE)
    assert isinstance(environment, TableEnvironment)
    assert (environment.name, environment.max_steps, environment.n_actions) == (FIVE, 100, 7)
    assert environment.note is None
    assert environment.observations.shape == (32, 147) and environment.observations.dtype == torch.float32
    episode = environment.new_episode(3)
    assert episode.state == 0 and episode.observation().dtype == np.float32
    assert torch.equal(torch.tensor(episode.observation()), environment.observations[episode.state])
    assert repr(environment) == f"{FIVE} as a table: 32 + 2 final states, at most 100 steps"


def test_the_real_environment_is_taken_elsewhere_and_says_why():
    environment = load_environment(RANDOM)
    assert isinstance(environment, RealEnvironment) and environment.observations is None
    assert environment.note == (
        f"{RANDOM} cannot be made a table: its start is random. "
        "Its episodes run in the real environment, far slower than in a table."
    )
    assert (environment.name, environment.max_steps, environment.n_actions) == (RANDOM, 100, 7)
    starts = [environment.new_episode(seed).observation() for seed in (0, 1, 2, 3, 4, 0)]
    assert starts[0].shape == (147,) and starts[0].dtype == np.float32
    assert np.array_equal(starts[0], starts[5]) and len(np.unique(starts, axis=0)) > 1
    assert environment.new_episode(0).state is None
    assert repr(environment) == f"{RANDOM} itself, at most 100 steps"
    with pytest.raises(ValueError, match="unknown environment 'nowhere'"):
        load_environment("nowhere")
    with pytest.raises(ValueError, match="7 discrete actions"):
        load_environment("MiniGrid-Dynamic-Obstacles-5x5-v0")


def test_a_wrapped_environment_runs_with_its_wrapper():
    environment = load_environment(register("Wrapped"))
    assert environment.max_steps == 20 and "TimeLimit" in environment.note
    episode = environment.replay(0, [6] * 19)
    assert not episode.done
    assert episode.step(6) == (0.0, False, True)


@pytest.mark.parametrize("kind", [load_environment, RealEnvironment])
def test_time_out(kind):
    environment = kind(FIVE)
    episode = environment.replay(0, [6] * 99)
    assert not episode.done and episode.steps == 99
    assert episode.step(6) == (0.0, False, True)
    assert episode.done and episode.total == 0
    with pytest.raises(ValueError, match="the episode has ended after 100 steps; begin a new one"):
        episode.step(6)
    assert episode.steps == len(episode.actions) == 100


@pytest.mark.parametrize("kind", [load_environment, RealEnvironment])
def test_the_goal_at_the_very_last_step(kind):
    last = kind(FIVE).replay(0, [6] * 95 + [2, 2, 1, 2]).step(2)
    assert last == (pytest.approx(0.1), True, True)


@pytest.mark.parametrize("kind", [load_environment, RealEnvironment])
@pytest.mark.parametrize("action", [-1, 7, 2.0, "2", None])
def test_actions_that_do_not_exist(kind, action):
    episode = kind(FIVE).new_episode(0)
    with pytest.raises(ValueError, match="an action is a whole number from 0 to 6, got "):
        episode.step(action)
    assert episode.steps == 0 and episode.actions == []


@pytest.mark.parametrize("kind", [load_environment, RealEnvironment])
def test_what_is_done_to_an_observation_stays_there(kind):
    episode = kind(FIVE).new_episode(0)
    torch.from_numpy(episode.observation()).zero_()
    assert episode.observation().any()


def test_actions_may_come_from_numpy_and_torch():
    episode = load_environment(FIVE).replay(0, [np.int64(2), torch.tensor(2)])
    assert episode.actions == [2, 2] and all(type(action) is int for action in episode.actions)


@pytest.mark.parametrize("seed", [-1, 1.5, None, True])
def test_seeds_that_do_not_exist(seed):
    for environment in (load_environment(FIVE), RealEnvironment(RANDOM)):
        for begin in (environment.new_episode, lambda seed, e=environment: e.new_batch([seed])):
            with pytest.raises(ValueError, match="seed must be a whole number of at least 0, got"):
                begin(seed)
        with pytest.raises(ValueError, match="seeds is empty"):
            environment.new_batch([])


@pytest.mark.parametrize("name", [FIVE, RANDOM, "MiniGrid-DoorKey-5x5-v0"])
def test_replay_restores_an_episode(name):
    environment, rng = load_environment(name), np.random.default_rng(1)
    for seed in range(10):
        episode = environment.new_episode(seed)
        for action in rng.integers(7, size=30).tolist():
            if not episode.done:
                episode.step(action)
        again = environment.replay(seed, episode.actions)
        if not episode.done:
            assert again.step(2) == episode.step(2)
        for part in ("state", "steps", "total", "done", "actions"):
            assert getattr(again, part) == getattr(episode, part)
        assert np.array_equal(again.observation(), episode.observation())
    with pytest.raises(ValueError, match=f"ends after {environment.max_steps} of the 999 actions"):
        environment.replay(0, [6] * 999)


@pytest.mark.parametrize("name", [FIVE, RANDOM])
def test_environments_can_be_sent_to_other_processes(name):
    environment = load_environment(name)
    copy = pickle.loads(pickle.dumps(environment))
    one, two = environment.replay(4, [2, 2, 1]), copy.replay(4, [2, 2, 1])
    assert np.array_equal(one.observation(), two.observation()) and one.step(2) == two.step(2)
    assert copy.note == environment.note and copy.max_steps == environment.max_steps


@pytest.mark.slow
@pytest.mark.parametrize(("name", "size"), [(FIVE, 200), (SIX, 50), (RANDOM, 8)])
def test_many_at_once_are_the_same_as_one_by_one(name, size):
    environment = load_environment(name)
    batch = environment.new_batch(range(size))
    assert len(batch) == size
    episodes = [environment.new_episode(seed) for seed in range(size)]
    rng = np.random.default_rng(2)
    while not batch.done.all():
        assert np.array_equal(batch.observations(), np.stack([episode.observation() for episode in episodes]))
        actions = rng.choice([0, 1, 2, 2, 2, 5], size=size)
        actions[batch.done] = 99  # ignored
        expected = [(0.0, False, False) if e.done else e.step(int(a)) for e, a in zip(episodes, actions, strict=True)]
        assert list(zip(*(column.tolist() for column in batch.step(actions)), strict=True)) == expected
        assert batch.done.tolist() == [episode.done for episode in episodes]
    assert batch.steps.tolist() == [episode.steps for episode in episodes]
    assert batch.totals.tolist() == [episode.total for episode in episodes]
    if batch.states is not None:
        assert batch.states.tolist() == [episode.state for episode in episodes]
    assert len(set(batch.steps.tolist())) > 1
    with pytest.raises(ValueError, match=f"all {size} episodes have ended"):
        batch.step(np.zeros(size, dtype=int))


@pytest.mark.parametrize("kind", [load_environment, RealEnvironment])
@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([1, 7], "an action is a whole number from 0 to 6, got 7"),
        ([-1, 0], "an action is a whole number from 0 to 6, got -1"),
        ([1], r"actions must be 2 whole numbers, got int64 of shape \(1,\)"),
        ([1.0, 2.0], "actions must be 2 whole numbers, got float64"),
    ],
)
def test_a_batch_checks_its_actions(kind, actions, message):
    batch = kind(FIVE).new_batch([0, 1])
    with pytest.raises(ValueError, match=message):
        batch.step(np.array(actions))
    assert not batch.steps.any()
