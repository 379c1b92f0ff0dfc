"""`qtkit export`: runs of one reading or plan, and no others."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.runs import results, run
from qtkit.runs.sweeps.plan import Plan
from qtkit.runs.sweeps.plans import PLANS
from qtkit.tasks.series.settings import SeriesSettings


@pytest.mark.slow
def test_runs_of_one_reading_are_exported(tmp_path: Path) -> None:
    store = tmp_path / "runs"
    for probability, centre in (("raw", False), ("scaled", False), ("scaled", True)):
        small = SeriesSettings(model="mapping", epochs=1, probability=probability, centre=centre, predictions="none")
        run(small, store=store)

    def export(reading: str, place: str) -> str:
        options = ["--reading", reading, "--store", str(store), "--to", str(tmp_path / place / "series")]
        return CliRunner().invoke(main, ["export", "series", *options]).output

    assert "bessel.parquet: 1 run\n" in export("heard", "heard")
    assert set(results.load("series", folder=tmp_path / "heard")["label"]) == {"Mapping alone · probability=scaled"}
    assert "bessel.parquet: 1 run\n" in export("written", "written")
    assert set(results.load("series", folder=tmp_path / "written")["label"]) == {"Mapping alone"}
    assert "'series' has no reading 'seeing'; it has written, heard" in export("seeing", "none")
    assert "there is no reading 'loud'" in export("loud", "none")


@pytest.mark.slow
def test_runs_of_a_plan_are_exported_and_computed_that_no_other_table_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    small = SeriesSettings(model="mapping", epochs=1, predictions="none")
    planned = [dataclasses.replace(small, seed=seed) for seed in (0, 1, 2)]
    monkeypatch.setitem(PLANS, "few", Plan("few", "Three seeds of the mapping", lambda seed: planned[seed : seed + 1]))
    for each in (*planned, dataclasses.replace(small, centre=True)):
        run(each, store="runs")

    def export(place: str, *options: str) -> str:
        command = ["export", "series", "--store", "runs", "--to", f"{place}/series", *options]
        return CliRunner().invoke(main, command).output

    assert "bessel.parquet: 4 runs\n" in export("all")
    assert "bessel.parquet: 1 run\n" in export("first", "--where", "seed=0", "--plan", "few")
    assert "bessel.parquet: 4 runs\n" in export("ends", "--every", "2")
    assert set(results.load("series", folder="ends")["epoch"]) == {0, 1}
    assert "bessel.parquet: 2 runs\n" in export("rest", "--plan", "few", "--not-in", "first/series")
    assert set(results.load("series", folder="rest")["seed"]) == {1, 2}
    left = ["sweep", "few", "--seeds", "3", "--store", "elsewhere", "--list", "--not-in", "first/series"]
    lines = CliRunner().invoke(main, left).output.splitlines()
    assert lines[0] == "1 run left out, in first/series already"
    assert ["seed 1" in lines[1], "seed 2" in lines[2], lines[3:]] == [True, True, ["2 runs: 2 new"]]
    whole = CliRunner().invoke(main, [*left, "--not-in", "rest/series"]).output.splitlines()
    assert whole == ["3 runs left out, in first/series, rest/series already", "0 runs"]
    assert "no stored results in nowhere" in CliRunner().invoke(main, [*left, "--not-in", "nowhere"]).output
    none = export("none", "--plan", "few", "--not-in", "first/series", "--not-in", "rest/series")
    assert "no finished run of 'series' as asked for in runs to export" in none
    assert "no stored results in nowhere" in export("none", "--not-in", "nowhere")
    assert "there is no plan 'fewer'" in export("none", "--plan", "fewer")
    assert not Path("none").exists()
