"""What the paper leaves open: settings beside the printed errors, whatever runs exist."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from qtkit.claims.figures import figure
from qtkit.claims.left_open import (
    SERIES,
    beside_calm,
    claims,
    compare_seeds,
    find_missing,
    measure_calm,
    measure_choices,
    measure_factors,
    name_choices,
    note,
    summary,
)
from qtkit.claims.statistics import FAILS, HOLDS, TOO_FEW
from qtkit.claims.tables import judge
from qtkit.cli.main import main
from qtkit.names import OURS
from qtkit.paper import DATASETS, TABLE_II
from qtkit.runs.sweeps.paper_plans import CHOICES
from qtkit.runs.sweeps.plans import PLANS
from qtkit.runs.sweeps.search_plans import CALM
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.shipped import errors, ship

Level = Callable[[SeriesSettings], float]


def beside_the_printed(factor: float) -> Level:
    """Errors of so many times the printed ones, a little apart from seed to seed."""
    return lambda each: TABLE_II[OURS][DATASETS[each.dataset]] * factor * 1.01**each.seed


def ship_searches(
    folder: Path, level: Level, seeds: Iterable[int], datasets: Iterable[str] = tuple(DATASETS), **changes: object
) -> None:
    runs = [SeriesSettings(dataset=dataset, seed=seed, **changes) for dataset in datasets for seed in seeds]
    ship(folder / ("choices/series" if changes else "series"), runs, errors(level))


def test_ways_in_order_with_medians_and_how_many_are_below(tmp_path: Path) -> None:
    ship_searches(tmp_path, beside_the_printed(2), range(3))
    ship_searches(tmp_path, beside_the_printed(0.5), range(2), bits="pm1")
    ship_searches(tmp_path, beside_the_printed(0.1), range(1), ["bessel"], probability="scaled")
    table = measure_choices(tmp_path)
    rows = summary(table)
    assert [name_choices(row) for row in rows.to_dict("records")] == ["bits=pm1", "probability=scaled", "the defaults"]
    assert rows["below"].tolist() == [5, 1, 0]
    assert rows["series"].tolist() == [5, 1, 5] and rows["seeds"].tolist() == [2, 1, 3]
    assert rows["factor"].tolist() == pytest.approx([0.5, 0.1, 2], rel=0.02)
    assert rows.loc[2, "Bessel"] == pytest.approx(2 * 1.01 * 4e-5)
    assert np.isnan(rows.loc[1, "NARMA 10"])
    missing = find_missing(table)
    assert len(missing) == 94, "two of 96 ways are whole"
    (scaled,) = [each for each in missing if name_choices(each) == "probability=scaled"]
    assert scaled["without"] == list(SERIES[1:])
    assert "94 of 96 ways lack runs; to compute them: qtkit sweep choices --seeds 3" in note(table)


def test_ways_by_seed_and_whether_seeds_agree(tmp_path: Path) -> None:
    for factor, changes in ((2, {}), (0.5, {"bits": "pm1"}), (1, {"centre": True})):
        ship_searches(tmp_path, beside_the_printed(factor), range(3 if changes else 2), **changes)
    ship_searches(tmp_path, beside_the_printed(0.1), range(2), ["bessel"], probability="scaled")
    table = measure_choices(tmp_path)
    factors = measure_factors(table)
    assert sorted(factors.index) == ["bits=pm1", "centre=True", "the defaults"], "the fourth has one series alone"
    assert factors.columns.tolist() == [0, 1], "one way has no seed 2"
    assert factors.loc["bits=pm1"].tolist() == pytest.approx([0.5, 0.5 * 1.01])
    assert compare_seeds(table) == pytest.approx([1])
    assert "Kendall's τ 1.00; 1 is the same order" in note(table)
    against = table.assign(error=table["error"] ** np.where(table["seed"] == 1, -1, 1))
    assert compare_seeds(against)[0] < 0
    for few in (table[table["seed"] == 0], table[table["bits"] == "pm1"]):
        assert compare_seeds(few) == [] and "Kendall" not in note(few)


def test_runs_with_other_settings_are_left_out(tmp_path: Path) -> None:
    ship_searches(tmp_path, beside_the_printed(1), range(1))
    for others in ({"learning_rate": 0.002}, {"candidates": (5,)}, {"depth": 3}, {"dataset": "mirror"}):
        ship(tmp_path / "choices" / "series", [SeriesSettings(**others)], errors(lambda _: 1e-9))
    ship(tmp_path / "choices" / "series", [SeriesSettings(bits="pm1", epochs=30)], errors(lambda _: 1e-9, (1, 30)))
    rows = summary(measure_choices(tmp_path))
    assert len(rows) == 1 and rows.loc[0, "Bessel"] == pytest.approx(4e-5)


def test_a_run_that_records_more_is_the_same_run(tmp_path: Path) -> None:
    runs = [SeriesSettings(), SeriesSettings(predictions="none")]
    ship(tmp_path / "series", runs, errors(lambda _: 1e-4))
    assert measure_choices(tmp_path)["seed"].tolist() == [0]


@pytest.mark.parametrize(("factor", "seeds", "verdict"), [(0.5, 6, HOLDS), (2, 6, FAILS), (0.5, 5, TOO_FEW)])
def test_whether_the_defaults_reach_the_printed_errors(tmp_path: Path, factor: float, seeds: int, verdict: str) -> None:
    ship_searches(tmp_path, beside_the_printed(factor), range(seeds))
    (claim,) = claims(measure_choices(tmp_path))
    assert claim.verdict == verdict
    below = seeds if factor < 1 else 0
    assert f"of {seeds} seeds below: {below} on Bessel, " in claim.evidence


def test_without_the_defaults_there_is_no_verdict(tmp_path: Path) -> None:
    ship_searches(tmp_path, beside_the_printed(0.5), range(6), bits="pm1")
    (claim,) = claims(measure_choices(tmp_path))
    assert claim.verdict == TOO_FEW and "of 1 ways 1 are below on all five" in claim.evidence


CALM_ONE = {"probability": "scaled", "predictions": "none", **CALM}


def ship_calm(folder: Path, factor: float, seeds: int) -> None:
    runs = [SeriesSettings(dataset=dataset, seed=seed, **CALM_ONE) for dataset in DATASETS for seed in range(seeds)]
    ship(folder / "search" / "series", runs, errors(beside_the_printed(factor), (1, 30, 150)))


@pytest.mark.parametrize(("factor", "seeds", "verdict"), [(0.5, 6, HOLDS), (2, 6, FAILS), (0.5, 5, TOO_FEW)])
def test_the_calm_way_is_judged_as_the_defaults_are(tmp_path: Path, factor: float, seeds: int, verdict: str) -> None:
    ship_searches(tmp_path, beside_the_printed(1.5), range(6))
    ship_calm(tmp_path, factor, seeds)
    for others in ({"weighting": "softmax"}, {"candidates": (5,)}, {"bits": "pm1"}):
        ship(tmp_path / "search" / "series", [SeriesSettings(**CALM_ONE | others)], errors(lambda _: 1e-9, (1, 150)))
    table, calm = measure_choices(tmp_path), measure_calm(tmp_path)
    assert len(table) == 5 * 6 and len(calm) == 5 * seeds
    usual, claim = claims(table, calm)
    assert usual.verdict == FAILS and claim.verdict == verdict
    assert claim.text.startswith("with rate 0.002, 150 epochs, 2ⁿP - 1 and a mapping that starts at 0.3 the errors of")
    assert f"of {seeds} seeds below: {seeds if factor < 1 else 0} on Bessel" in claim.evidence
    rows = beside_calm(table, calm)
    assert rows[["rate", "epochs", "seeds", "below"]].to_numpy().tolist() == [
        [0.01, 100, 6, 0],
        [0.002, 150, seeds, 5 if factor < 1 else 0],
    ]
    shown = judge("choices", folder=tmp_path)
    assert "the row with rate 0.002 is none of the ways" in str(shown) and len(shown.claims) == 2


def test_without_calm_runs_there_is_no_row_of_them(tmp_path: Path) -> None:
    ship_searches(tmp_path, beside_the_printed(1.5), range(6))
    table, calm = measure_choices(tmp_path), measure_calm(tmp_path)
    assert calm.empty and len(beside_calm(table, calm)) == 1 and len(claims(table, calm)) == 1
    assert note(table, calm) == note(table)


@pytest.mark.slow
def test_a_whole_sweep_lacks_nothing(tmp_path: Path) -> None:
    runs = [dataclasses.replace(each, seed=0) for each in PLANS["choices"].runs([0])]
    ship(tmp_path / "choices" / "series", runs, errors(beside_the_printed(1)))
    table = measure_choices(tmp_path)
    assert find_missing(table) == [] and "lack runs" not in note(table)
    assert len(summary(table)) == 96
    few = table[~((table["bits"] == "pm1") & (table["centre"]) & (table["weighting"] == "softmax"))]
    assert "12 of 96 ways lack runs" in note(few)
    plain = {name: values[0] for name, values in CHOICES.items()} | {"bits": "pm1", "dataset": "NARMA 5"}
    one = table.drop(table[np.logical_and.reduce([table[name] == value for name, value in plain.items()])].index)
    assert len(one) == len(table) - 1 and "1 of 96 ways lack runs: bits=pm1; to compute them" in note(one)


def test_nothing_is_stored(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no stored results in .*; to compute them: qtkit sweep choices"):
        measure_choices(tmp_path)
    ship(tmp_path / "series", [SeriesSettings(candidates=(5,))], errors(lambda _: 1e-9))
    with pytest.raises(ValueError, match="no stored search on the paper's series has reached epoch 100; to compute"):
        measure_choices(tmp_path)


@pytest.mark.slow
def test_the_commands(tmp_path: Path) -> None:
    ship_searches(tmp_path, beside_the_printed(2), range(2))
    ship_searches(tmp_path, beside_the_printed(0.5), range(2), ["bessel"], weighting="softmax")
    where = ["--results", str(tmp_path)]
    shown = CliRunner().invoke(main, ["table", "choices", *where])
    assert shown.exit_code == 0 and "softmax" in shown.output and 'printed as "Ours"' in shown.output
    written = CliRunner().invoke(main, ["table", "choices", "--to", str(tmp_path / "c.csv"), *where])
    assert written.output == f"{tmp_path}/c.csv: 2 rows\n"
    drawn = CliRunner().invoke(main, ["figure", "choices", "--to", str(tmp_path / "c.html"), *where])
    assert drawn.exit_code == 0, drawn.output
    refused = CliRunner().invoke(main, ["table", "choices", "--reading", "heard", *where])
    assert "the table 'choices' is of no single reading, got 'heard'" in refused.output
    with pytest.raises(ValueError, match="the figure 'choices' is of no single reading, got 'heard'"):
        figure("choices", folder=tmp_path, reading="heard")
    heat = figure("choices", folder=tmp_path)
    assert list(heat.data[0].y) == ["weighting=softmax  <b>1</b> of 5", "the defaults  <b>0</b> of 5"]
    assert heat.data[0].z[0][0] == pytest.approx(np.log10(0.5), abs=0.01) and heat.data[0].text[0][1] == ""


def test_the_choices_are_settings_with_their_defaults_first() -> None:
    defaults = SeriesSettings().to_dict()
    assert name_choices({name: defaults[name] for name in CHOICES}) == "the defaults"
