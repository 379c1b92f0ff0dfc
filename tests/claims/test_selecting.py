"""Stored runs of one reading, and no others."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from qtkit.claims.selecting import select, select_all
from qtkit.claims.stored import load_accuracies, load_errors, load_rewards
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.readings import HEARD, SEEING, SEEING_HEARD, WRITTEN
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.shipped import accuracies, errors, reward_summary, rewards, ship

SEARCH = ImageSettings(epochs=4)
HEARD_SEARCH = ImageSettings(epochs=6, probability="scaled")


def level(settings: ImageSettings) -> float:
    return {"raw": 0.7, "scaled": 0.9}.get(settings.probability, 0.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As written here, heard in `choices`, and runs of other choices in both."""
    written = [SEARCH, dataclasses.replace(SEARCH, candidates=(2,)), dataclasses.replace(SEARCH, centre=False)]
    heard = [
        HEARD_SEARCH,
        dataclasses.replace(HEARD_SEARCH, model="mapping"),
        dataclasses.replace(HEARD_SEARCH, angle_init="uniform"),
        dataclasses.replace(HEARD_SEARCH, depth=3),
        dataclasses.replace(SEARCH, probability="tanh"),
    ]
    short = dataclasses.replace(HEARD_SEARCH, epochs=4)
    ship(tmp_path / "images", [*written, short], accuracies(level))
    ship(tmp_path / "choices" / "images", heard, accuracies(level))
    return tmp_path


def labels(frame) -> dict[str, int]:
    """How long the runs of each label are."""
    return frame.groupby("label")["epoch"].max().astype(int).to_dict()


def test_a_reading_has_its_runs_by_the_models_names(folder: Path) -> None:
    heard = load_accuracies(folder, "mnist-1-5", HEARD)
    assert labels(heard) == {"DiffQAS": 6, "Mapping alone": 6, "DiffQAS · epochs=4": 4}
    assert heard.loc[heard["epoch"] == 6, "test_accuracy"].tolist() == pytest.approx([0.9, 0.9], abs=0.01)
    assert labels(load_accuracies(folder, reading=WRITTEN)) == {"DiffQAS": 4, "Config 2": 4}


def test_without_a_reading_all_is_as_it_is_stored(folder: Path) -> None:
    stored = load_accuracies(folder, "mnist-1-5")
    assert set(stored["label"]) == {"DiffQAS", "Config 2", "DiffQAS · centre=False", "DiffQAS · probability=scaled"}


def test_a_run_that_is_shipped_twice_is_there_once(folder: Path) -> None:
    ship(folder / "choices" / "images", [SEARCH], accuracies(level))
    frame = load_accuracies(folder, "mnist-1-5", WRITTEN)
    assert not frame.duplicated(["run", "epoch"]).any() and labels(frame) == {"DiffQAS": 4, "Config 2": 4}


def test_other_data_are_told(folder: Path) -> None:
    sample = dataclasses.replace(HEARD_SEARCH, seed=9)
    ship(folder / "choices" / "images", [sample], accuracies(level), official=False, source="the sample that ...")
    assert "DiffQAS · sample" in labels(load_accuracies(folder, "mnist-1-5", HEARD))


def test_a_reading_without_runs(folder: Path) -> None:
    ship(folder / "images", [ImageSettings(dataset="fashion", epochs=4)], accuracies(level))
    with pytest.raises(
        ValueError,
        match=r"the results of 'fashion-1-5' have no run of the reading 'heard'; to compute them: qtkit sweep images "
        r"--reading heard --seeds 6 --distinct --set scale=paper --set source=download; "
        r"qtkit export images --reading heard --to results/choices/images",
    ):
        load_accuracies(folder, "fashion-1-5", HEARD)
    with pytest.raises(FileNotFoundError, match="no stored results of 'fashion-5-7' .* there are .*--reading written"):
        load_accuracies(folder, "fashion-5-7", WRITTEN)
    with pytest.raises(ValueError, match="'images' has no reading 'seeing'"):
        load_accuracies(folder, "mnist-1-5", SEEING)
    with pytest.raises(FileNotFoundError, match="no stored results in .*qtkit sweep table2 --reading heard"):
        load_errors(folder, reading=HEARD)


