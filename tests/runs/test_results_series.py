"""What is shipped of the time series: complete, and a slice of it computed again."""

from __future__ import annotations

import dataclasses

import pytest

from qtkit.names import PAPER_MODELS
from qtkit.paper import DATASETS
from qtkit.runs import results
from qtkit.runs.store.identity import run_key
from qtkit.runs.sweeps.search_plans import DISTINCT_CONFIGS as EIGHT
from qtkit.tasks.registry import task_named
from qtkit.tasks.series import SeriesSettings, SeriesTraining
from tests.helpers import SHIPPED


def test_the_shipped_table_is_whole():
    table = results.load("series", folder=SHIPPED)
    models = table[table["label"].isin(PAPER_MODELS)]
    assert sorted(models["experiment"].unique()) == sorted(DATASETS)
    cells = models.groupby(["experiment", "label"])
    assert len(cells) == 5 * 13
    assert set(cells["seed"].nunique()) == {10}
    runs = models.groupby("run")["epoch"]
    assert set(runs.max()) == {100} and set(runs.nunique()) == {101}, "the start and every epoch"
    assert models["test_loss"].notna().all()


def test_predictions_of_the_figures_are_shipped():
    for dataset in DATASETS:
        table = results.load("series", dataset, SHIPPED)
        ours = table[(table["label"] == "DiffQAS") & table["prediction"].notna()]
        assert {1, 15, 30, 100} <= set(ours["epoch"])
        assert ours.loc[ours["seed"] == 0, "epoch"].nunique() == 101, "the slider of the first seed"


def test_each_shipped_run_says_how_it_was_made():
    for dataset in DATASETS:
        for run in results.provenance("series", dataset, SHIPPED)["runs"].values():
            assert all(session["git"]["changed"] is False for session in run["sessions"]), "from committed code"
            assert run["sessions"][0]["versions"]["torch"]


@pytest.mark.parametrize("dataset", DATASETS)
def test_shipped_runs_are_found_by_their_keys(dataset):
    """A setting that came later, at its default, leaves the name of a run as it was."""
    for key, told in results.provenance("series", dataset, SHIPPED)["runs"].items():
        settings = SeriesSettings.from_dict(told["settings"])
        assert run_key("series", settings.to_dict(), told["data"], task_named("series").aside) == key
    changed = dataclasses.replace(settings, train_angles=False)
    assert run_key("series", changed.to_dict(), told["data"], task_named("series").aside) != key


WHICH = {
    "bessel: the search": (".", "bessel", {"model": "diffqas", "candidates": list(range(1, 13))}),
    "narma5: config 5": (".", "narma5", {"candidates": [5]}),
    "damped_shm: config 1": (".", "damped_shm", {"candidates": [1]}),
    "bessel, heard: config 8": ("choices", "bessel", {"candidates": [8], "probability": "scaled"}),
    "damped_shm, calm: the eight": ("search", "damped_shm", {"learning_rate": 0.002, "candidates": [*EIGHT]}),
}


@pytest.mark.parametrize("which", WHICH)
def test_a_slice_of_a_shipped_run_computed_again(which):
    place, dataset, wanted = WHICH[which]
    told = results.provenance("series", dataset, SHIPPED / place)["runs"]
    wanted = {"seed": 3, "model": "diffqas", "weighting": "raw"} | wanted
    key = min(key for key, run in told.items() if wanted.items() <= run["settings"].items())
    table = results.load("series", dataset, SHIPPED / place)
    stored = table[table["run"] == key].set_index("epoch")
    settings = SeriesSettings.from_dict(told[key]["settings"])
    training = SeriesTraining(settings)
    for record in training:
        if record.kind == "epoch":
            # Other processors and versions round otherwise, and what is small at first grows from epoch to epoch.
            row = stored.loc[record.epoch]
            for name in ("train_loss", "test_loss"):
                assert getattr(record, name) == pytest.approx(row[name], rel=1e-2), (record.epoch, name)
            if len(settings.candidates) > 1:
                weights = [row[f"w{k}"] for k in settings.candidates]
                assert record.weights == pytest.approx(weights, abs=1e-3), record.epoch
        if record.epoch >= 3:
            break
