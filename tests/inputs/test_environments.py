"""Environments as people bring them: each trains, is evaluated and saved, or is refused with the reason.

A row of `REFUSED` is one that does not fit, a row of `REMEMBERS` one whose episodes depend on those before, a row of
`FORGETS` one that only looks so. The levels of MiniGrid and BabyAI are drawn from Gymnasium's registry.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from itertools import islice
from typing import Any

import gymnasium
import hypothesis
import minigrid  # noqa: F401  (registers its environments)
import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from torch import Tensor

from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining, evaluate, load_environment, play, random_policy
from qtkit.tasks.gridworld.a3c.processes import ProcessPool
from qtkit.tasks.gridworld.environment import RealEnvironment
from qtkit.tasks.gridworld.environment.memory import find_memory
from qtkit.tasks.gridworld.environment.minigrid import begin, make_fresh, make_real, step_limit
from tests.helpers import timeless
from tests.tasks.gridworld.worlds import register

LEVELS = [name for name in gymnasium.registry if name.startswith(("MiniGrid", "BabyAI"))]
OTHERS = [name for name in gymnasium.registry if not name.startswith(("MiniGrid", "BabyAI", "Qtkit"))]

UNFIT = {
    "MiniGrid-Dynamic-Obstacles": r"must have the 7 discrete actions of MiniGrid; .* has Discrete\(3\)",
    "MiniGrid-WFC": r"cannot begin an episode \((DependencyNotInstalled|FileNotFoundError): ",  # not all of it is there
}

SMALL = GridworldSettings(model="classical", workers=2, episodes=4, seed=1)


def settings(name: str, **changes: Any) -> GridworldSettings:
    return dataclasses.replace(SMALL, environment=name, **changes)


def refusal(name: str) -> str | None:
    """What must be said of a level that does not fit, as a pattern."""
    return next((message for start, message in UNFIT.items() if name.startswith(start)), None)


FIT = [name for name in LEVELS if refusal(name) is None]

old_versions = pytest.mark.filterwarnings("ignore:.*is out of date:DeprecationWarning")


# Every registered environment


@old_versions
@pytest.mark.parametrize("name", LEVELS)
def test_a_level_plays_or_says_why_not(name: str) -> None:
    if (reason := refusal(name)) is not None:
        with pytest.raises(ValueError, match=f"(?=.*{name}).*{reason}"):
            make_real(name)
        return
    real = make_real(name)
    assert step_limit(real) >= 10
    first = begin(real, 3)
    assert first.shape == (147,)
    for action in range(7):
        observation, _, terminated, truncated, _ = real.step(action)
        assert observation["image"].shape == (7, 7, 3)
        if terminated or truncated:
            break
    assert np.array_equal(begin(real, 3), first), "the seed decides"


@old_versions
@pytest.mark.slow
@pytest.mark.parametrize("name", FIT)
def test_no_level_remembers(name: str) -> None:
    assert find_memory(name) is None


@pytest.mark.parametrize("name", ["BabyAI-GoToObjS4-v0", "BabyAI-GoToSeqS5R2-v0", "MiniGrid-Fetch-5x5-N2-v0"])
def test_a_level_trains_is_evaluated_and_saved(name: str) -> None:
    check_whole_life(name)


@old_versions
@pytest.mark.slow
@hypothesis.settings(max_examples=8, deadline=None)
@hypothesis.given(name=st.sampled_from(FIT))
def test_levels_drawn_at_random_train_are_evaluated_and_saved(name: str) -> None:
    check_whole_life(name)


def check_whole_life(name: str) -> None:
    training = GridworldTraining(settings(name, episodes=1_000))
    list(islice(training, 8))
    with tempfile.TemporaryDirectory() as folder:
        training.save_checkpoint(folder)
        other = GridworldTraining.resume(folder)
    assert timeless(islice(other, 8)) == timeless(islice(training, 8))
    found = evaluate(training.network().policy, training.data, episodes=2)
    assert min(found.lengths) >= 1
    assert play(training.network(), name, pictures=False).actions


@pytest.mark.filterwarnings("ignore")  # of environments that are out of date
@pytest.mark.parametrize("name", OTHERS)
def test_other_environments_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"an 'image' of shape \(7, 7, 3\); in .* it is|cannot be made \(") as caught:
        load_environment(name)
    assert name in str(caught.value)


# What does not fit

REFUSED: dict[str, str] = {
    "CartPole-v1": r"must have an 'image' of shape \(7, 7, 3\); in CartPole-v1 it is Box\(",
    "FrozenLake-v1": r"must have an 'image' of shape \(7, 7, 3\); in FrozenLake-v1 it is Discrete\(16\)",
    "MiniGrid-Dynamic-Obstacles-5x5-v0": r"must have the 7 discrete actions of MiniGrid; .* has Discrete\(3\)",
    "BabyAI-GoToObj": "unknown environment 'BabyAI-GoToObj': did you mean 'BabyAI-GoToObj-v0'",
    "Endless": "QtkitEndless-v0 has no limit of steps: an episode might never end",
    "NeverBegins": "QtkitNeverBegins-v0 ends after 0 steps",
    "SmallView": r"must have shape \(7, 7, 3\); QtkitSmallView-v0 has \(5, 5, 3\)",
    "Promises": r"QtkitPromises-v0 promises an 'image' of shape \(7, 7, 3\), and shows one of shape \(5, 5, 3\)",
    "Fails": r"QtkitFails-v0 cannot be made \(OSError: the server does not answer\)",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_fit_is_refused(kind: str) -> None:
    name = kind if "-" in kind else register(kind)
    with pytest.raises(ValueError, match=REFUSED[kind]):
        GridworldTraining(settings(name))


# Limits of steps


def test_a_limit_that_is_set_at_the_start_is_read_there() -> None:
    environment = load_environment(register("LimitAtReset"))
    assert environment.max_steps == 30
    assert environment.observations is not None, "it is a table as well as any"
    assert evaluate(say_done, environment, episodes=3).lengths == (30, 30, 30)
    assert RealEnvironment("BabyAI-GoToObj-v0").max_steps == 64


def say_done(observations: Tensor) -> Tensor:
    """The policy that only says so: no episode ends by itself."""
    return (1_000 * torch.eye(7)[6]).expand(len(observations), 7)


@pytest.mark.slow
def test_episodes_may_be_longer_than_the_first() -> None:
    """Where each has its own limit, random numbers and checkpoints go on beyond that of seed 0."""
    name = register("OwnLimits")
    environment = load_environment(name)
    assert "Each episode has its own limit of steps, 55 that of seed 0." in str(environment.note)
    found = evaluate(say_done, environment, episodes=40)
    assert set(found.lengths) == {5, 15, 25, 35, 45, 55}
    environment.max_steps = 10  # as if that of seed 0 were shorter
    assert evaluate(say_done, environment, episodes=40) == found
    longer = evaluate(random_policy, environment, episodes=40)
    assert max(longer.lengths) == 55
    assert evaluate(random_policy, environment, episodes=9).lengths == longer.lengths[:9]
    assert evaluate(random_policy, environment, episodes=40, seed=1) != longer

    training, whole = (GridworldTraining(settings(name, episodes=40), environment) for _ in range(2))
    begin_with = timeless(islice(training, 9))
    assert training.state()["tensors"]["workers.actions"].shape[1] > 10
    other = GridworldTraining(settings(name, episodes=40), environment)
    other.load_state(training.state())
    assert begin_with + timeless(other) == timeless(whole)


def test_a_far_limit_costs_no_memory() -> None:
    environment = load_environment("MiniGrid-Empty-Random-5x5-v0")
    environment.max_steps = 10**15
    assert evaluate(random_policy, environment, episodes=3).episodes == 3
    training = GridworldTraining(settings(environment.name), environment)
    next(training)
    assert training.state()["tensors"]["workers.actions"].numel() < 10**6


# Environments that remember

REMEMBERS: dict[str, str] = {
    "PlaceBonus": "PositionBonus.counts",
    "ActionBonus": "ActionBonus.counts",
    "TwoStarts": "ReseedWrapper.seed_idx",
    "GetsHarder": "GetsHarder.episodes",
}
FORGETS = ["OneStart", "Watched", "WithKey", "Wrapped", "Locked", "RandomSteps", "Remembers", "OwnLimits"]

seeds_ignored = pytest.mark.filterwarnings("ignore:.*ReseedWrapper.reset:UserWarning")


@seeds_ignored
@pytest.mark.parametrize("kind", REMEMBERS)
def test_a_memory_is_found_and_told(kind: str) -> None:
    environment = load_environment(register(kind))
    assert environment.remembers
    assert f"It remembers earlier episodes ({REMEMBERS[kind]}): a worker's follow each other" in str(environment.note)


@seeds_ignored
@pytest.mark.parametrize("kind", FORGETS)
def test_what_ends_with_an_episode_is_no_memory(kind: str) -> None:
    assert find_memory(register(kind)) is None


@seeds_ignored
@pytest.mark.parametrize("kind", REMEMBERS)
def test_episodes_follow_each_other_in_one_environment(kind: str) -> None:
    """Returns of a worker, and of an evaluation, are those of a plain loop over one environment."""
    name = register(kind)
    training = GridworldTraining(settings(name, workers=1, episodes=5))
    returns = [total for record in training for total in record.returns]
    (worker,) = training._pool._workers
    taken = [*map(list, worker.history), worker.episode.actions]
    assert returns == loop(name, taken, worker.episode_seed)

    found = evaluate(say_done, training.data, episodes=3)
    starts = np.random.default_rng([0, 1]).integers(2**31, size=3).tolist()
    assert found.returns == tuple(loop(name, [[6] * 100] * 3, starts.__getitem__))
    assert evaluate(say_done, training.data, episodes=3) == found, "each begins without a memory"


def loop(name: str, episodes: list[list[int]], seed: Callable[[int], int]) -> list[float]:
    real, returns = make_fresh(name), []
    for number, actions in enumerate(episodes):
        begin(real, seed(number))
        returns.append(float(np.cumsum([float(real.step(action)[1]) for action in actions])[-1]))
    return returns


@seeds_ignored
@pytest.mark.slow
@pytest.mark.parametrize("kind", REMEMBERS)
def test_a_break_loses_no_memory(kind: str, tmp_path: Any) -> None:
    whole = timeless(GridworldTraining(settings(register(kind), episodes=8)))
    training, found = GridworldTraining(settings(register(kind), episodes=8)), []
    while part := timeless(islice(training, 60)):
        found += part
        training.save_checkpoint(tmp_path)
        training = GridworldTraining.resume(tmp_path)
    assert found == whole
    state = training.state()
    state["tensors"]["workers.history"] = state["tensors"]["workers.history"][:, :5]
    with pytest.raises(ValueError, match="of worker 0 are told, it began"):
        training.load_state(state)
    state["tensors"].pop("workers.history")
    with pytest.raises(ValueError, match="the checkpoint is damaged"):
        training.load_state(state)


def test_processes_say_that_they_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    training = GridworldTraining(settings(register("PlaceBonus"), run_as="processes"))
    monkeypatch.setattr(ProcessPool, "_spawn", lambda *_: None)
    monkeypatch.setattr(ProcessPool, "_check_alive", lambda _: None)
    training._pool.start()
    assert len(training.notes) == 1, "nothing is forgotten at the first start"
    training._pool.load({"workers.counts": torch.ones(2, 2, dtype=torch.int64)})
    training._pool.start()
    assert training.notes[1:] == ["worker processes have begun anew, and their environments remember no episode before"]


# What BabyAI prints


def test_missions_that_are_thrown_away_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    real = make_fresh("BabyAI-GoToObjDoor-v0")
    for seed in range(9):
        begin(real, seed)
    assert capsys.readouterr().out == ""
    for seed in range(9):
        real.reset(seed=seed)
    assert "Sampling rejected" in capsys.readouterr().out, "whoever plays it himself is told as ever"
