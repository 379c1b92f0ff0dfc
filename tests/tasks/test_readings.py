"""The readings of equation 4: what each changes, and which runs are of which."""

from __future__ import annotations

import dataclasses

import pytest

from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.readings import (
    HEARD,
    READINGS,
    SEEING,
    SEEING_HEARD,
    WRITTEN,
    reading_named,
    reading_of,
    readings_named,
    readings_of,
)
from qtkit.tasks.series.settings import SeriesSettings
from tests.runs.toy import ToySettings

TASKS = {"images": ImageSettings, "series": SeriesSettings, "gridworld": GridworldSettings}


def test_as_written_is_the_default() -> None:
    for kind in TASKS.values():
        assert WRITTEN.apply(kind()) == kind()
        assert reading_of(kind()) is WRITTEN


@pytest.mark.parametrize("task", TASKS)
def test_a_run_is_of_one_reading_and_back(task: str) -> None:
    kind = TASKS[task]
    for reading in readings_of(task).values():
        settings = reading.apply(kind(seed=3, candidates=(7,)))
        assert [each for each in READINGS.values() if each.includes(settings)] == [reading]
        assert reading.undo(settings) == kind(seed=3, candidates=(7,))


def test_heard_and_seeing() -> None:
    assert HEARD.apply(ImageSettings()) == ImageSettings(probability="scaled")
    seeing = GridworldSettings(observation_scale=0.1, centre=True, mapping_scale=0.3, entropy_weight=0.01)
    assert SEEING.apply(GridworldSettings()) == seeing
    assert SEEING_HEARD.apply(GridworldSettings()) == dataclasses.replace(seeing, probability="scaled")


def test_runs_of_a_reading_differ_in_model_length_and_where_data_come_from() -> None:
    assert HEARD.includes(
        ImageSettings(
            model="mapping", seed=7, epochs=3, dataset="fashion", classes=(5, 7), source="sample", probability="scaled"
        )
    )
    assert WRITTEN.includes(SeriesSettings(dataset="narma5", predictions="none"))
    assert WRITTEN.includes(GridworldSettings(environment="MiniGrid-Empty-6x6-v0", episodes=5))


@pytest.mark.parametrize(
    "settings",
    [
        ImageSettings(probability="tanh"),
        ImageSettings(probability="scaled", depth=3),
        ImageSettings(probability="scaled", angle_init="uniform"),
        ImageSettings(train_limit=100),
        SeriesSettings(weighting="softmax"),
        GridworldSettings(centre=True, mapping_scale=0.3),
        GridworldSettings(observation_scale=0.1),
    ],
    ids=str,
)
def test_other_choices_are_of_no_reading(settings) -> None:
    assert reading_of(settings) is None


def test_what_may_be_any_besides() -> None:
    assert HEARD.includes(ImageSettings(probability="scaled", depth=3), free=["depth"])
    assert not WRITTEN.includes(ImageSettings(probability="scaled", depth=3), free=["depth"])


def test_several_by_name_each_once() -> None:
    assert readings_named(["heard", "both", SEEING, "seeing"]) == (HEARD, WRITTEN, SEEING)
    assert readings_named([]) == ()


def test_a_task_without_readings() -> None:
    assert readings_of("toy") == {} and reading_of(ToySettings()) is None
    with pytest.raises(ValueError, match="'images' has no reading 'seeing'; it has written, heard"):
        SEEING.apply(ImageSettings())
    with pytest.raises(ValueError, match="there is no reading 'loud'; there are written, heard, seeing, seeing-heard"):
        reading_named("loud")
