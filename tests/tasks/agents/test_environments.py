"""Any environment: what is seen is a vector, actions are numbers, and what does not fit is told with what came."""

from __future__ import annotations

import importlib.util
import pickle
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium import spaces

from qtkit.tasks.agents import AgentSettings, AgentTraining, evaluate, open_environment, play
from qtkit.tasks.gridworld import random_policy
from qtkit.tasks.gridworld.environment import AnyEnvironment, TableEnvironment
from tests.tasks.agents import worlds
from tests.tasks.agents.worlds import register

OWN = {"CartPole-v1": (4, 2, 500, 475.0), "FrozenLake-v1": (16, 4, 100, 0.7), "Acrobot-v1": (6, 3, 500, -100.0)}
OWN |= {"MountainCar-v0": (2, 3, 200, -110.0), "Taxi-v4": (500, 6, 200, 8.0)}


@pytest.mark.parametrize("name", [name for name in OWN if name in gymnasium.registry])
def test_gymnasium_s_own(name: str) -> None:
    environment = open_environment(name)
    found = environment.n_inputs, environment.n_actions, environment.max_steps, environment.threshold
    assert found == OWN[name]
    assert environment.note is None
    assert not environment.remembers
    assert environment.observations is None


@pytest.mark.parametrize("name", ["CartPole-v1", "FrozenLake-v1"])
def test_an_episode_is_gymnasium_s(name: str) -> None:
    """Beside Gymnasium itself, which is asked the same."""
    episode, real = open_environment(name).new_episode(3), gymnasium.make(name)
    seen, _ = real.reset(seed=3)
    draws = np.random.default_rng(0)
    while True:
        expected = spaces.flatten(real.observation_space, seen)
        assert episode.observation().tolist() == expected.astype(np.float32).tolist()
        if episode.done:
            break
        action = int(draws.integers(episode.n_actions))
        seen, reward, *ended, _ = real.step(action)
        assert episode.step(action) == (float(reward), *ended)
    with pytest.raises(ValueError, match="the episode has ended after"):
        episode.step(0)


def test_a_box_of_any_shape_comes_in_a_row() -> None:
    episode = open_environment(register(worlds.Counter)).new_episode(0)
    seen = episode.observation()
    assert seen.shape == (6,) and seen.dtype == np.float32 and seen.max() > 1
    seen[:] = -1
    assert episode.observation().min() >= 0, "the caller's own"


def test_parts_come_one_after_the_other() -> None:
    environment = open_environment(register(worlds.Mixed))
    assert environment.n_inputs == 4 + 2 + 3
    assert environment.new_episode(0).observation()[-4:].sum() == 1, "a Discrete is zeros with a one"


def test_actions_are_numbered_from_the_first() -> None:
    environment = open_environment(register(worlds.FromMinusOne))
    episode = environment.new_episode(0)
    assert [episode.step(action)[0] for action in range(3)] == [1.0] * 3
    with pytest.raises(ValueError, match="from 0 to 2, got 3"):
        episode.step(3)
    batch = environment.new_batch([0, 1])
    with pytest.raises(ValueError, match="from 0 to 2, got 3"):
        batch.step(np.array([0, 3]))


def test_a_limit_of_steps_may_be_set() -> None:
    assert open_environment("CartPole-v1", 30).max_steps == 30
    endless = register(worlds.Counter, None)
    with pytest.raises(ValueError, match=rf"{endless} has no limit of steps: an episode might never end.*max_steps"):
        open_environment(endless)
    environment = open_environment(endless, 7)
    assert environment.new_batch([0]).steps.tolist() == [0]
    assert evaluate(lambda seen: random_policy(seen, 2), environment, episodes=2).lengths == (7, 7)


def test_minigrid_is_the_paper_s_table_or_itself() -> None:
    assert isinstance(open_environment("MiniGrid-Empty-5x5-v0"), TableEnvironment)
    moving = open_environment("MiniGrid-Dynamic-Obstacles-5x5-v0")
    assert isinstance(moving, AnyEnvironment)
    assert (moving.n_inputs, moving.n_actions) == (147, 3)
    assert moving.new_episode(0).observation().max() <= 10, "unscaled"


