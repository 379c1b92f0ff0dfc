"""What was stored in format 1 is found, read and resumed by today's code."""

from __future__ import annotations

import dataclasses
import shutil
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest

from qtkit.runs import Store, run
from qtkit.runs.labels import run_labels
from qtkit.runs.results import export, load, provenance, summaries
from qtkit.runs.store.identity import run_key
from qtkit.simulation.threads import one_torch_thread
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images import ImageTraining
from qtkit.tasks.images.data import load_pair
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.registry import task_named
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.settings import RunSettings
from tests.helpers import SHIPPED

FORMAT_1 = Path(__file__).parent / "format_1"

IMAGES = ImageSettings.from_dict(
    {
        "source": "sample",
        "train_limit": 40,
        "test_limit": 20,
        "batch_size": 20,
        "depth": 1,
        "candidates": [2, 7],
        "epochs": 2,
        "probability": "centred",  # as it was called
    }
)
SERIES = SeriesSettings(model="mapping", epochs=2, predictions="figures")
GRIDWORLD = GridworldSettings(model="mapping", episodes=4, workers=2)

KEYS = {
    IMAGES: ("08a671686f448af3", "95f6e0bfdd6df5eb"),
    SERIES: ("8e337b44acf6cd92", "7406c0ee904623fc"),
    GRIDWORLD: ("7f5724f6a0975719", "238236a430a343e5"),
}
"""Of the finished run and of the stopped one, which has seed 1."""

by_task = pytest.mark.parametrize("settings", KEYS, ids=["images", "series", "gridworld"])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    shutil.copytree(FORMAT_1 / "runs", tmp_path / "runs")
    return Store(tmp_path / "runs")


def assert_same_records(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """But for the seconds, and the last digits: they were computed on another machine."""
    pd.testing.assert_frame_equal(one.drop(columns="seconds"), other.drop(columns="seconds"), rtol=1e-4, atol=1e-6)


@by_task
def test_a_finished_run_is_found_and_read(settings: RunSettings, store: Store, tmp_path: Path) -> None:
    stored = store.run(settings)
    assert (stored.key, stored.state) == (KEYS[settings][0], "finished")
    assert stored.settings == settings and settings.probability in ("raw", "scaled")
    assert run(settings, store=store) == stored
    training = stored.training()
    assert training.steps_done == training.n_steps == stored.progress().total
    assert len(stored.records()) == stored.result()["records"]
    assert_same_records(stored.records(), run(settings, store=tmp_path / "anew").records())


@by_task
def test_a_stopped_run_goes_on(settings: RunSettings, store: Store, tmp_path: Path) -> None:
    key, settings = KEYS[settings][1], dataclasses.replace(settings, seed=1)
    stored = store.run(settings)
    assert (stored.key, stored.state) == (key, "unfinished")
    done = run(settings, store=store)
    assert done == stored and done.finished
    assert len(done.facts()["sessions"]) == 2
    assert_same_records(done.records(), run(settings, store=tmp_path / "anew").records())


@pytest.mark.slow
def test_exported_results_are_read_and_grow(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    shutil.copytree(FORMAT_1 / "results", folder)
    for settings, (key, _) in KEYS.items():
        task = store.run(settings).task.name
        table = load(task, folder=folder)
        assert set(table["run"]) == {key}
        (experiment,) = set(table["experiment"])
        about = provenance(task, experiment, folder=folder)["runs"][key]
        assert about["settings"]["probability"] == settings.probability
        assert set(table["label"]) == set(run_labels({key: settings}, {key: about}))
        assert len(summaries(task, folder=folder)) == 1
        run(dataclasses.replace(settings, seed=1), store=store)
        runs = [stored for stored in store if stored.task.name == task]
        assert export(runs, folder / task) == {experiment: 2}
        assert set(load(task, folder=folder)["run"]) == set(KEYS[settings])


@pytest.mark.parametrize("folder", ["gridworld", "images", "machine", "series"])
def test_shipped_runs_are_found_under_their_keys(folder: str) -> None:
    for path in (SHIPPED / folder).glob("*.json"):
        for key, about in provenance(folder, path.stem, SHIPPED)["runs"].items():
            task = task_named(about["task"])
            settings = task.settings_class.from_dict(about["settings"])
            assert run_key(task.name, settings.to_dict(), about["data"], task.aside) == key


def test_a_training_goes_on_from_its_checkpoint() -> None:
    with one_torch_thread():
        resumed = list(ImageTraining.resume(FORMAT_1 / "checkpoint"))
        anew = list(islice(ImageTraining(IMAGES), 3, None))
    assert [record.step for record in resumed] == [3, 4]
    for one, other in zip(resumed, anew, strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-4)
        assert one.weights == pytest.approx(other.weights, rel=1e-4)


def test_a_checkpoint_on_other_data_is_refused() -> None:
    data = load_pair(dataclasses.replace(IMAGES, test_limit=19))
    with pytest.raises(ValueError, match="made with other images than these"):
        ImageTraining.resume(FORMAT_1 / "checkpoint", data)


@by_task
def test_the_checkpoint_of_a_run_is_one_of_its_training(settings: RunSettings, store: Store) -> None:
    for _ in range(2):  # of format 1, then of today's
        stored = store.run(settings)
        training = stored.task.training_class.resume(stored.path / "checkpoint")
        assert training.steps_done == training.n_steps
        run(settings, store=store, again=True)
