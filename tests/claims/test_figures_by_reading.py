"""Figures of one reading of equation 4, and of several side by side."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner

from qtkit.claims.figures import figure
from qtkit.claims.seeds import DISTINCT
from qtkit.cli.main import main
from qtkit.runs import results
from qtkit.runs.sweeps.plans import PLANS
from qtkit.tasks.readings import HEARD, SEEING_HEARD, WRITTEN
from qtkit.tasks.series.data import load_series
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.shipped import accuracies, reward_summary, rewards, ship


def level(settings) -> float:
    return 0.9 if settings.probability == "scaled" else 0.7


def place(folder: Path, task: str, reading: str) -> Path:
    return folder / task if reading == "written" else folder / "choices" / task


def ship_images(folder: Path, reading: str, seeds: int, **changes: object) -> None:
    runs = PLANS["images"].runs(range(seeds), ["epochs=3"], reading)
    runs = [dataclasses.replace(each, **changes) for each in runs if each.dataset == "mnist"]
    ship(place(folder, "images", reading), runs, accuracies(level))


def legend(drawn) -> list[str]:
    named = sorted((trace for trace in drawn.data if trace.showlegend), key=lambda trace: trace.legendrank)
    return [trace.name for trace in named]


@pytest.mark.slow
def test_one_reading_with_runs_of_another_and_of_other_choices_beside(tmp_path: Path) -> None:
    ship_images(tmp_path, "written", 2)
    ship_images(tmp_path, "heard", 3)
    ship_images(tmp_path, "heard", 1, angle_init="uniform")
    heard = figure(5, folder=tmp_path, reading="heard")
    assert "Config 1 = 3 = 4 = 6  0.850, 3 seeds" in legend(heard) and len(legend(heard)) == len(DISTINCT)
    assert "<sub>Heard: the mapping sees 2ⁿP − 1</sub>" in heard.layout.title.text
    assert "ncomplete" not in heard.layout.title.text
    written = figure(5, folder=tmp_path, reading=WRITTEN)
    assert "Config 7  0.650, 2 seeds" in legend(written)
    assert (
        "Incomplete: 2 of 3 seeds of DiffQAS; to compute them: qtkit sweep images --reading written --seeds 6"
        in written.layout.title.text
    )


@pytest.mark.slow
def test_both_side_by_side_on_shared_axes(tmp_path: Path) -> None:
    ship_images(tmp_path, "written", 2)
    ship_images(tmp_path, "heard", 3)
    drawn = figure(5, folder=tmp_path, reading="both", controls=True)
    assert "<b>DiffQAS  0.650 | 0.850</b>" in legend(drawn) and "Mapping alone  0.650 | 0.850" in legend(drawn)
    text = drawn.layout.title.text
    assert "As written: the mapping sees P; Heard: the mapping sees 2ⁿP − 1" in text
    assert "As written, incomplete: 2 of 3 seeds of DiffQAS" in text and "Heard, incomplete" not in text
    for row in range(1, 5):
        left, right = (drawn.get_subplot(row, column) for column in (1, 2))
        assert left.yaxis.range == right.yaxis.range and left.xaxis.range == right.xaxis.range
        assert right.yaxis.matches == left.yaxis.plotly_name.replace("axis", "")


@pytest.mark.slow
def test_a_side_without_runs_says_so_and_how_to_get_them(tmp_path: Path) -> None:
    ship_images(tmp_path, "written", 3)
    drawn = figure(5, folder=tmp_path, reading=["written", HEARD])
    assert "no runs" in {each.text for each in drawn.layout.annotations}
    text = drawn.layout.title.text
    assert "Heard, incomplete: the results of 'mnist-1-5' have no run of the reading 'heard'" in text
    assert "qtkit sweep images --reading heard --seeds 6" in text.replace("<br>", " ")
    with pytest.raises(ValueError, match="no run of the reading 'heard'; to compute them"):
        figure(5, folder=tmp_path, reading="heard")
    with pytest.raises(FileNotFoundError, match="no stored results of 'fashion-1-5'.*--reading heard"):
        figure(6, folder=tmp_path, reading="both")


def ship_series(folder: Path, reading) -> None:
    settings = reading.apply(SeriesSettings(predictions="figures"))
    truth, epochs = load_series(settings).targets.tolist(), [1, 15, 30, 100]
    told = {
        "epoch": epochs,
        "test_loss": 0.1,
        "train_loss": 0.1,
        "prediction": [[v / e for v in truth] for e in epochs],
    }
    ship(place(folder, "series", reading.name), [settings], lambda _: told)


@pytest.mark.slow
def test_predictions_in_both_readings(tmp_path: Path) -> None:
    ship_series(tmp_path, WRITTEN)
    alone = figure(8, folder=tmp_path, reading="both")
    assert {"<b>Heard</b>", "no runs"} <= {each.text for each in alone.layout.annotations}
    with pytest.raises(ValueError, match="no run of the reading 'heard'; .*qtkit sweep table2 --reading heard"):
        figure(8, folder=tmp_path, reading="heard")
    ship_series(tmp_path, HEARD)
    one = figure(8, folder=tmp_path, reading="heard")
    assert "Heard: the mapping sees" in one.layout.title.text and len(one.data) == 8
    both = figure(8, folder=tmp_path, reading="both")
    assert len(both.data) == 16 and "no runs" not in {each.text for each in both.layout.annotations}
    with pytest.raises(ValueError, match="no run of DiffQAS in the reading 'heard' with seed 3; to compute them"):
        figure(8, folder=tmp_path, reading="heard", seed=3)


@pytest.mark.slow
def test_agents_that_see_beside_those_as_written(tmp_path: Path) -> None:
    for reading in (WRITTEN, SEEING_HEARD):
        runs = PLANS["gridworld"].runs(range(2), ["episodes=8000"], reading)
        runs = [each for each in runs if "5x5" in each.environment]
        ship(place(tmp_path, "gridworld", reading.name), runs, rewards(level), summary=reward_summary(level))
    drawn = figure(13, folder=tmp_path, reading=["written", "seeing-heard"])
    ours = next(name for name in legend(drawn) if "DiffQAS" in name)
    before, after = (float(value) for value in ours.removeprefix("<b>DiffQAS  ").removesuffix("</b>").split(" | "))
    assert after > before + 0.1
    assert [drawn.get_subplot(1, column).yaxis.range for column in (1, 2)] == [(-0.02, 1.02)] * 2
    assert len(legend(figure(13, folder=tmp_path, reading=SEEING_HEARD))) == len(DISTINCT)


def test_readings_that_a_figure_does_not_have() -> None:
    with pytest.raises(ValueError, match="'images' has no reading 'seeing'; it has written, heard"):
        figure(5, reading="seeing")
    with pytest.raises(ValueError, match="there is no reading 'loud'"):
        figure(13, reading=["written", "loud"])


@pytest.mark.slow
def test_the_command_takes_one_reading_or_several(tmp_path: Path) -> None:
    ship_images(tmp_path, "written", 1)
    ship_images(tmp_path, "heard", 1)
    for options in (["heard"], ["both"], ["written", "heard"]):
        page = tmp_path / "f.html"
        arguments = ["figure", "5", "--results", str(tmp_path), "--to", str(page)]
        done = CliRunner().invoke(main, [*arguments, *(word for each in options for word in ("--reading", each))])
        assert done.exit_code == 0, done.output
        assert ("0.650 | 0.850" in page.read_text()) == (options != ["heard"])


def test_results_are_left_as_they_are(tmp_path: Path) -> None:
    ship_series(tmp_path, WRITTEN)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    figure(8, folder=tmp_path, reading="written")
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert set(results.load("series", folder=tmp_path)["label"]) == {"DiffQAS"}
