"""What was stored in format 1 or 2 is found, read and resumed by today's code."""

from __future__ import annotations

import dataclasses
import shutil
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest

from qtkit.files import read_json
from qtkit.runs import Store, run
from qtkit.runs.labels import run_labels
from qtkit.runs.results import export, load, provenance, summaries
from qtkit.runs.store.identity import run_key
from qtkit.seals import FORMAT, check_seal
from qtkit.simulation.threads import one_torch_thread
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images import ImageTraining
from qtkit.tasks.images.data import load_pair
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.registry import TASKS, task_named
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.settings import RunSettings
from tests.helpers import SHIPPED
from tests.runs.keep_format import FINISHED, STOPPED

HERE = Path(__file__).parent
FORMAT_1, FORMAT_2 = HERE / "format_1", HERE / "format_2"

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


# Format 2

KEYS_2 = {
    "images": "0cc6ad50d7574bb8",
    "series": "72345634abb8631a",
    "gridworld": "153bf943c4638a84",
    "agents": "f06d0a3d91470629",
    "own": "807ed5ad170c97a2",
}
"""Of the stopped runs."""


@pytest.fixture
def store_2(tmp_path: Path) -> Store:
    shutil.copytree(FORMAT_2 / "runs", tmp_path / "runs")
    return Store(tmp_path / "runs")


def test_todays_format_is_kept_for_tomorrow() -> None:
    assert (HERE / f"format_{FORMAT}" / "runs").is_dir(), "keep_format.py writes it"
    ours = {name for name, task in TASKS.items() if task.settings.startswith("qtkit.")}
    assert ours == set(STOPPED) == set(KEYS_2), "of every task"


@pytest.mark.parametrize("name", STOPPED)
def test_a_stopped_run_of_format_2_is_read_and_goes_on(name: str, store_2: Store, tmp_path: Path) -> None:
    settings = STOPPED[name]
    stored = store_2.run(settings)
    assert (stored.key, stored.state, stored.settings) == (KEYS_2[name], "unfinished", settings)
    assert stored.facts()["format"] == stored.checkpoint()["format"] == 2
    begun = stored.records()
    assert len(begun) == 2 and stored.training().steps_done == stored.progress().done
    done = run(settings, store=store_2)
    assert done == stored and done.finished and len(done.facts()["sessions"]) == 2
    whole = done.records()
    pd.testing.assert_frame_equal(whole[:2], begun, check_dtype=False)
    assert_same_records(whole, run(settings, store=tmp_path / "anew").records())


def test_a_finished_run_of_format_2_is_found_and_read(store_2: Store, tmp_path: Path) -> None:
    stored = store_2.run(FINISHED)
    assert (stored.key, stored.state, stored.settings) == ("f74171ab9a965cc4", "finished", FINISHED)
    assert run(FINISHED, store=store_2) == stored and len(stored.facts()["sessions"]) == 1
    assert stored.training().steps_done == stored.progress().total
    assert len(stored.records()) == stored.result()["records"]
    assert_same_records(stored.records(), run(FINISHED, store=tmp_path / "anew").records())


def test_the_seals_of_format_2_hold() -> None:
    files = [*FORMAT_2.rglob("*.json")]
    assert {read_json(path)["kind"] for path in files} == {"run", "finished run", "checkpoint"}
    for path in files:
        value = {name: each for name, each in read_json(path).items() if name != "tensors"}  # they have a digest
        assert check_seal(value, path)["format"] == 2
        with pytest.raises(ValueError, match="damaged or was edited"):
            check_seal({**value, "key": "0" * 16}, path)
