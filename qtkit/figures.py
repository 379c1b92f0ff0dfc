"""The paper's figures and Table II from stored results: what `qtkit figure` and `qtkit table` show."""

from __future__ import annotations

import os
from typing import Any

import pandas as pd

from qtkit.paper import FIGURES
from qtkit.runs import results

PAIRS = {5: "mnist-1-5", 6: "fashion-1-5", 7: "fashion-5-7"}
"""Figure number to the experiment of images."""

ROLLOUTS = {8: "bessel", 9: "damped_shm", 10: "delayed_qc", 11: "narma5", 12: "narma10"}
"""Figure number to the series."""

Folder = str | os.PathLike[str] | None


def figure(number: int, *, folder: Folder = None, value: str = "test_accuracy", seed: int = 0) -> Any:
    """A figure of the paper, a plotly `Figure`, from stored results.

    Arguments:
        number: 5 to 7, curves over all seeds; 8 to 12, predictions at four epochs.
        folder: of the results, see `qtkit.runs.results.results_folder`.
        value: of Figures 5 to 7: `test_accuracy`, `test_loss`, `train_accuracy` or `train_loss`.
        seed: of Figures 8 to 12.

    Raises:
        ValueError: for a figure that has no results to show, or whose results lack what it shows.
        FileNotFoundError: if no results are stored.
    """
    if number in PAIRS:
        return _curves(number, folder, value)
    if number in ROLLOUTS:
        return _rollout(ROLLOUTS[number], folder, seed)
    there = sorted([*PAIRS, *ROLLOUTS])
    raise ValueError(f"no stored results for Figure {number}; there are the figures {there}")


def table(number: int = 2, *, folder: Folder = None) -> tuple[pd.DataFrame, list[Any]]:
    """Table II over the stored seeds: `qtkit.table2.summary` of them, and a verdict on each claim of the paper.

    Raises:
        ValueError: for another table, or if the results lack runs of it.
        FileNotFoundError: if no results are stored.
    """
    if number != 2:
        raise ValueError(f"only Table II has results, table 2; got {number}")
    from qtkit import table2

    frame = results.load("series", folder=folder)
    errors = table2.final_errors(frame)
    return table2.summary(errors), table2.claims(errors, frame)


def _curves(number: int, folder: Folder, value: str) -> Any:
    from qtkit.plots.curves import compare_runs

    caption = next(each.caption for each in FIGURES if each.number == number)
    frame = results.load("images", PAIRS[number], folder)
    return compare_runs(frame, value=value, title=f"Figure {number}. {caption}")


def _rollout(experiment: str, folder: Folder, seed: int) -> Any:
    from qtkit.plots.series import predictions_by_epoch, rollout_figure
    from qtkit.tasks.series_data import load_series
    from qtkit.tasks.series_settings import SeriesSettings

    frame = results.load("series", experiment, folder)
    frame = frame[(frame["label"] == "DiffQAS") & (frame["seed"] == seed)]
    if frame.empty:
        raise ValueError(f"the results of {experiment!r} have no run of DiffQAS with seed {seed}")
    key = frame["run"].iloc[0]
    told = results.provenance("series", experiment, folder)["runs"][key]
    series = load_series(SeriesSettings.from_dict(told["settings"]))
    return rollout_figure(series, predictions_by_epoch(frame[frame["run"] == key]))
