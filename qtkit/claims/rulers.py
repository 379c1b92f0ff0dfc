"""What any error in Table II has to be held against: forecasters with five numbers or fewer, on the same windows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qtkit.checks import check_columns
from qtkit.paper import DATASETS
from qtkit.tasks.series.data import Series, load_series
from qtkit.tasks.series.settings import SeriesSettings

REPEAT, MEAN, LEAST_SQUARES = RULERS = ("Repeat the last value", "Mean of training", "Least squares")
"""The forecasters, by name."""


def series_rulers(series: Series) -> dict[str, float]:
    """Test errors (mean squared) of three forecasters without a network, by their names in `RULERS`.

    "Repeat the last value" of the window is left out where windows hold another series than the targets. "Mean of
    training" says the mean of the training targets, always. "Least squares" has a weight for each value of the window
    and a constant, fitted to the training windows; if these are too few to settle the weights, the smallest are taken.
    """
    windows, targets, n_train = series.windows.numpy(), series.targets.numpy(), series.n_train
    inputs = np.column_stack([windows, np.ones(len(windows))])  # (W, window + 1)
    weights = np.linalg.lstsq(inputs[:n_train], targets[:n_train], rcond=None)[0]
    predictions = {
        REPEAT: windows[:, -1],
        MEAN: np.full(len(targets), targets[:n_train].mean()),
        LEAST_SQUARES: inputs @ weights,
    }
    if not series.autoregressive:
        del predictions[REPEAT]
    return {name: float(np.mean((each - targets)[n_train:] ** 2)) for name, each in predictions.items()}


def variance(series: Series) -> float:
    """The variance of the test targets: the error of a forecaster that knows their mean, and nothing else."""
    return float(series.targets[series.n_train :].var(correction=0))


def table() -> pd.DataFrame:
    """The rulers on the paper's five series: a row a series and ruler.

    Columns: `dataset`, as in Table II; `model`, the ruler's name; `median`, its test error, which no seed changes;
    `normalised`, that error over the variance of the test targets.
    """
    return pd.DataFrame(
        {"dataset": dataset, "model": ruler, "median": error, "normalised": error / variance(series)}
        for dataset, series in _paper_series().items()
        for ruler, error in series_rulers(series).items()
    )


def beside(summary: pd.DataFrame) -> pd.DataFrame:
    """Table II with its rulers: below the models of each series, without a rank, and no part of the claims.

    One more column, `normalised`: the median over the variance of the test targets. 1 is what the mean of the test
    targets itself would get.

    Arguments:
        summary: as `qtkit.claims.table2.summary` gives it.

    Raises:
        ValueError: if a column is missing, there is no row, or a series is not in Table II.
    """
    check_columns(summary, (*_COUNTS, "rank", "paper_rank", "dataset", "model", "median"))
    datasets = list(dict.fromkeys(summary["dataset"]))
    if not datasets:
        raise ValueError("the table has no row: nothing to set rulers beside")
    if unknown := [dataset for dataset in datasets if dataset not in DATASETS.values()]:
        raise ValueError(f"Table II has the series {list(DATASETS.values())}, got {unknown[0]!r}")
    variances = {dataset: variance(series) for dataset, series in _paper_series().items()}
    models = summary.assign(normalised=summary["median"] / summary["dataset"].map(variances))
    rulers = table()
    parts = [part[part["dataset"] == dataset] for dataset in datasets for part in (models, rulers)]
    return pd.concat(parts, ignore_index=True).astype(dict.fromkeys(_COUNTS, "Int64"))


FORMATS = {"normalised": ".2g"}
"""How the column that `beside` adds is printed."""

NOTE = "normalised: the median over the variance of the test targets; their own mean would get 1"

_COUNTS = ("seeds", "below")
"""Whole numbers that a ruler does not have."""


def _paper_series() -> dict[str, Series]:
    return {dataset: load_series(SeriesSettings(dataset=name)) for name, dataset in DATASETS.items()}
