"""Settings of reinforcement learning: the paper's by default, stored exactly, mistakes told."""

from __future__ import annotations

import dataclasses
import json

import pytest

from qtkit import Ansatz, paper
from qtkit.runs.store.identity import run_key
from qtkit.tasks.gridworld.settings import GridworldSettings


def test_defaults_are_the_papers():
    settings, options = GridworldSettings(), paper.EXPERIMENTS["gridworld"].options
    assert (settings.environment, settings.run_as) == ("MiniGrid-Empty-5x5-v0", "interleaved")
    assert (settings.workers, settings.episodes, settings.discount) == (16, 50_000, 0.9)
    assert (options["workers"], options["episodes"], options["discount"]) == (16, 50_000, 0.9)
    assert (settings.depth, settings.learning_rate, settings.update_every) == (10, 1e-4, 5)
    assert settings.optimiser_options == {"betas": (0.92, 0.999), "eps": 1e-8}
    assert settings.entropy_weight == 0 and settings.candidates == tuple(range(1, 13))


@pytest.mark.parametrize(
    "settings",
    [
        GridworldSettings(),
        GridworldSettings(
            model="classical", candidates=(3, Ansatz(rotation="rx")), workers=2, entropy_weight=0.01, dtype="float64"
        ),
    ],
)
def test_a_trip_through_json(settings):
    assert GridworldSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    assert settings.to_dict().keys() == {field.name for field in dataclasses.fields(settings)}


@pytest.mark.parametrize("change", [{"observation_scale": 0.1}, {"epsilon": 0.01}], ids=str)
def test_the_defaults_of_younger_settings_leave_the_key_of_stored_runs(change):
    plain, changed = GridworldSettings().to_dict(), GridworldSettings(**change).to_dict()
    before = {name: value for name, value in plain.items() if name not in change}
    assert run_key("gridworld", plain, None) == run_key("gridworld", before, None)
    assert run_key("gridworld", changed, None) != run_key("gridworld", before, None)
    assert GridworldSettings.from_dict(before) == GridworldSettings()


def test_whole_numbers_become_what_is_stored():
    """Equal settings must be one run, however their numbers were written."""
    ours, theirs = GridworldSettings(entropy_weight=0, discount=1), GridworldSettings(entropy_weight=0.0, discount=1.0)
    assert json.dumps(ours.to_dict()) == json.dumps(theirs.to_dict())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"workers": 0}, "workers must be a whole number of at least 1, got 0"),
        ({"workers": 2.0}, r"workers must be a whole number of at least 1, got 2\.0"),
        ({"episodes": 0}, "episodes must be a whole number of at least 1, got 0"),
        ({"episodes": True}, "episodes must be a whole number of at least 1, got True"),
        ({"update_every": 0}, "update_every must be a whole number of at least 1, got 0"),
        ({"discount": 0}, "discount must be a positive number, got 0"),
        ({"observation_scale": 0}, "observation_scale must be a positive number, got 0"),
        ({"epsilon": 0}, "epsilon must be a positive number, got 0"),
        ({"discount": 1.01}, r"discount must be at most 1, got 1\.01"),
        ({"entropy_weight": -0.1}, r"entropy_weight, if not 0, must be a positive number, got -0\.1"),
        ({"entropy_weight": float("nan")}, "must be a positive number, got nan"),
        ({"entropy_weight": False}, "must be a positive number, got False"),
        ({"learning_rate": 0}, "learning_rate must be a positive number, got 0"),
        ({"environment": ""}, "environment must be the name of a MiniGrid environment, got ''"),
        ({"environment": 5}, "environment must be the name of a MiniGrid environment, got 5"),
        ({"run_as": "threads"}, r"run_as must be one of \('interleaved', 'processes'\), got 'threads'"),
        ({"run_as": "processes", "device": "cuda"}, "share their numbers in the CPU's memory, got device='cuda'"),
        ({"model": "magic"}, "model must be one of"),
        ({"candidates": ()}, "candidates is empty"),
        ({"depth": -1}, "depth"),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
        ({"dtype": "float16"}, "dtype must be one of"),
    ],
)
def test_mistakes_are_told(changes, message):
    with pytest.raises(ValueError, match=message):
        GridworldSettings(**changes)


def test_unknown_settings_are_told():
    with pytest.raises(ValueError, match=r"unknown settings \['epochs'\]"):
        GridworldSettings.from_dict({"epochs": 3})
