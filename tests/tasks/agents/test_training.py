"""Agents in any environment: the seed decides, a run that goes on is the same, classical networks learn CartPole."""

from __future__ import annotations

import dataclasses
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from qtkit.claims.figures import figure
from qtkit.runs import Store, run
from qtkit.runs.results import export, load, summaries
from qtkit.tasks.agents import AgentSettings, AgentTraining
from qtkit.tasks.gridworld.a3c import interleaved
from qtkit.tasks.gridworld.a3c.compiled import find_obstacle
from qtkit.tasks.gridworld.a3c.update import differentiate
from qtkit.tasks.settings import MODEL_KINDS
from tests.helpers import timeless
from tests.tasks.agents import worlds
from tests.tasks.agents.worlds import register

SMALL = AgentSettings(model="classical", workers=2, episodes=6, depth=1, candidates=(5, 2), seed=1)


def settings(environment: str = "CartPole-v1", **changes: Any) -> AgentSettings:
    return dataclasses.replace(SMALL, environment=environment, **changes)


@pytest.mark.slow
def test_classical_networks_learn_cartpole() -> None:
    """20,000 steps, a second of a processor: from 30 to several hundred steps upright."""
    training = AgentTraining(AgentSettings(model="classical", episodes=200, seed=0))
    returns = [total for record in training for total in record.returns]
    assert np.mean(returns[:50]) < 50
    assert np.mean(returns[-50:]) > 100


@pytest.mark.parametrize("name", ["CartPole-v1", "FrozenLake-v1"])
@pytest.mark.parametrize("model", ["classical", "diffqas"])
def test_a_run_that_goes_on_is_the_same(name: str, model: str, tmp_path: Path) -> None:
    whole = timeless(AgentTraining(settings(name, model=model)))
    again = timeless(AgentTraining(settings(name, model=model)))
    assert again == whole, "the seed decides"
    training, found = AgentTraining(settings(name, model=model)), []
    while part := timeless(islice(training, 3)):
        found += part
        training.save_checkpoint(tmp_path)
        training = AgentTraining.resume(tmp_path)
    assert found == whole
    assert timeless(AgentTraining(settings(name, model=model, seed=2))) != whole


def test_an_environment_that_remembers_goes_on_too(tmp_path: Path) -> None:
    name = register(worlds.Remembering)
    whole = timeless(AgentTraining(settings(name)))
    training = AgentTraining(settings(name))
    found = timeless(islice(training, 4))
    training.save_checkpoint(tmp_path)
    assert found + timeless(AgentTraining.resume(tmp_path)) == whole


@pytest.mark.parametrize("model", MODEL_KINDS)
def test_every_model_plays(model: str) -> None:
    training = AgentTraining(settings("FrozenLake-v1", model=model, episodes=3))
    records = list(training)
    assert records[-1].episode == 3
    assert len(records[-1].weights) == (2 if model == "diffqas" else 1 if model == "mapping" else 0)
    assert training.network().policy(torch.zeros(1, 16)).shape == (1, 4)
    assert set(training.evaluate(2)) == {"greedy_return", "greedy_length", "sampled_return", "sampled_length"}


def test_compiled_kernels_and_autograd_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same updates from kernels, which know any sizes, and by autograd."""
    chosen = settings(dtype="float64", reward_scale=0.1)
    fast = AgentTraining(chosen)
    assert find_obstacle(fast.model) is None and not fast.notes
    quick = timeless(fast)
    monkeypatch.setattr(interleaved, "differentiate_for", lambda *_: differentiate)
    slow = timeless(AgentTraining(chosen))
    assert [record.returns for record in quick] == [record.returns for record in slow]
    assert [record.loss for record in quick[1:]] == pytest.approx([record.loss for record in slow[1:]], rel=1e-8)


def test_rewards_are_scaled_for_learning_alone() -> None:
    first, second = (next(islice(AgentTraining(settings(reward_scale=scale)), 1, None)) for scale in (1.0, 0.1))
    assert first.value_loss > 20 * second.value_loss
    totals = [total for record in AgentTraining(settings(reward_scale=0.1)) for total in record.returns]
    assert all(total == int(total) >= 8 for total in totals)


@pytest.mark.slow
def test_a_run_is_stored_found_and_exported(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for model in ("classical", "mapping"):
        assert run(settings(model=model), store=store).finished
    found = store.run(settings())
    assert found.finished and found.path.parent.name == "agents"
    assert store.run(settings(max_steps=20)).key != found.key
    counts = export(store, tmp_path / "results" / "agents")
    assert counts == {"cartpole-v1": 2}
    table = load("agents", "cartpole-v1", folder=tmp_path / "results")
    assert {label.partition(" · ")[0] for label in table["label"]} == {"Classical", "Mapping alone"}
    assert table["episode"].tolist() == [*range(1, 7)] * 2, "a row an episode"
    assert (table["success"] == 0).all(), "no 475"
    drawn = figure("CartPole-v1", folder=tmp_path / "results")
    assert drawn.layout.yaxis.title.text == "mean return of the last 100 episodes"
    assert drawn.layout.yaxis.range[1] > 10 and "cartpole-v1" in drawn.layout.title.text
    with pytest.raises(ValueError, match="no stored results for Figure Acrobot-v1"):
        figure("Acrobot-v1", folder=tmp_path / "results")
    totals = summaries("agents", "cartpole-v1", folder=tmp_path / "results")
    assert (totals["threshold"] == 475).all() and totals["passed"].isna().all()
    assert (totals["random_return"] < 60).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_steps": 0}, "max_steps must be"),
        ({"reward_scale": 0}, "reward_scale must be"),
        ({"agent": ""}, "agent must be an agent's name or None, got ''"),
        ({"file": ""}, "file must be a Python file, a module's name or None, got ''"),
        ({"agent": "mine", "observation_scale": 0.1}, "observation_scale is for the networks that come with qtkit"),
        ({"environment": ""}, "environment must be the name"),
    ],
)
def test_impossible_settings_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AgentSettings(**changes)
