"""Searches of runs by softmax and Gumbel weights: what is trained, that it goes on exactly, and what is refused."""

from __future__ import annotations

import dataclasses
import math
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch

from qtkit.generator.search.choosing import Annealing
from qtkit.runs import Store, run
from qtkit.runs.labels import run_labels
from qtkit.runs.options import read_values
from qtkit.runs.store.identity import run_key
from qtkit.tasks.agents import AgentSettings, AgentTraining
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
from qtkit.tasks.gridworld.a3c import interleaved
from qtkit.tasks.gridworld.a3c.update import differentiate
from qtkit.tasks.images import ImageSettings, ImageTraining
from qtkit.tasks.measured import MeasuredTrain
from qtkit.tasks.models import mixture_penalty
from qtkit.tasks.own import OwnTraining
from qtkit.tasks.series import SeriesSettings, SeriesTraining
from qtkit.tasks.settings import EpochSettings, RunSettings
from tests.helpers import timeless
from tests.runs.small import IMAGES
from tests.tasks.own.tasks import CLASSES, SMALL

KINDS = [RunSettings, EpochSettings, ImageSettings, SeriesSettings, GridworldSettings, AgentSettings]
YOUNGER = ("temperature", "final_temperature", "annealing_steps", "straight_through", "mixture_entropy")
GUMBEL = {
    "weighting": "gumbel",
    "temperature": 2.0,
    "final_temperature": 0.5,
    "annealing_steps": 4,
    "straight_through": True,
    "mixture_entropy": 0.1,
}
SERIES = SeriesSettings(dataset="bessel", depth=1, candidates=(2, 5, 7), epochs=1, batch_size=40, predictions="none")
AGENT = AgentSettings(workers=2, episodes=6, depth=1, candidates=(5, 2), seed=1)
GRIDWORLD = GridworldSettings(candidates=(1, 2, 7, 9), depth=1, episodes=5, workers=3, seed=6)
TRAININGS: dict[str, tuple[Any, Any]] = {
    "images": (ImageTraining, IMAGES),
    "series": (SeriesTraining, SERIES),
    "own": (OwnTraining, CLASSES.settings(**SMALL)),
    "gridworld": (GridworldTraining, GRIDWORLD),
    "agents": (AgentTraining, AGENT),
}


def searches(training: Any) -> list[Any]:
    model = training.model
    return [model.policy.search, model.value.search] if hasattr(model, "policy") else [model.search]


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_younger_than_stored_runs(kind: type[RunSettings]) -> None:
    now = kind().to_dict()
    before = {name: value for name, value in now.items() if name not in YOUNGER}
    assert run_key("images", now, None) == run_key("images", before, None)
    assert kind.from_dict(before) == kind()
    keys = {run_key("images", kind(weighting="gumbel", **change).to_dict(), None) for change in _changes()}
    assert len(keys) == 6


def _changes() -> list[dict[str, Any]]:
    annealed = {"final_temperature": 0.5, "annealing_steps": 4}
    others = [{"temperature": 2.0}, {"straight_through": True}, {"mixture_entropy": 0.1}]
    return [{}, annealed, annealed | {"annealing_steps": 5}, *others]


@pytest.mark.parametrize("name", TRAININGS)
def test_a_run_that_goes_on_is_the_same(name: str, tmp_path: Path) -> None:
    kind, settings = TRAININGS[name]
    settings = dataclasses.replace(settings, **GUMBEL)
    whole = timeless(kind(settings))
    training, found = kind(settings), []
    while part := timeless(islice(training, 3)):
        found += part
        training.save_checkpoint(tmp_path)
        training = kind.resume(tmp_path)
    assert found == whole
    assert timeless(kind(dataclasses.replace(settings, seed=settings.seed + 1))) != whole


@pytest.mark.parametrize("name", TRAININGS)
def test_raw_weights_have_nothing_more_to_store(name: str) -> None:
    kind, settings = TRAININGS[name]
    tensors = kind(settings).state()["tensors"]
    assert not [each for each in tensors if each.endswith(("search.step", "search.noise_seed"))]
    assert {"step", "noise_seed"} <= {
        each.rpartition(".")[2] for each in kind(dataclasses.replace(settings, **GUMBEL)).state()["tensors"]
    }


