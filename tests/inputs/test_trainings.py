"""Trainings under other defaults than PyTorch's own: the same settings give the same records."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from itertools import islice
from typing import Any
from unittest import mock

import pytest

from qtkit.tasks.gridworld import (
    GridworldSettings,
    GridworldTraining,
    best_constant_policy,
    evaluate,
    exact,
    expectation,
    load_environment,
    play,
    random_policy,
)
from qtkit.tasks.gridworld.environment import RealEnvironment, TableEnvironment
from qtkit.tasks.images import ImageSettings, ImageTraining
from qtkit.tasks.images.rulers import block_accuracy
from qtkit.tasks.series import SeriesSettings, SeriesTraining, own_series
from tests.helpers import timeless

IMAGES = ImageSettings(source="sample", depth=1, train_limit=60, test_limit=20, batch_size=30, epochs=2)
SERIES = SeriesSettings(depth=1, epochs=1, batch_size=50)
GRIDWORLD = GridworldSettings(depth=1, workers=2, episodes=3)


def image_records(**changes: Any) -> Any:
    training = ImageTraining(dataclasses.replace(IMAGES, **changes))
    return facts(training), training.evaluate()


def series_records(**changes: Any) -> Any:
    training = SeriesTraining(dataclasses.replace(SERIES, **changes))
    return facts(training), training.predict().tolist(), training.rollout(5).tolist()


def gridworld_records(**changes: Any) -> Any:
    training = GridworldTraining(dataclasses.replace(GRIDWORLD, **changes))
    return facts(training), training.evaluate(3)


def facts(training: Any) -> Any:
    """The first records, the state, the records after a break, and what it tells: what a user sees of a training."""
    begin = timeless(islice(training, 4))
    state = training.state()
    tensors = {name: (tensor.dtype, tensor.tolist()) for name, tensor in state["tensors"].items()}
    other = type(training)(training.settings, training.data)
    other.load_state(state)
    more = timeless(islice(other, 2))
    return begin, more, tensors, training.describe()


def gridworld_in_the_real_environment() -> Any:
    return facts(GridworldTraining(GRIDWORLD, RealEnvironment(GRIDWORLD.environment)))


def policies() -> Any:
    environment = load_environment(GRIDWORLD.environment)
    assert isinstance(environment, TableEnvironment)
    with mock.patch.object(exact, "_STEPS", 3):
        best, worth = best_constant_policy(environment)
    network = GridworldTraining(GRIDWORLD).network()
    replay = play(network, GRIDWORLD.environment, pictures=False)
    return best.tolist(), worth, expectation(environment, [1 / 7] * 7), replay.values.tolist(), replay.actions


def ruler() -> Any:
    return block_accuracy(ImageTraining(IMAGES).data)


def evaluation() -> Any:
    return evaluate(random_policy, RealEnvironment(GRIDWORLD.environment), episodes=3)


KINDS: dict[str, Callable[[], Any]] = {
    "images": image_records,
    "images, the network itself": lambda: image_records(model="classical"),
    "images, the mapping alone": lambda: image_records(model="mapping"),
    "images in float64": lambda: image_records(dtype="float64"),
    "series": series_records,
    "series, the network itself": lambda: series_records(model="classical"),
    "an own series": lambda: facts(
        SeriesTraining(dataclasses.replace(SERIES, dataset="own"), own_series([k % 7 for k in range(60)]))
    ),
    "gridworld": gridworld_records,
    "gridworld, the network itself": lambda: gridworld_records(model="classical"),
    "gridworld in float64": lambda: gridworld_records(dtype="float64", entropy_weight=0.01),
    "gridworld in the real environment": gridworld_in_the_real_environment,
    "policies": policies,
    "the ruler of images": ruler,
    "an evaluation": evaluation,
}


QUICK = ["images", "series", "gridworld", "the ruler of images"]


@pytest.fixture
def expected(kind: str) -> Any:
    """What comes under PyTorch's own defaults."""
    return under_own_defaults(kind)


@functools.cache
def under_own_defaults(kind: str) -> Any:
    return KINDS[kind]()


@pytest.mark.usefixtures("other_defaults")
@pytest.mark.parametrize(
    "kind", [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS]
)
def test_the_same_settings_give_the_same_records(kind: str, expected: Any) -> None:
    assert KINDS[kind]() == expected
