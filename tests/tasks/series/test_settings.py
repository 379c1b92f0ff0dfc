"""`SeriesSettings`: the paper's defaults, what is refused, and the trip through JSON."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from qtkit import CANDIDATES, Ansatz, paper
from qtkit.tasks.series.settings import CHOICES, SeriesSettings


def test_defaults_are_the_papers():
    settings, experiment = SeriesSettings(), paper.EXPERIMENTS["series"]
    assert (settings.depth, settings.batch_size, settings.epochs) == (10, 10, 100)
    assert (settings.depth, settings.batch_size) == (experiment.depth, experiment.batch_size)
    assert settings.learning_rate == experiment.optimiser.learning_rate == 0.01
    assert settings.optimiser_options == {"alpha": 0.99, "eps": 1e-8}
    assert settings.window == 4 and settings.train_share == 0.67
    assert settings.ansatze == CANDIDATES
    assert (settings.mapping_scale, settings.probability, settings.bits, settings.weighting) == (1, "raw", "01", "raw")


@pytest.mark.parametrize(
    "settings",
    [
        SeriesSettings(),
        SeriesSettings(candidates=(2, Ansatz(entangler=((0, 1), (2, 0)), rotation=("rx", "ry")), 5)),
        SeriesSettings(dataset="own", file=Path("a") / "b.csv", column="x", window=7, train_share=0.5, seed=4),
        SeriesSettings(dataset="narma5", narma_windows="series", predictions="none", scaling="minmax"),
    ],
)
def test_json_round_trip(settings):
    assert SeriesSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    assert dataclasses.replace(settings, seed=9).seed == 9
    hash(settings)


BESIDE = {"narma_windows": {"dataset": "narma5"}, "hidden_activation": {"mapping_hidden": (4,)}}
"""Settings without which others would have no effect."""


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_checked(name):
    for value in CHOICES[name]:
        assert getattr(SeriesSettings(**{name: value, **BESIDE.get(name, {})}), name) == value
    with pytest.raises(ValueError, match=f"{name} must be one of .*, got 'another'"):
        SeriesSettings(**{name: "another"})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"window": 0}, "window must be a whole number of at least 1, got 0"),
        ({"window": 2.0}, "window must be a whole number"),
        ({"train_share": 0}, "train_share must be a positive number, got 0"),
        ({"train_share": 1}, "train_share must be below 1, got 1.0: nothing is left for testing"),
        ({"train_share": "0.5"}, "train_share must be a positive number"),
        ({"file": "a.csv"}, "file='a.csv' needs dataset='own', got dataset='bessel'"),
        ({"column": "x"}, "column='x' needs dataset='own'"),
        ({"dataset": "own", "file": 3}, "file must be a path or None, got 3"),
        ({"dataset": "own", "column": 3}, "column must be a column's name or None, got 3"),
        ({"candidates": ()}, "candidates is empty"),
        ({"learning_rate": -1}, "learning_rate must be a positive number"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
    ],
)
def test_impossible_values_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        SeriesSettings(**values)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"unknown settings \['datset'\]; known are"):
        SeriesSettings.from_dict({"datset": "bessel"})
    with pytest.raises(ValueError, match="settings must be a dictionary, got list"):
        SeriesSettings.from_dict([])


@pytest.mark.parametrize("dataset", ["bessel", "mirror", "own"])
def test_what_narma_windows_hold_is_refused_where_there_is_no_input(dataset):
    message = (
        f"narma_windows='series' would have no effect: it is for dataset='narma5' or 'narma10', got dataset='{dataset}'"
    )
    with pytest.raises(ValueError, match=message):
        SeriesSettings(dataset=dataset, narma_windows="series")
    stored = {**SeriesSettings(dataset=dataset).to_dict(), "narma_windows": "series"}
    assert SeriesSettings.from_dict(stored).to_dict() == stored, "runs were stored with it"
    assert SeriesSettings(dataset="narma10", narma_windows="series").narma_windows == "series"
    with pytest.raises(ValueError, match="narma_windows must be one of"):
        SeriesSettings.from_dict({"narma_windows": "both"})
