"""`ImageSettings`: the defaults, what is refused, and the trip through JSON."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, Ansatz, paper
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
from qtkit.tasks.images import ImageTraining
from qtkit.tasks.images.settings import CHOICES, ImageSettings
from qtkit.tasks.series import SeriesSettings, SeriesTraining
from qtkit.tasks.settings import check_usable


def test_defaults_are_the_papers_where_it_speaks():
    settings, experiment = ImageSettings(), paper.EXPERIMENTS["images"]
    assert (settings.depth, settings.batch_size) == (experiment.depth, experiment.batch_size)
    assert settings.learning_rate == experiment.optimiser.learning_rate
    assert settings.ansatze == CANDIDATES
    assert settings.classes == (1, 5)


def test_defaults_elsewhere_are_those_measured_to_learn():
    settings = ImageSettings()
    assert (settings.activation, settings.pixels, settings.mapping_scale) == ("tanh", "-1..1", 0.3)
    assert (settings.probability, settings.bits, settings.weighting, settings.centre) == ("raw", "01", "raw", True)


@pytest.mark.parametrize(
    "settings",
    [
        ImageSettings(),
        ImageSettings(candidates=(2, Ansatz(entangler=((0, 1), (2, 0)), rotation=("rx", "ry")), 5)),
        ImageSettings(dataset="fashion", classes=(5, 7), data_dir="somewhere", train_limit=3, seed=4, epochs=2),
    ],
)
def test_json_round_trip(settings):
    assert ImageSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    assert dataclasses.replace(settings, seed=9).seed == 9
    hash(settings)


def test_lists_and_paths_are_taken():
    settings = ImageSettings(classes=[5, 1], candidates=range(1, 4), data_dir=Path("a"), learning_rate=1)
    assert settings.classes == (5, 1) and settings.candidates == (1, 2, 3) and settings.data_dir == "a"
    assert isinstance(settings.learning_rate, float)


def test_missing_values_keep_their_defaults():
    assert ImageSettings.from_dict({"seed": 3}) == ImageSettings(seed=3)


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_checked(name):
    hidden = {"mapping_hidden": (4,)} if name == "hidden_activation" else {}  # without any it would have no effect
    for value in CHOICES[name]:
        assert getattr(ImageSettings(**{name: value, **hidden}), name) == value
    with pytest.raises(ValueError, match=f"{name} must be one of .*, got 'another'"):
        ImageSettings(**{name: "another"})
    with pytest.raises(ValueError, match=f"{name} must be one of"):
        ImageSettings(**{name: None})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("classes", (1, 1), "two different whole numbers from 0 to 9, got \\(1, 1\\)"),
        ("classes", (1, 10), "two different whole numbers"),
        ("classes", (1,), "two different whole numbers"),
        ("classes", (1, 5, 7), "two different whole numbers"),
        ("classes", (True, 5), "two different whole numbers"),
        ("classes", 5, "two different whole numbers"),
        ("candidates", (), "candidates is empty"),
        ("candidates", (0,), "from 1 to 12 .* got 0"),
        ("candidates", (13,), "from 1 to 12 .* got 13"),
        ("candidates", (True,), "from 1 to 12 .* got True"),
        ("candidates", ("5",), "from 1 to 12 .* got '5'"),
        ("candidates", 5, "must be a list, for one circuit \\[5\\]"),
        ("candidates", "12", "must be a list"),
        ("candidates", (1, 5, 1), "candidates must be different circuits, got 1 again in \\[1, 5, 1\\]"),
        ("candidates", (5, Ansatz(True, "cyc", "ry")), "must be different circuits, got Ansatz\\(.* again in"),
        ("depth", -1, "depth must be a whole number of at least 0, got -1"),
        ("depth", 1.5, "depth must be a whole number"),
        ("learning_rate", 0.0, "learning_rate must be a positive number, got 0.0"),
        ("learning_rate", float("nan"), "learning_rate must be a positive number, got nan"),
        ("learning_rate", "fast", "learning_rate must be a positive number, got 'fast'"),
        ("mapping_scale", float("inf"), "mapping_scale must be a positive number, got inf"),
        ("batch_size", 0, "batch_size must be a whole number of at least 1, got 0"),
        ("epochs", 0, "epochs must be a whole number of at least 1, got 0"),
        ("epochs", True, "epochs must be a whole number of at least 1, got True"),
        ("seed", -1, "seed must be a whole number of at least 0, got -1"),
        ("seed", None, "seed must be a whole number of at least 0, got None"),
        ("seed", 2**63, "seed must be at most 2\\*\\*63 - 1, got 9223372036854775808"),
        ("seed", np.bool_(True), "seed must be a whole number of at least 0, got"),
        ("seed", np.float64(3), "seed must be a whole number of at least 0, got"),
        ("train_limit", 0, "train_limit must be a whole number of at least 1 or None, got 0"),
        ("test_limit", 2.0, "test_limit must be a whole number of at least 1 or None, got 2.0"),
        ("shared_angles", 1, "shared_angles must be True or False, got 1"),
        ("centre", "no", "centre must be True or False, got 'no'"),
        ("data_dir", 3, "data_dir must be a path or None, got 3"),
        ("device", "abacus", "device must name a torch device"),
        ("device", None, "device must name a torch device"),
    ],
)
def test_impossible_values_are_refused(name, value, message):
    with pytest.raises(ValueError, match=message):
        ImageSettings(**{name: value})


def test_whole_numbers_may_come_from_numpy_and_torch():
    given = {"seed": np.int64(3), "epochs": torch.tensor(2), "depth": np.uint8(4), "classes": [np.int64(1), 7]}
    settings = ImageSettings(**given, candidates=np.array([2, 7]))
    assert settings == ImageSettings(seed=3, epochs=2, depth=4, classes=(1, 7), candidates=(2, 7))
    told = json.dumps(settings.to_dict())
    assert ImageSettings.from_dict(json.loads(told)) == settings
    assert ImageSettings(seed=2**63 - 1).seed == 2**63 - 1


@pytest.mark.parametrize("device", ["meta", "vulkan", "hpu"])
def test_a_device_that_is_not_here_is_refused_by_the_training_and_read_by_the_settings(device):
    """A run of another machine is read on this one, and a plan for others is made here."""
    settings = ImageSettings.from_dict({"device": device, "source": "sample"})
    assert settings.device == device
    for settings_class, begin in (
        (ImageSettings, ImageTraining),
        (SeriesSettings, SeriesTraining),
        (GridworldSettings, GridworldTraining),
    ):
        with pytest.raises(ValueError, match=f"compute.* on device='{device}'"):
            begin(settings_class(device=device))
    check_usable("cpu")


def test_the_papers_scale_takes_no_limits():
    with pytest.raises(ValueError, match="scale='paper' means all images.* got 10 and None"):
        ImageSettings(scale="paper", train_limit=10)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epoch": 3}, "unknown settings \\['epoch'\\]; known are .*'epochs'"),
        ([1], "settings must be a dictionary, got list"),
        ({"candidates": [{"hadamard": True, "gate": "ry"}]}, "must have hadamard, entangler and rotation"),
        ({"candidates": [{"rotation": "up"}]}, "rotation must be one of"),
        ({"candidates": None}, "candidates must be a list"),
    ],
)
def test_from_dict_checks(values, message):
    with pytest.raises(ValueError, match=message):
        ImageSettings.from_dict(values)
