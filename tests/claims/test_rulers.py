"""Rulers: forecasters whose errors are known beforehand, and Table II beside them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch

from qtkit.claims import rulers, table2
from qtkit.claims.rulers import LEAST_SQUARES, MEAN, REPEAT, RULERS, beside, series_rulers, variance
from qtkit.tasks.series import SeriesSettings, load_series, own_series
from qtkit.tasks.series.data import Series

UNSCALED = SeriesSettings(dataset="own", scaling="none")


def cut(values) -> Series:
    return own_series(values, UNSCALED)


def solved(rows: list[list[int]], targets: list[int]) -> list[Fraction]:
    """The least-squares weights of whole numbers, exactly: normal equations by elimination."""
    n = len(rows[0])
    system = [
        [Fraction(sum(row[i] * row[j] for row in rows)) for j in range(n)]
        + [Fraction(sum(row[i] * target for row, target in zip(rows, targets, strict=True)))]
        for i in range(n)
    ]
    for i in range(n):
        pivot = next(k for k in range(i, n) if system[k][i])
        system[i], system[pivot] = system[pivot], system[i]
        system[i] = [value / system[i][i] for value in system[i]]
        for k in range(n):
            if k != i:
                system[k] = [a - system[k][i] * b for a, b in zip(system[k], system[i], strict=True)]
    return [row[n] for row in system]


def test_a_straight_line():
    errors = series_rulers(cut(np.arange(30)))  # windows end at 3..27; 16 for training, their targets 4..19
    assert list(errors) == list(RULERS)
    assert errors[REPEAT] == 1
    assert errors[MEAN] == pytest.approx(np.mean((np.arange(20, 29) - 11.5) ** 2))
    assert errors[LEAST_SQUARES] < 1e-20


def test_a_constant_is_no_riddle():
    assert series_rulers(cut(np.full(20, 3.0))) == pytest.approx(dict.fromkeys(RULERS, 0), abs=1e-25)


def test_two_sines_obey_a_rule_of_four_values():
    t = np.arange(120)
    errors = series_rulers(cut(np.sin(t / 3) + 0.5 * np.sin(t / 7)))
    assert errors[LEAST_SQUARES] < 1e-20
    assert errors[REPEAT] > 1e-3 and errors[MEAN] > 1e-1


def test_least_squares_against_exact_arithmetic():
    values = [int(value) for value in np.random.default_rng(3).integers(-9, 10, 40)]
    series = cut(values)
    rows = [[*values[i : i + 4], 1] for i in range(35)]
    targets, n_train = values[4:39], series.n_train
    weights = solved(rows[:n_train], targets[:n_train])
    misses = [
        sum(w * x for w, x in zip(weights, row, strict=True)) - target
        for row, target in zip(rows[n_train:], targets[n_train:], strict=True)
    ]
    right = float(sum(miss * miss for miss in misses) / len(misses))
    assert series_rulers(series)[LEAST_SQUARES] == pytest.approx(right, rel=1e-9)


def test_nothing_is_learnt_from_the_test_part():
    series = cut(np.arange(30))
    targets = series.targets.clone()
    targets[series.n_train :] += 5
    moved = Series(series.windows, targets, series.times, series.n_train, "moved")
    errors = series_rulers(moved)
    assert errors[LEAST_SQUARES] == pytest.approx(25) and errors[REPEAT] == pytest.approx(36)


def test_a_window_of_another_series_is_not_repeated():
    series = load_series(SeriesSettings(dataset="narma5"))
    assert list(series_rulers(series)) == [MEAN, LEAST_SQUARES]
    itself = load_series(SeriesSettings(dataset="narma5", narma_windows="series"))
    assert list(series_rulers(itself)) == list(RULERS)


def test_fewer_windows_than_weights():
    series = Series(torch.ones(3, 4).double(), torch.ones(3).double(), torch.arange(3.0), 1, "three windows")
    assert series_rulers(series)[LEAST_SQUARES] < 1e-25


def test_the_normalised_error_of_the_mean_of_the_test_targets_is_1():
    series = cut([0] * 20 + [1, 3] * 10)
    test = series.targets[series.n_train :]
    assert variance(series) == pytest.approx(((test - test.mean()) ** 2).mean().item())


def test_the_papers_five_series():
    """Errors computed once without this package's rulers, from the windows alone."""
    expected = {
        "Bessel": (3.6e-3, 2.4e-2, 1.2e-8),
        "Damped SHM": (3.2e-3, 4.7e-2, 9.5e-8),
        "Delayed QC": (1.0e-4, 9.6e-2, 2.9e-12),
        "NARMA 5": (None, 1.30e-4, 5.4e-6),
        "NARMA 10": (None, 1.15e-4, 1.3e-5),
    }
    found = rulers.table().pivot(index="dataset", columns="model", values="median")
    assert sorted(found.index) == sorted(expected)
    for dataset, errors in expected.items():
        for ruler, error in zip(RULERS, errors, strict=True):
            if error is None:
                assert np.isnan(found.loc[dataset, ruler])
            else:
                assert found.loc[dataset, ruler] == pytest.approx(error, rel=0.05), (dataset, ruler)


def some(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    errors = [{"dataset": d, "model": m, "seed": s, "error": e * (1 + s)} for d, m, e in rows for s in range(3)]
    return table2.summary(pd.DataFrame(errors))


def test_rulers_stand_below_the_models_and_have_no_rank():
    summary = some([("Bessel", "DiffQAS", 1e-4), ("Bessel", "Config 5", 2e-4), ("NARMA 5", "DiffQAS", 3e-4)])
    whole = beside(summary)
    assert whole["model"].tolist() == ["DiffQAS", "Config 5", *RULERS, "DiffQAS", MEAN, LEAST_SQUARES]
    assert whole["dataset"].tolist() == ["Bessel"] * 5 + ["NARMA 5"] * 3
    models = whole[whole["rank"].notna()]
    pd.testing.assert_frame_equal(models[summary.columns].reset_index(drop=True), summary, check_dtype=False)
    for name in ("seeds", "low", "high", "paper", "below", "rank", "paper_rank"):
        assert whole.loc[whole["model"].isin(RULERS), name].isna().all()
    spread = variance(load_series(SeriesSettings(dataset="bessel")))
    assert whole.loc[0, "normalised"] == pytest.approx(2e-4 / spread)
    assert whole["normalised"].notna().all()


def test_what_is_wrong_is_told():
    summary = some([("Bessel", "DiffQAS", 1e-4)])
    with pytest.raises(ValueError, match=r"the table lacks the columns \['rank'\]; it has \['dataset'"):
        beside(summary.drop(columns="rank"))
    with pytest.raises(ValueError, match="the table has no row"):
        beside(summary.iloc[:0])
    with pytest.raises(ValueError, match=r"Table II has the series \['Bessel', .*\], got 'Sunspots'"):
        beside(summary.assign(dataset="Sunspots"))
