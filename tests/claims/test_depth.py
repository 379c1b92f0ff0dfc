"""Accuracy against depth: which runs count, and what they say of the paper's 15 layers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from qtkit.claims.depth import claims, find_missing, measure_depths, summary
from qtkit.claims.figures import figure
from qtkit.claims.statistics import FAILS, HOLDS, TOO_FEW
from qtkit.claims.tables import judge
from qtkit.cli.main import main
from qtkit.runs.sweeps.plans import PLANS
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.readings import HEARD, WRITTEN
from tests.claims.shipped import accuracies, ship


def deeper_is_better(settings: ImageSettings) -> float:
    """Heard, three layers are as good as any; as written every layer counts."""
    layers = min(settings.depth, 3) if settings.probability == "scaled" else settings.depth
    return 0.5 + 0.02 * layers + 0.0005 * settings.seed * (1 + settings.depth % 3)


def ship_depths(folder: Path, seeds: Iterable[int], depths: Iterable[int] = range(1, 21), **changes: object) -> None:
    runs = [each for each in PLANS["depth"].runs(seeds) if each.dataset == "mnist" and each.depth in set(depths)]
    runs = [dataclasses.replace(each, **changes) for each in runs]
    ship(folder / "choices" / "images", runs, accuracies(deeper_is_better))


@pytest.mark.slow
def test_the_seeds_decide_in_each_reading(tmp_path: Path) -> None:
    ship_depths(tmp_path, range(6))
    ship_depths(tmp_path, range(1), angle_init="uniform")
    table = measure_depths(tmp_path)
    assert len(table) == 6 * 2 * 20 and set(table["reading"]) == {"As written", "Heard"}
    verdicts = {claim.text: claim.verdict for claim in claims(table)}
    assert verdicts["fewer than 15 layers are too few on MNIST 1/5, as written: more than 0.01 is lost"] == HOLDS
    assert verdicts["fewer than 15 layers are too few on MNIST 1/5, heard: more than 0.01 is lost"] == FAILS
    assert verdicts["fewer than 15 layers are too few on FashionMNIST 5/7, heard: more than 0.01 is lost"] == TOO_FEW
    (heard,) = claims(table[table["experiment"] == "mnist-1-5"], [HEARD])[:1]
    assert "L = 3 is the least within 0.01: 0.56" in heard.evidence
    assert find_missing(table).startswith("FashionMNIST 1/5, as written: no run with L = 1-20; ")


@pytest.mark.slow
def test_three_seeds_draw_but_do_not_judge(tmp_path: Path) -> None:
    ship_depths(tmp_path, range(3))
    judged = judge("depth", folder=tmp_path)
    assert {claim.verdict for claim in judged.claims} == {TOO_FEW}
    assert "3 of 6 seeds that all depths have in common" in judged.claims[0].evidence
    row = judged.summary.iloc[0]
    assert (row["pair"], row["reading"], row["depth"], row["seeds"]) == ("MNIST 1/5", "As written", 1, 3)
    assert row["low"] <= row["test_accuracy"] <= row["high"]
    drawn = figure("depth", folder=tmp_path)
    assert [trace.name for trace in drawn.data if trace.showlegend] == ["As written", "Heard"]
    assert "Incomplete: FashionMNIST 1/5, as written: no run" in drawn.layout.title.text
    one = figure("depth", folder=tmp_path, reading="heard")
    assert {trace.legendgroup for trace in one.data} == {"Heard"}


def test_longer_runs_count_as_they_were_at_the_same_epoch(tmp_path: Path) -> None:
    base = ImageSettings(epochs=20)
    ship(tmp_path / "images", [base], accuracies(lambda _: 0.8))
    longer = dataclasses.replace(base, epochs=50)
    ship(tmp_path / "choices" / "images", [longer, dataclasses.replace(longer, seed=1)], accuracies(lambda _: 0.8))
    short = dataclasses.replace(base, seed=2, epochs=10)
    other = dataclasses.replace(base, seed=3, candidates=(2,))
    ship(tmp_path / "choices" / "images", [short, other], accuracies(lambda _: 0.8))
    sample = dataclasses.replace(base, seed=4)
    ship(tmp_path / "choices" / "images", [sample], accuracies(lambda _: 0.8), official=False)
    table = measure_depths(tmp_path, [WRITTEN])
    assert table["seed"].tolist() == [0, 1], "each seed once; none that is short, of one circuit, or on the sample"


def test_depths_that_are_missing_are_named(tmp_path: Path) -> None:
    ship_depths(tmp_path, range(2), depths=[1, 2, 5, 15])
    table = measure_depths(tmp_path)
    first, *_ = claims(table)
    assert (first.verdict, first.evidence) == (TOO_FEW, "no run with L = 3,4,6-14")
    assert "MNIST 1/5, heard: no run with L = 3,4,6-14,16-20" in find_missing(table)
    assert summary(table)["depth"].tolist() == [1, 2, 5, 15] * 2


def test_nothing_is_stored(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match="no stored results in .*; to compute them: qtkit sweep depth --seeds 6"
    ):
        measure_depths(tmp_path)
    ship(tmp_path / "images", [ImageSettings(epochs=5)], accuracies(lambda _: 0.8))
    with pytest.raises(ValueError, match="no stored search on images is 20 epochs long; to compute them: qtkit sweep"):
        measure_depths(tmp_path)


@pytest.mark.slow
def test_the_commands(tmp_path: Path) -> None:
    ship_depths(tmp_path, range(1), depths=[1, 15])
    where = ["--results", str(tmp_path)]
    shown = CliRunner().invoke(main, ["table", "depth", *where])
    assert shown.exit_code == 0 and "not enough runs: fewer than 15 layers" in shown.output
    heard = CliRunner().invoke(main, ["table", "depth", "--reading", "heard", *where])
    assert "Heard" in heard.output and "As written" not in heard.output
    drawn = CliRunner().invoke(main, ["figure", "depth", "--to", str(tmp_path / "d.html"), *where])
    assert drawn.exit_code == 0, drawn.output
