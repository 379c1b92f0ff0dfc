"""Models without a circuit that train as many numbers as the search, in every task: sizes, records, checkpoints."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
import torch

from qtkit.generator.expansion import LinearExpansion
from qtkit.names import RIVALS, model_label
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
from qtkit.tasks.images import ImageSettings, ImageTraining
from qtkit.tasks.models import trainable_parameters
from qtkit.tasks.series import SeriesSettings, SeriesTraining
from tests.helpers import timeless

IMAGES = ImageSettings(source="sample", depth=1, train_limit=60, test_limit=20, batch_size=30, epochs=2)
SERIES = SeriesSettings(depth=1, epochs=1, batch_size=50)
GRIDWORLD = GridworldSettings(depth=1, workers=2, episodes=4)

by_task = pytest.mark.parametrize(
    ("make", "small", "task"),
    [
        (ImageTraining, IMAGES, "images"),
        (SeriesTraining, SERIES, "series"),
        (GridworldTraining, GRIDWORLD, "gridworld"),
    ],
    ids=["images", "series", "gridworld"],
)
by_rival = pytest.mark.parametrize("model", RIVALS)


@by_task
@by_rival
def test_a_rival_trains_as_many_numbers_as_the_papers_search(
    make: Callable[..., Any], small: Any, task: str, model: str
) -> None:
    told = make(dataclasses.replace(small, model=model, depth=type(small)().depth)).describe()
    ours, weights = {"images": (286, 108_866), "series": (135, 1_781), "gridworld": (314, 11_848)}[task]
    if model == "small":  # whole hidden units
        assert 0.7 * ours < told["num_trainable"] <= ours
        assert told["num_weights"] == told["num_trainable"]
    else:
        assert told["num_trainable"] == ours
        assert told["num_weights"] == weights
    assert model_label(dataclasses.replace(small, model=model)) == RIVALS[model]


@by_task
@by_rival
def test_it_learns_is_stored_and_goes_on_exactly(make: Callable[..., Any], small: Any, task: str, model: str) -> None:
    del task
    settings = dataclasses.replace(small, model=model)
    whole = make(settings)
    before = torch.cat([p.detach().reshape(-1).clone() for p in trainable_parameters(whole.model)])
    records = list(whole)
    after = torch.cat([p.detach().reshape(-1) for p in trainable_parameters(whole.model)])
    assert not torch.equal(before, after)
    assert all(record.weights == () for record in records)

    half = make(settings)
    first = [next(half) for _ in range(2)]
    other = make(settings)
    other.load_state(half.state())
    assert timeless([*first, *other]) == timeless(records)
    assert other.describe()["num_trainable"] == whole.describe()["num_trainable"]


def test_more_candidates_or_layers_give_rivals_more_numbers() -> None:
    settings = dataclasses.replace(IMAGES, model="hashed")
    assert settings.count_search(108_866) == 17 + 12 + 19
    assert dataclasses.replace(settings, depth=15).count_search(108_866) == 286
    assert dataclasses.replace(settings, candidates=(5,)).count_search(108_866) == 17 + 19
    assert dataclasses.replace(settings, shared_angles=False).count_search(108_866) == 12 * 17 + 12 + 19


def test_a_subspace_starts_where_the_network_does() -> None:
    rival, itself = (ImageTraining(dataclasses.replace(IMAGES, model=model)) for model in ("subspace", "classical"))
    assert isinstance(rival.model, LinearExpansion)
    assert next(rival).test_loss == pytest.approx(next(itself).test_loss, rel=1e-6)