@pytest.mark.parametrize("name", TRAININGS)
def test_every_step_counts_and_cools(name: str) -> None:
    kind, settings = TRAININGS[name]
    training = kind(dataclasses.replace(settings, **GUMBEL))
    schedule = Annealing(2.0, 0.5, 4)
    for record in training:
        for search in searches(training):
            assert search.steps_done == record.step
            assert search.temperature == schedule(record.step)
        logits = searches(training)[0].structural_weights
        assert record.weights == tuple(torch.softmax(logits / schedule(record.step), -1).tolist())


def test_a_step_is_that_of_the_loss_and_the_entropy() -> None:
    """Of a series with the softmax: the first step of RMSprop, by the gradient of the sum."""
    settings = dataclasses.replace(SERIES, weighting="softmax", temperature=0.7, mixture_entropy=-0.3, dtype="float64")
    settings = dataclasses.replace(settings, structural_init="random")
    training, again = SeriesTraining(settings), SeriesTraining(settings)
    next(training)
    model = again.model
    loss = again._loss(0)
    w = torch.softmax(model.search.structural_weights / 0.7, 0)
    (loss - 0.3 * -(w * w.log()).sum()).backward()
    again._optimiser.step()
    record = next(training)
    assert record.loss == loss.item(), "what is recorded is the task's own"
    for mine, theirs in zip(training.model.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-12)


def test_entropy_makes_up_the_mind_of_a_search_or_keeps_it_open() -> None:
    softmax = dataclasses.replace(
        SERIES, weighting="softmax", structural_init="random", dataset="bessel", candidates=(1, 3, 4)
    )  # three equal circuits: the loss has no preference

    def ended(amount: float) -> float:
        training = SeriesTraining(dataclasses.replace(softmax, mixture_entropy=amount, epochs=3))
        list(training)
        return float(training.model.search.entropy().detach())

    assert ended(1.0) < ended(0.0) < ended(-1.0) < math.log(3) + 1e-6


