"""Results to ship: tables of finished runs, merged, checked, and what they say of their origin."""

from __future__ import annotations

import dataclasses
import errno
import itertools
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qtkit import Ansatz
from qtkit.circuits import CZ, U3, H
from qtkit.runs import Store, StoredRun, results, run, tables
from qtkit.runs.labels import run_labels
from qtkit.seals import check_seal, seal
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.registry import TASKS, task_of
from qtkit.tasks.series.settings import SeriesSettings
from tests.helpers import ROOT, after, output, python
from tests.runs.small import IMAGES

ONE = dataclasses.replace(IMAGES, candidates=(2,))
MAPPING = dataclasses.replace(IMAGES, model="mapping", seed=1)

TOLD = " · depth=1 batch_size=50 train_limit=120 test_limit=40 · sample"
"""What labels tell of these runs, which share their settings and data."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("runs"))
    for settings in (IMAGES, ONE, MAPPING):
        run(settings, store=store, command="qtkit run images --store /somewhere/private --epochs 2")
    run(dataclasses.replace(IMAGES, seed=9), store=store, stop=after(2))
    return store


def test_a_table_has_a_row_an_epoch_and_says_which_run_it_is(store: Store, tmp_path: Path) -> None:
    assert results.export(store, tmp_path / "images") == {"mnist-1-5": 3}
    table = results.load("images", folder=tmp_path)
    assert sorted(set(table["label"])) == [f"{model}{TOLD}" for model in ("Config 2", "DiffQAS 2,7", "Mapping alone")]
    assert list(table.columns[:5]) == ["experiment", "label", "model", "candidates", "seed"]
    assert list(table.columns[-2:]) == ["w2", "w7"]
    ours = table[table["label"] == f"DiffQAS 2,7{TOLD}"].reset_index(drop=True)
    records = store.run(IMAGES).records()
    records = records[records["test_loss"].notna()].reset_index(drop=True)
    for name in ("epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "seconds", "w2", "w7"):
        assert ours[name].tolist() == records[name].tolist(), name
    assert ours["epoch"].tolist() == [0, 1, 2]
    assert table.loc[table["label"] == f"Mapping alone{TOLD}", ["w2", "w7"]].isna().all(axis=None)


def test_a_table_of_some_epochs_and_the_last(store: Store, tmp_path: Path) -> None:
    results.export(store, tmp_path / "whole")
    results.export(store, tmp_path / "ends", every=2)
    results.export(store, tmp_path / "far", every=5)
    whole, ends, far = (results.load(name, folder=tmp_path) for name in ("whole", "ends", "far"))
    assert set(ends["epoch"]) == set(far["epoch"]) == {0, 2}
    pd.testing.assert_frame_equal(ends, whole[whole["epoch"] != 1].reset_index(drop=True))
    results.export([store.run(IMAGES)], tmp_path / "ends")
    whole_again = results.load("ends", folder=tmp_path).groupby("run").size()
    assert whole_again.drop(store.run(IMAGES).key).eq(2).all() and whole_again[store.run(IMAGES).key] == 3


def test_which_rows_of_a_run_are_kept() -> None:
    rows = pd.DataFrame({"epoch": [0.0, 1, 2, 3, 4, 5], "loss": range(6)})
    assert results.thin_epochs(rows, 3)["epoch"].tolist() == [0, 3, 5]
    assert results.thin_epochs(rows, 1) is rows
    long = pd.DataFrame({"epoch": range(101)})
    assert results.thin_epochs(long, 25)["epoch"].tolist() == [0, 25, 50, 75, *range(91, 101)], (
        "the last tenth is whole"
    )
    with pytest.raises(ValueError, match="every must be a whole number of at least 1, got 0"):
        results.thin_epochs(rows, 0)
    with pytest.raises(ValueError, match="every=2 is for rows of epochs, which these are not: episode"):
        results.thin_epochs(rows.rename(columns={"epoch": "episode"})[["episode"]], 2)


def test_runs_that_are_in_the_table_already_stay(store: Store, tmp_path: Path) -> None:
    results.export([store.run(IMAGES)], tmp_path / "images")
    results.export([store.run(MAPPING)], tmp_path / "images")
    together = results.load("images", folder=tmp_path)
    results.export(store, tmp_path / "at-once")
    assert together["run"].nunique() == 2
    whole = results.load("at-once", folder=tmp_path)
    whole = whole[whole["run"].isin(together["run"])].reset_index(drop=True)
    for name in together.columns:
        assert together[name].equals(whole[name]), name


def test_a_table_from_before_a_setting_was_there(store: Store, tmp_path: Path) -> None:
    results.export([store.run(MAPPING)], tmp_path / "images")
    path = tmp_path / "images" / "mnist-1-5.json"
    about = check_seal(json.loads(path.read_text()), path)
    for told in about["runs"].values():
        del told["settings"]["train_angles"]
    path.write_text(json.dumps(seal(about)))
    results.export([store.run(IMAGES)], tmp_path / "images")
    assert "train_angles" not in results.load("images", folder=tmp_path), "nothing differs in it"


def test_exported_twice_the_table_is_the_same(store: Store, tmp_path: Path) -> None:
    contents = set()
    for _ in range(2):
        results.export(store, tmp_path)
        contents.add((tmp_path / "mnist-1-5.parquet").read_bytes())
    assert len(contents) == 1


def test_provenance_tells_the_origin_but_no_folder_of_the_machine(store: Store, tmp_path: Path) -> None:
    results.export(store, tmp_path / "images", command="qtkit export images --to /somewhere/of/theirs")
    about = results.provenance("images", "mnist-1-5", folder=tmp_path)
    assert about["command"] == "qtkit export images --to ..."
    told = about["runs"][store.run(IMAGES).key]
    assert told["settings"]["candidates"] == [2, 7]
    assert told["sessions"][0]["command"] == "qtkit run images --store ... --epochs 2"
    assert told["sessions"][0]["versions"].keys() >= {"torch", "qtkit"}
    assert told["official"] is False
    text = (tmp_path / "images" / "mnist-1-5.json").read_text()
    assert "/somewhere" not in text and "/home" not in text and "data_dir" not in text


def test_settings_that_differ_have_a_column(store: Store, tmp_path: Path) -> None:
    other = run(dataclasses.replace(ONE, learning_rate=0.1), store=store.root / "other")
    results.export([store.run(ONE), other], tmp_path / "images")
    table = results.load("images", "mnist-1-5", tmp_path)
    assert sorted(set(table["learning_rate"])) == [1e-3, 0.1]
    assert sorted(set(table["label"])) == [f"Config 2{TOLD}", f"Config 2{TOLD.replace('=1 ', '=1 learning_rate=0.1 ')}"]
    assert "depth" not in table


def labels(told: dict[str, tuple[object, dict]]) -> list[str]:
    """Of runs with these settings, and what is known of them besides."""
    values = {key: settings for key, (settings, _) in told.items()}
    task = {key: task_of(settings) for key, settings in values.items()}
    about = {
        key: {
            "task": task[key].name,
            "settings": {n: v for n, v in values[key].to_dict().items() if n not in task[key].aside},
            **more,
        }
        for key, (_, more) in told.items()
    }
    return run_labels(values, about)


def test_a_setting_that_all_runs_share_is_told_if_it_is_not_the_default() -> None:
    centred = {str(seed): (GridworldSettings(seed=seed, centre=True, mapping_scale=0.3), {}) for seed in range(2)}
    assert labels(centred) == ["DiffQAS · mapping_scale=0.3 centre=True"] * 2
    faster = {"a": (SeriesSettings(learning_rate=0.1, predictions="none", candidates=(7,)), {})}
    assert labels(faster) == ["Config 7 · learning_rate=0.1"]
    assert labels({"a": (SeriesSettings(predictions="none"), {})}) == ["DiffQAS"], "it decides what is recorded only"


def test_circuits_of_ones_own_are_told_apart() -> None:
    star, other = Ansatz(True, ((0, 1), (0, 2)), "ry"), Ansatz(True, ((1, 0), (2, 0)), "ry")
    cz = Ansatz(start=[H()], layer=[CZ("ring"), U3()])
    runs = {str(k): (ImageSettings(candidates=(each,)), {"official": True}) for k, each in enumerate((5, cz, star))}
    assert labels(runs) == ["Config 5", "H, CZ ring, U3", "H, 2 CNOTs, RY"]
    runs["3"] = (ImageSettings(candidates=(other,)), {"official": True})
    runs["4"] = (ImageSettings(candidates=(other,), seed=1), {"official": True})
    *_, one, first, second = labels(runs)
    assert re.fullmatch("H, 2 CNOTs, RY · circuits [0-9a-f]{6}", one) and one != first == second
    searches = [(ImageSettings(candidates=pair), {"official": True}) for pair in ((5, star), (5, other))]
    assert len(set(labels(dict(enumerate(map(tuple, searches)))))) == 2


def test_series_of_several_files_are_told_by_what_they_are_called() -> None:
    own = {"dataset": "own", "window": 3}

    def told(seed: int, data: str, source: str, **more: object) -> tuple[SeriesSettings, dict]:
        return SeriesSettings(**{**own, "seed": seed, **more}), {"data": data * 64, "source": source}

    one, two, grown = "'value' of one.csv, 60 points", "'value' of two.csv, 60 points", "'value' of one.csv, 61 points"
    alone = {"a": told(0, "a", one), "b": told(1, "a", one), "c": told(0, "c", one, window=5)}
    assert labels(alone) == ["DiffQAS · window=3", "DiffQAS · window=3", "DiffQAS · window=5"]
    both = {**alone, "d": told(0, "d", two, window=6)}
    assert labels(both) == [f"DiffQAS · window=3 · {one}"] * 2 + [
        f"DiffQAS · window=5 · {one}",
        f"DiffQAS · window=6 · {two}",
    ], "also where settings differ anyway"
    assert labels({"a": told(0, "a", one), "b": told(1, "a", two)}) == ["DiffQAS · window=3"] * 2, "a file renamed"
    assert labels({"a": told(0, "a", one), "b": told(0, "b", grown)})[1] == f"DiffQAS · window=3 · {grown}"
    edited = {"a": told(0, "a", one), "b": told(0, "b", one)}
    assert labels(edited) == ["DiffQAS · window=3 · version aaaaaa", "DiffQAS · window=3 · version bbbbbb"]
    all_three = {**edited, "c": told(0, "c", two)}
    assert labels(all_three) == [
        f"DiffQAS · window=3 · {one} · version aaaaaa",
        f"DiffQAS · window=3 · {one} · version bbbbbb",
        f"DiffQAS · window=3 · {two}",
    ]


def test_a_formula_that_machines_round_differently_is_one_series() -> None:
    runs = {str(k): (SeriesSettings(seed=k), {"data": str(k) * 64, "source": "J2"}) for k in range(2)}
    assert labels(runs) == ["DiffQAS"] * 2


def test_folders_of_images_that_are_not_the_official_ones_are_told_apart() -> None:
    def told(data: str, words: str, **more: object) -> tuple[ImageSettings, dict]:
        return ImageSettings(**more), {"data": data * 64, "official": words == "the official", "source": words}

    other, sample = "a MNIST that is not the official one", "the sample in qtkit"
    one = {"a": told("a", other), "b": told("b", sample), "c": told("c", other, train_limit=9)}
    plain = ["DiffQAS · other data", "DiffQAS · sample", "DiffQAS · train_limit=9 · other data"]
    assert labels(one) == plain
    two = {**one, "d": told("d", other), "e": told("e", "the official"), "f": told("f", "the official")}
    assert labels(two) == [
        "DiffQAS · other data · version aaaaaa",
        *plain[1:],
        "DiffQAS · other data · version dddddd",
        "DiffQAS",
        "DiffQAS",
    ]


@pytest.mark.parametrize("kind", [GridworldSettings, AgentSettings])
def test_environments_that_were_changed_under_one_name_are_told_apart(kind: type[GridworldSettings]) -> None:
    runs = {str(k): (kind(seed=k), {"data": data}) for k, data in enumerate(("a" * 64, "b" * 64, None))}
    assert labels(runs) == ["DiffQAS · version aaaaaa", "DiffQAS · version bbbbbb", "DiffQAS"]
    assert labels({"0": runs["0"]}) == ["DiffQAS"]


def test_rivals_of_several_sizes_are_told_apart() -> None:
    def fourier(count: int, **more: object) -> tuple[SeriesSettings, dict]:
        return SeriesSettings(model="fourier", **more), {"num_trainable": count}

    runs = {"a": fourier(135), "b": fourier(135, seed=1), "c": fourier(1_125, candidates=(5, 2))}
    assert labels(runs) == ["Fourier · 135 numbers", "Fourier · 135 numbers", "Fourier · 1,125 numbers"]
    assert labels({"a": runs["a"], "b": runs["b"]}) == ["Fourier"] * 2
    assert labels({"a": runs["a"], "b": fourier(135, candidates=(5, 2))}) == ["Fourier"] * 2, "the same run"
    unknown = {key: (settings, {}) for key, (settings, _) in runs.items()}
    assert len(set(labels(unknown))) == 2, "of whom no size is known"
    alike = {str(k): (SeriesSettings(model="mapping", candidates=(k,)), {}) for k in (1, 2)}
    assert labels(alike) == ["Mapping alone"] * 2


def test_a_length_is_told_only_of_shorter_runs() -> None:
    longer = {"a": (ImageSettings(epochs=20), {"official": True})}
    assert labels(longer) == ["DiffQAS"], "the rows show it"
    assert labels({**longer, "b": (ImageSettings(), {"official": True})}) == ["DiffQAS", "DiffQAS · epochs=10"]


def test_other_than_the_official_data_are_told() -> None:
    told = {
        "a": (ImageSettings(), {"official": True, "source": "the official MNIST (downloaded)"}),
        "b": (ImageSettings(), {"official": False, "source": "the sample in qtkit: ..."}),
        "c": (ImageSettings(centre=False), {"official": False, "source": "a MNIST that is not the official one"}),
    }
    assert labels(told) == ["DiffQAS", "DiffQAS · sample", "DiffQAS · centre=False · other data"]


def test_the_sample_is_told_as_images_tell_it(store: Store) -> None:
    assert store.run(IMAGES).facts()["describe"]["source"].startswith("the sample")


def test_an_export_killed_at_any_step_can_be_repeated(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each renaming in turn, of the first export and of a second one that adds a run."""
    replace = Path.replace

    def export(runs: list[StoredRun], folder: Path, last: int) -> bool:
        """Whether it was not killed at its renaming number `last`, counted from 0."""
        count = itertools.count()

        def killed(path: Path, target: Path) -> Path:
            if next(count) == last:
                raise KeyboardInterrupt
            return replace(path, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", killed)
            try:
                results.export(runs, folder)
            except KeyboardInterrupt:
                return False
        return True

    first, both = [store.run(IMAGES)], [store.run(IMAGES), store.run(MAPPING)]
    steps = 0
    for last in itertools.count():
        folder = tmp_path / str(last) / "images"
        results.export(first, folder)
        ended = export(both, folder, last)
        there = results.load("images", folder=folder.parent)["run"].nunique()  # readable in between
        assert there in ((1, 2) if not ended else (2,)), last
        if not ended:
            export(both, folder, 0)  # and killed again, at once
            assert results.load("images", folder=folder.parent)["run"].nunique() == there, last
        assert results.export(both, folder) == {"mnist-1-5": 2}
        assert results.load("images", folder=folder.parent)["run"].nunique() == 2
        assert sorted(path.name for path in folder.iterdir()) == [".lock", "mnist-1-5.json", "mnist-1-5.parquet"]
        if ended:
            break
        steps += 1
    assert steps >= 3


TOGETHER = """
import sys
from multiprocessing import get_context
from qtkit.runs import Store, results

def export(key, barrier, folder):
    (stored,) = [each for each in Store(sys.argv[1]) if each.key == key]
    for turn in range(10):
        barrier.wait()
        results.export([stored], f"{folder}/{turn}/images")

if __name__ == "__main__":
    context = get_context("fork")
    barrier = context.Barrier(2)
    processes = [context.Process(target=export, args=(key, barrier, sys.argv[2])) for key in sys.argv[3:]]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print([process.exitcode for process in processes])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no fork here")
def test_two_exports_into_one_folder_at_once_keep_all_runs(store: Store, tmp_path: Path) -> None:
    keys = [store.run(settings).key for settings in (IMAGES, MAPPING)]
    assert output(python(TOGETHER, store.root, tmp_path, *keys)) == "[0, 0]\n"
    keys = {store.run(settings).key for settings in (IMAGES, MAPPING)}
    for turn in range(10):
        assert set(results.load("images", folder=tmp_path / str(turn))["run"]) == keys, turn
        names = sorted(path.name for path in (tmp_path / str(turn) / "images").iterdir())
        assert names == [".lock", "mnist-1-5.json", "mnist-1-5.parquet"]


def test_a_table_is_read_while_another_export_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of the provenance and that of the table, a whole export."""
    results.export([store.run(IMAGES)], tmp_path / "images")
    read, others = tables.read_sealed, [[store.run(MAPPING)]]

    def read_slowly(*arguments: Any) -> dict[str, Any]:
        value = read(*arguments)
        if others:
            results.export(others.pop(), tmp_path / "images")
        return value

    monkeypatch.setattr(tables, "read_sealed", read_slowly)
    assert results.load("images", folder=tmp_path)["run"].nunique() == 2


def test_what_killed_exports_left_is_cleared_away(store: Store, tmp_path: Path) -> None:
    """Half-written files of any table of the folder, and tables whose provenance was never written."""
    folder = tmp_path / "images"
    for name in (".mnist-1-5.json.ab_cdef0", ".fashion-1-5.parquet.01234567", ".mine", ".page.html.01234567"):
        (folder / name).mkdir(parents=True)
        (folder / name / "half").write_text("ha")
    for name in ("mnist-1-5.new.parquet", "mnist-1-5.0123456789abcdef.new.parquet", "other.new.parquet"):
        (folder / name).write_text("never told of")
    results.export([store.run(IMAGES)], folder)
    kept = [".lock", ".mine", ".page.html.01234567", "mnist-1-5.json", "mnist-1-5.parquet", "other.new.parquet"]
    assert sorted(path.name for path in folder.iterdir()) == kept


def test_a_full_disk_is_told_with_the_file_and_leaves_the_table(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.export([store.run(IMAGES)], tmp_path / "images")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match=r"cannot write .*images.mnist-1-5\..*parquet: the disk is full: free some"):
            results.export(store, tmp_path / "images")
    assert results.load("images", folder=tmp_path)["run"].nunique() == 1
    assert results.export(store, tmp_path / "images") == {"mnist-1-5": 3}


def full(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_harmed_table_is_seen(store: Store, tmp_path: Path) -> None:
    results.export(store, tmp_path / "images")
    path = tmp_path / "images" / "mnist-1-5.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="mnist-1-5.parquet is damaged"):
        results.load("images", folder=tmp_path)
    with pytest.raises(ValueError, match="is damaged"):
        results.export(store, tmp_path / "images")


def test_what_was_checked_is_checked_again_only_if_it_differs(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []
    whole: list[Path] = []
    monkeypatch.setattr(tables, "check_provenance", lambda about, path: checked.append(path))
    monkeypatch.setattr(tables, "check_table", lambda table, about, path: whole.append(path))
    monkeypatch.setattr(tables, "_RIGHT", set())
    monkeypatch.setattr(tables, "_FITTING", set())
    path = tmp_path / "images" / "mnist-1-5.json"
    results.export([store.run(IMAGES)], tmp_path / "images")
    assert results.load("images", folder=tmp_path).equals(results.load("images", folder=tmp_path))
    assert checked == [path]
    results.export([store.run(MAPPING)], tmp_path / "images")
    results.load("images", folder=tmp_path)
    assert checked == [path] * 2
    monkeypatch.setitem(TASKS, "other", dataclasses.replace(TASKS["images"], name="other"))
    results.load("images", folder=tmp_path)
    assert checked == [path] * 3, "what is known of tasks differs"
    assert whole == [path.with_suffix(".parquet")] * 3


def test_a_table_of_a_newer_version(store: Store, tmp_path: Path) -> None:
    results.export(store, tmp_path / "images")
    path = tmp_path / "images" / "mnist-1-5.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 9}))
    with pytest.raises(ValueError, match="newer qtkit"):
        results.load("images", folder=tmp_path)


def test_what_is_not_there_is_told_with_what_is(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no stored results in"):
        results.load("images", folder=tmp_path)
    results.export(store, tmp_path / "images")
    with pytest.raises(FileNotFoundError, match=r"no stored results of 'cifar' in .*; there are \['mnist-1-5'\]"):
        results.load("images", "cifar", tmp_path)


def test_the_folder_of_results_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / "results" / "images").mkdir(parents=True)
    monkeypatch.delenv("QTKIT_RESULTS", raising=False)
    monkeypatch.chdir(below)
    assert results.results_folder() == tmp_path / "results"
    (below / "results" / "of_something_else").mkdir(parents=True)
    assert results.results_folder() == tmp_path / "results", "no results of ours are passed by"
    (tmp_path / "results" / "images").rmdir()
    assert results.results_folder() == ROOT / "results", "those that qtkit came with"
    monkeypatch.setenv("QTKIT_RESULTS", str(below))
    assert results.results_folder() == below


@pytest.mark.slow
@pytest.mark.parametrize("place", [".", "choices", "search"])
def test_a_slice_of_a_shipped_image_run_computed_again(place: str, official_data: Path) -> None:
    """Of runs in other than the paper's setting one of a circuit alone, at the seed and rate that come first."""
    from qtkit.tasks.images import ImageTraining

    table = results.load("images", folder=ROOT / "results" / place)
    table = table[table["official"]]
    if place != ".":
        table = table[(table["epoch"] == 1) & (table["model"] == "diffqas") & (table["candidates"] == "5")]
    key = table["run"].min()
    experiment = table.loc[table["run"] == key, "experiment"].iloc[0]
    stored = results.load("images", experiment, ROOT / "results" / place)
    stored = stored[stored["run"] == key]
    about = results.provenance("images", experiment, ROOT / "results" / place)["runs"][key]
    settings = ImageSettings.from_dict({**about["settings"], "source": "folder", "data_dir": str(official_data)})
    training = ImageTraining(settings)
    fresh = [record for record in (next(training) for _ in range(training.n_steps_per_epoch + 1)) if record.test_loss]
    assert fresh[-1].epoch == 1
    for record, (_, row) in zip(fresh, stored.iterrows(), strict=False):
        # Other processors and versions round otherwise; the same ones give the same bits.
        for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
            assert getattr(record, name) == pytest.approx(row[name], rel=2e-3, abs=2e-3), name