REFUSED: dict[Any, str] = {
    "Pendulum-v1": r"numbered actions, Discrete\(n\); Pendulum-v1 has Box\(-2.0, 2.0, \(1,\), float32\)\. CartPole-v1",
    worlds.TwoHands: r"numbered actions, Discrete\(n\); .*TwoHands-v0 has MultiDiscrete\(\[2 2\]\)",
    worlds.ManyActions: r"255 actions at most; .*ManyActions-v0 has 256",
    worlds.Text: r"agents see numbers \(Box, Discrete, .*\); in .*Text-v0 an observation is Dict\('said': Text",
    worlds.Liar: "promises to show 6 numbers, and shows 5",
    worlds.NeedsMore: r"cannot be made \(DependencyNotInstalled: Box2D is not .*pip install gymnasium\[box2d\]",
    "CartPole": "unknown environment 'CartPole': did you mean .*'CartPole-v[01]'",
    "nonsense": "unknown environment 'nonsense': a name such as 'CartPole-v1'. All names: import gymnasium; print",
}


@pytest.mark.parametrize("kind", REFUSED, ids=str)
def test_what_does_not_fit_is_told(kind: Any) -> None:
    name = kind if isinstance(kind, str) else register(kind)
    with pytest.raises(ValueError, match=REFUSED[kind]):
        AgentTraining(AgentSettings(environment=name))


def test_lunar_lander_plays_or_tells_what_to_install() -> None:
    if importlib.util.find_spec("Box2D"):
        assert open_environment("LunarLander-v3").n_actions == 4
    else:
        with pytest.raises(ValueError, match=r"LunarLander-v3 cannot be made .*gymnasium\[box2d\]"):
            open_environment("LunarLander-v3")


def test_what_the_seed_does_not_decide_is_told() -> None:
    note = open_environment(register(worlds.Unseeded)).note
    assert note is not None and "Its seed does not decide all" in note
    remembering = open_environment(register(worlds.Remembering))
    assert remembering.remembers
    assert "It remembers earlier episodes (Remembering.episodes)" in str(remembering.note)


def test_what_is_out_of_sight_is_told_by_how_it_plays() -> None:
    assert not open_environment(register(worlds.Hiding)).remembers
    environment = open_environment(register(worlds.HidingMemory))
    assert environment.remembers
    assert "It remembers earlier episodes (HidingMemory.body)" in str(environment.note)


def test_an_environment_can_be_sent_to_a_process() -> None:
    for name in ("CartPole-v1", "FrozenLake-v1"):
        there = pickle.loads(pickle.dumps(open_environment(name)))
        assert (
            there.new_episode(1).observation().tolist() == open_environment(name).new_episode(1).observation().tolist()
        )


# What a success is


def always_left(observations: torch.Tensor) -> torch.Tensor:
    return torch.tensor([10.0, 0.0]).expand(len(observations), 2)


def upright(observations: torch.Tensor) -> torch.Tensor:
    """Pushes the cart to where the pole falls: balances for 500 steps."""
    lean = observations[:, 2] + 0.5 * observations[:, 3]
    return torch.stack([-lean, lean], dim=1)


def test_a_success_reaches_the_threshold() -> None:
    environment = open_environment("CartPole-v1")
    good = evaluate(upright, environment, episodes=5, greedy=True)
    assert good.returns == (500.0,) * 5 and good.success_rate == 1
    assert "100% reach 475" in str(good)
    assert evaluate(always_left, environment, episodes=5, greedy=True).success_rate == 0
    for policy, outcome in ((upright, "cut"), (always_left, "end")):
        replay = play(lambda seen, policy=policy: (policy(seen), torch.zeros(1)), environment, greedy=True)
        assert replay.outcome == outcome
    assert str(replay).startswith("return 9 of 475 in 9 steps") or "of 475 in" in str(replay)


def test_pictures_are_gymnasium_s_and_small() -> None:
    pytest.importorskip("pygame")
    replay = play(lambda seen: (always_left(seen), torch.zeros(1)), open_environment("CartPole-v1"), greedy=True)
    assert replay.pictures is not None
    assert len(replay.pictures.frames) == len(replay.actions) + 1
    assert {picture.shape for picture in replay.pictures.frames} == {(200, 300, 3)}
    assert replay.pictures.views == []
    blind = open_environment(register(worlds.Counter))
    assert play(lambda seen: (always_left(seen), torch.zeros(1)), blind).pictures is None
