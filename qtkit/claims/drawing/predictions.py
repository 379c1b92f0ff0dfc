"""Figures 8 to 12."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qtkit.claims.drawing.parts import EXPERIMENT, load_each, small_lines
from qtkit.claims.selecting import select
from qtkit.claims.stored import Folder, how_to_compute, load_errors
from qtkit.names import OURS
from qtkit.tasks.readings import Reading

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from qtkit.tasks.series.data import Series


def draw_predictions(number: int, folder: Folder, readings: Sequence[Reading], seed: int) -> go.Figure:
    """A figure of one reading, or of several side by side; see `qtkit.claims.figures.figure`."""
    from qtkit.plots.series import rollout_figure
    from qtkit.plots.sides import rollout_sides

    experiment = EXPERIMENT[number]
    if len(readings) > 1:

        def load(reading: Reading | None) -> tuple[tuple[Series, dict[int, NDArray[np.float64]]], str]:
            return _load_predictions(experiment, folder, reading, seed), ""

        found, lacks = load_each(load, readings)
        series = next(each[0] for each in found.values() if each is not None)
        predictions = {title: each and each[1] for title, each in found.items()}
        return rollout_sides(series, predictions, title=small_lines(lacks).removeprefix("<br>"))
    series, by_epoch = _load_predictions(experiment, folder, readings[0] if readings else None, seed)
    drawn = rollout_figure(series, by_epoch)
    if readings:
        drawn.layout.title.text += small_lines([f"{readings[0].title}: {readings[0].words}"])
    return drawn


def _load_predictions(
    experiment: str, folder: Folder, reading: Reading | None, seed: int
) -> tuple[Series, dict[int, NDArray[np.float64]]]:
    """A series, and what the search predicts of it by epoch."""
    from qtkit.plots.series import predictions_by_epoch
    from qtkit.tasks.series.data import load_series
    from qtkit.tasks.series.settings import SeriesSettings

    frame = load_errors(folder, experiment, reading)
    frame = frame[(frame["label"] == OURS) & (frame["seed"] == seed)]
    if frame.empty:
        setting = "the paper's setting" if reading is None else f"the reading {reading.name!r}"
        raise ValueError(
            f"the results of {experiment!r} have no run of {OURS} in {setting} with seed {seed}"
            + (f"; {how_to_compute('series', reading)}" if reading else "")
        )
    key = frame.groupby("run")["prediction"].count().idxmax()  # runs may differ in how many predictions they record
    settings = select("series", lambda _: True, experiment, folder).settings[key]
    assert isinstance(settings, SeriesSettings), "the task's own"
    return load_series(settings), predictions_by_epoch(frame[frame["run"] == key])