def test_only_choices_are_stored(tmp_path: Path) -> None:
    ship(tmp_path / "choices" / "series", [SeriesSettings(probability="scaled", seed=2)], errors(lambda _: 1e-4))
    frame = load_errors(tmp_path, "bessel", HEARD)
    assert set(frame["label"]) == {"DiffQAS"} and set(frame["seed"]) == {2}
    with pytest.raises(ValueError, match="no run of the reading 'written'; .* --to results/series"):
        load_errors(tmp_path, "bessel", WRITTEN)


def test_agents_of_four_readings(tmp_path: Path) -> None:
    base = GridworldSettings(episodes=5_000)
    runs = [reading.apply(base) for reading in (WRITTEN, HEARD, SEEING, SEEING_HEARD)]
    runs.append(dataclasses.replace(base, centre=True, mapping_scale=0.3))
    worth = {each: 0.1 * (1 + place) for place, each in enumerate(runs)}
    ship(tmp_path / "gridworld", runs[:1], rewards(worth.__getitem__), summary=reward_summary(worth.__getitem__))
    choices = tmp_path / "choices" / "gridworld"
    ship(choices, runs[1:], rewards(worth.__getitem__), summary=reward_summary(worth.__getitem__))
    for reading, each in zip((WRITTEN, HEARD, SEEING, SEEING_HEARD), runs, strict=False):
        curves, ends = load_rewards(tmp_path, reading=reading)
        assert set(curves["label"]) == set(ends["label"]) == {"DiffQAS"}
        assert ends["last_5000_return"].tolist() == pytest.approx([worth[each]])


def test_nothing_that_is_wanted(folder: Path) -> None:
    none = select("images", lambda _: False, folder=folder)
    assert none.frame.empty and none.settings == {}


def test_a_run_that_differs_in_what_it_records_is_no_other_run(tmp_path: Path) -> None:
    usual, bare = SeriesSettings(epochs=2), SeriesSettings(epochs=2, predictions="none")
    ship(tmp_path / "series", [bare], errors(lambda _: 0.5, (1, 2)))
    ship(tmp_path / "choices" / "series", [usual], errors(lambda _: 0.5, (1, 2)))
    found = select("series", WRITTEN.includes, folder=tmp_path)
    assert found.frame["run"].nunique() == len(found.settings) == 1
    ship(tmp_path / "series", [bare, usual], errors(lambda _: 0.5, (1, 2)))
    (kept,) = select("series", WRITTEN.includes, folder=tmp_path).settings.values()
    assert kept == usual, "it records more"
    other = SeriesSettings(epochs=2, predictions="none", seed=1)
    ship(tmp_path / "series", [bare, other], errors(lambda _: 0.5, (1, 2)))
    assert sorted(each.seed for each in select("series", WRITTEN.includes, folder=tmp_path).settings.values()) == [0, 1]


def test_candidates_are_no_part_of_a_model_without_circuits(tmp_path: Path) -> None:
    def stored(model: str, of_fourier: int) -> int:
        runs = [ImageSettings(epochs=2, model=model, candidates=each) for each in ((1, 2), (5, 2))]
        folder = tmp_path / f"{model}-{of_fourier}"
        ship(folder / "images", runs[:1], accuracies(lambda _: 0.5), num_trainable=100)
        ship(folder / "choices" / "images", runs[1:], accuracies(lambda _: 0.5), num_trainable=of_fourier)
        return len(select("images", lambda _: True, folder=folder).settings)

    assert [stored(model, 100) for model in ("mapping", "classical", "fourier", "diffqas")] == [1, 1, 1, 2]
    assert stored("fourier", 101) == 2
    with pytest.raises(FileNotFoundError, match="no stored results"):
        select_all("images", folder=tmp_path / "nothing")