@pytest.mark.parametrize("name", ["gridworld", "agents"])
def test_agents_agree_by_kernels_and_by_autograd(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, settings = TRAININGS[name]
    settings = dataclasses.replace(settings, **GUMBEL, dtype="float64", episodes=3, structural_init="random")
    compiled = list(islice(kind(settings), 8))
    monkeypatch.setattr(interleaved, "differentiate_for", lambda *_: differentiate)
    general = list(islice(kind(settings), 8))
    for fast, slow in zip(compiled, general, strict=True):
        assert fast.weights == pytest.approx(slow.weights, rel=1e-6)
        assert fast.value_weights == pytest.approx(slow.value_weights, rel=1e-6)
        assert fast.loss == (None if slow.loss is None else pytest.approx(slow.loss, rel=1e-6))
        assert fast.returns == slow.returns


@pytest.mark.parametrize("amount", [100.0, -100.0])
def test_agents_have_two_mixtures_that_entropy_moves(amount: float) -> None:
    settings = dataclasses.replace(AGENT, weighting="softmax", learning_rate=0.05, structural_init="random")
    training = AgentTraining(dataclasses.replace(settings, mixture_entropy=amount))
    before = [search.entropy().item() for search in searches(training)]
    list(training)
    change = [search.entropy().item() - b for search, b in zip(searches(training), before, strict=True)]
    assert all(each * amount < 0 for each in change)


@pytest.mark.slow
def test_workers_in_processes_count_together() -> None:
    training = GridworldTraining(dataclasses.replace(GRIDWORLD, **GUMBEL, run_as="processes", workers=2, episodes=4))
    records = list(training)
    assert searches(training)[0].steps_done == records[-1].step > 4
    assert sum(records[-1].weights) == pytest.approx(1)


def test_what_is_measured_has_no_noise() -> None:
    training = ImageTraining(dataclasses.replace(IMAGES, **GUMBEL))
    record = next(training)
    model = training.model
    kappa = torch.cat([p.flatten() for p in training.network().parameters()])
    assert torch.equal(kappa, model.weights(model.search.distribution()))
    assert not torch.equal(kappa, model.weights()), "in training there is noise"
    assert record.weights == (0.5, 0.5)


def test_shots_and_gumbel_noise_go_together(tmp_path: Path) -> None:
    settings = dataclasses.replace(SERIES, **GUMBEL, shots=50)
    training = SeriesTraining(settings)
    assert isinstance(training.model, MeasuredTrain)
    whole = timeless(SeriesTraining(settings))
    found = timeless(islice(training, 3))
    training.save_checkpoint(tmp_path)
    assert found + timeless(SeriesTraining.resume(tmp_path)) == whole


@pytest.mark.parametrize("change", [{"model": "mapping"}, {"model": "classical"}, {"candidates": (5,)}])
def test_where_nothing_is_searched_they_say_nothing(change: dict[str, Any]) -> None:
    """So that a sweep compares a search with its circuits alone and with models without any."""
    plain = dataclasses.replace(SERIES, **change)
    gumbel = SeriesTraining(dataclasses.replace(plain, **GUMBEL))
    assert mixture_penalty(gumbel.settings, gumbel.model) is None
    assert timeless(gumbel) == timeless(SeriesTraining(plain))


def test_they_are_stored_named_and_found_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    settings = dataclasses.replace(SERIES, **dict(read_values(SeriesSettings, [f"{k}={v}" for k, v in GUMBEL.items()])))
    assert settings == dataclasses.replace(SERIES, **GUMBEL)
    ended = run(settings, store=store)
    assert ended.training().settings == settings
    about = {"task": "series", "settings": settings.to_dict(), "data": None}
    (label,) = run_labels({"key": settings}, {"key": about})
    assert "weighting=gumbel" in label
    assert "temperature=2.0 final_temperature=0.5 annealing_steps=4" in label
    assert "straight_through=True mixture_entropy=0.1" in label
    (plain,) = run_labels({"key": SERIES}, {"key": about | {"settings": SERIES.to_dict()}})
    assert not any(name in plain for name in YOUNGER)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"weighting": "softmax", "temperature": 0}, "temperature must be a positive number, got 0"),
        ({"weighting": "softmax", "temperature": -1.0}, "temperature must be a positive number, got -1.0"),
        ({"temperature": 0.5}, "temperature=0.5 is for weights that are a distribution, .* got weighting='raw'"),
        ({"mixture_entropy": 0.5}, "mixture_entropy=0.5 is for weights that are a distribution, weighting='softmax'"),
        ({"final_temperature": 1, "annealing_steps": 2}, "final_temperature=1 is for weights that are a distribution"),
        ({"straight_through": True}, "it needs weighting='gumbel', got 'raw'"),
        ({"weighting": "softmax", "straight_through": True}, "it needs weighting='gumbel', got 'softmax'"),
        ({"weighting": "softmax", "final_temperature": 0.1}, "are given together: .* got 0.1 and None"),
        ({"weighting": "softmax", "annealing_steps": 3}, "are given together: .* got None and 3"),
        (
            {"weighting": "softmax", "final_temperature": 0, "annealing_steps": 3},
            "final_temperature must be a positive number, got 0",
        ),
        (
            {"weighting": "softmax", "final_temperature": 1, "annealing_steps": 0},
            "annealing_steps must be a whole number of at least 1 or None, got 0",
        ),
        ({"weighting": "softmax", "mixture_entropy": math.inf}, "mixture_entropy must be a finite number, got inf"),
        ({"weighting": "softmax", "mixture_entropy": True}, "mixture_entropy must be a finite number, got True"),
        ({"weighting": "gumbel", "straight_through": 1}, "straight_through must be True or False, got 1"),
        ({"weighting": "hard"}, r"weighting must be one of \('raw', 'softmax', 'gumbel'\), got 'hard'"),
    ],
)
def test_what_does_not_go_together_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RunSettings(**values)
