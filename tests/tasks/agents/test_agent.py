"""Networks of one's own: from a file or a notebook, stored, found again, sent to processes, or refused."""

from __future__ import annotations

import copy
import pickle
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from torch import nn

from qtkit.cli.main import main
from qtkit.runs import Store, run
from qtkit.tasks import Agent
from qtkit.tasks.agents import AgentSettings, AgentTraining
from qtkit.tasks.agents.known import KNOWN
from qtkit.tasks.agents.places import find_agent
from tests.helpers import timeless

SOURCE = """
import gymnasium
from torch import nn

from qtkit.tasks import Agent

gymnasium.registry.pop("Short-v1", None)
gymnasium.register("Short-v1", "gymnasium.envs.classic_control:CartPoleEnv", max_episode_steps=15, reward_threshold=15)


def policy(inputs, actions):
    return nn.Sequential(nn.Linear(inputs, {width}), nn.Tanh(), nn.Linear({width}, actions))


def value(inputs):
    return nn.Sequential(nn.Linear(inputs, {width}), nn.Tanh(), nn.Linear({width}, 1))


small = Agent(policy, value)
"""


def small_policy(inputs: int, actions: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, 5), nn.Tanh(), nn.Dropout(0.5), nn.Linear(5, actions))


def small_value(inputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, 5), nn.Tanh(), nn.Linear(5, 1))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets.py").write_text(SOURCE.format(width=6))
    return tmp_path


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qtkit.tasks.agents.known.KNOWN", KNOWN)
    before = dict(KNOWN)
    yield
    KNOWN.clear()
    KNOWN.update(before)


def few(agent: Agent, **changes: Any) -> AgentSettings:
    return agent.settings(**{"workers": 2, "episodes": 4, "depth": 1, "candidates": (5,), **changes})


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("model", ["classical", "diffqas", "mapping", "fourier", "small"])
def test_every_model_is_made_around_them(model: str, tmp_path: Path) -> None:
    agent = Agent(small_policy, small_value, name="small")
    training = AgentTraining(few(agent, model=model))
    assert training.describe()["num_weights"] == (4 * 5 + 5 + 5 * 2 + 2) + (4 * 5 + 5 + 5 + 1) or model == "small"
    whole = timeless(training)
    other = AgentTraining(few(agent, model=model))
    found = timeless(islice(other, 3))
    other.save_checkpoint(tmp_path)
    assert found + timeless(AgentTraining.resume(tmp_path)) == whole, "dropout draws nothing"


@pytest.mark.usefixtures("known")
def test_the_seed_decides_the_start_and_the_global_numbers_stay() -> None:
    agent = Agent(small_policy, small_value, name="small")
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    first, again = (AgentTraining(few(agent, model="classical")).model.numbers for _ in range(2))
    assert torch.equal(first, again) and torch.equal(torch.random.get_rng_state(), before)
    assert not torch.equal(first, AgentTraining(few(agent, model="classical", seed=1)).model.numbers)


def qtkit(*words: str) -> str:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_file_runs_from_the_command_line() -> None:
    small = ("--model", "classical", "--set", "workers=2", "--set", "environment=Short-v1", "--set", "episodes=4")
    assert "finished" in qtkit("run", "nets.py:small", *small)
    assert "finished before" in qtkit("run", "nets.py:small", *small)
    listed = qtkit("sweep", "nets.py:small", "--list", "--set", "environment=Short-v1")
    assert "15 runs: 15 new" in listed
    assert "short-v1" in qtkit("status", "agents").lower()
    assert "short-v1.parquet: 1 run" in qtkit("export", "agents", "--to", "results/agents")
    (stored,) = Store()
    assert stored.table().column("episode").to_pylist()[-1] == 4
    assert "--agent" not in qtkit("run", "nets.py:small", "--help")
    result = CliRunner().invoke(main, ["run", "nets.py:large"])
    assert result.exit_code == 1 and "nets.py has no task 'large'" in result.output


def test_changed_code_is_another_run(folder: Path) -> None:
    store = Store(folder / "store")

    def key() -> str:
        return store.run(AgentSettings(agent="small", file="nets.py", environment="Short-v1")).key

    first = key()
    (folder / "nets.py").write_text(SOURCE.format(width=7))
    second = key()
    (folder / "nets.py").write_text(SOURCE.format(width=6))
    assert first == key() != second
    (folder / "elsewhere.py").write_text(SOURCE.format(width=6))
    assert store.run(AgentSettings(agent="small", file="elsewhere.py", environment="Short-v1")).key == first


@pytest.mark.usefixtures("known")
def test_one_of_a_notebook_is_known_by_its_name(tmp_path: Path) -> None:
    agent = Agent(small_policy, small_value, name="shown")
    chosen = few(agent)
    assert (chosen.agent, chosen.file) == ("shown", None)
    assert find_agent(chosen) is agent
    sent = pickle.dumps(chosen)
    KNOWN.clear()
    with pytest.raises(ValueError, match="the agent 'shown' stands in no file and is not known in this process"):
        find_agent(chosen)
    assert pickle.loads(sent) == chosen
    there = find_agent(chosen)
    assert there is not None and there.code == agent.code
    assert copy.deepcopy(agent) is agent and copy.deepcopy(chosen) is chosen
    assert run(few(agent, model="classical"), store=Store(tmp_path)).finished


@pytest.mark.slow
@pytest.mark.usefixtures("known")
def test_processes_have_them_too() -> None:
    agent = Agent(small_policy, small_value, name="sent")
    training = AgentTraining(few(agent, model="classical", run_as="processes", environment="FrozenLake-v1"))
    try:
        assert sum(len(record.returns) for record in training) == 4
    finally:
        training.close()


REFUSED: dict[str, tuple[Any, Any, str]] = {
    "takes other sizes": (lambda inputs: nn.Linear(inputs, 2), small_value, r"policy must take the sizes \(4, 2\)"),
    "no network": (small_policy, lambda inputs: inputs, "value must return a torch.nn.Module, got int"),
    "other inputs": (
        lambda _, actions: nn.Linear(3, actions),
        small_value,
        r"the policy network does not take observations \(2, 4\) \(RuntimeError",
    ),
    "other outputs": (
        small_policy,
        lambda inputs: nn.Linear(inputs, 3),
        r"for observations \(2, 4\) the value network must give \(2, 1\) numbers, got \(2, 3\)",
    ),
}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("kind", REFUSED)
def test_networks_that_do_not_fit_are_refused(kind: str) -> None:
    policy, value, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message):
        AgentTraining(few(Agent(policy, value, name="unfit")))


def test_an_agent_needs_functions_and_a_name() -> None:
    with pytest.raises(ValueError, match="policy must be a function that returns a network .* got Linear"):
        Agent(nn.Linear(4, 2), small_value)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="name must be a word or None, got ''"):
        Agent(small_policy, small_value, name="")
    with pytest.raises(
        ValueError, match=r"an agent that stands in no variable .* needs a name: Agent\(..., name='mine'\)"
    ):
        Agent(small_policy, small_value).settings()
    assert "__main__" in sys.modules
