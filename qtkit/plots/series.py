"""Predicted series: truth and prediction over time, at one epoch, at the paper's four, or at every one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.paper import ROLLOUT_EPOCHS
from qtkit.plots.curves import thin
from qtkit.plots.style import FONT, INK, Spec, axis, base_layout

if TYPE_CHECKING:
    from qtkit.tasks.series.data import Series

Values = Sequence[float] | np.ndarray
"""One a window, in order."""

TRUTH_COLOUR, PREDICTION_COLOUR, FREE_COLOUR, BOUNDARY_COLOUR = "#E69F00", "#56B4E9", "#CC79A7", INK
"""Orange and blue as in the paper, and none that a rotation has in the plot of the weights beside it."""
TRUTH_LINE = {"color": TRUTH_COLOUR, "width": 2.6, "dash": "dash"}
MAX_POINTS = 800
"""Points drawn of one series."""


def forecast_figure(
    series: Series, prediction: Values | None = None, *, free: Values | None = None, height: int = 320
) -> go.Figure:
    """Truth, prediction, and the line between training and testing.

    Arguments:
        series: the series.
        prediction: one step ahead, of every target `(W,)`.
        free: a free-running rollout from the first window for testing on, `(steps,)`.

    Raises:
        ValueError: for a prediction of another length.
    """
    figure = go.Figure(layout=base_layout(height))
    for trace in (truth_trace(series), *([prediction_trace(series, prediction)] if prediction is not None else [])):
        figure.add_trace(trace)
    if free is not None:
        figure.add_trace(free_style() | free_data(series, free))
    figure.add_shape(boundary_shape(series.boundary))
    figure.update_xaxes(axis(title=series.x_label))
    figure.update_yaxes(axis(range=value_limits(series)))
    shown = heading(series, prediction=prediction is not None, free=free is not None)
    figure.update_layout(title=shown, margin={"t": 44})
    return figure


def rollout_figure(
    series: Series, predictions: Mapping[int, Values], epochs: Sequence[int] = ROLLOUT_EPOCHS
) -> go.Figure:
    """Figures 8 to 12: truth and prediction at four epochs, in a 2 × 2 grid.

    Arguments:
        series: the series.
        predictions: by epoch, as `predictions_by_epoch` gives them; more than are shown may be there.
        epochs: the epochs to show; with fewer or more than four the grid has as many rows as they need.

    Raises:
        ValueError: if an epoch has no prediction, or one has another length than the series.
    """
    if missing := [epoch for epoch in epochs if epoch not in predictions]:
        raise ValueError(f"no prediction of epoch {missing[0]}; there are {sorted(predictions)}")
    rows = max(1, -(-len(epochs) // 2))
    titles = [f"epoch {epoch}: test MSE {mean_squared_error(series, predictions[epoch]):.2g}" for epoch in epochs]
    figure = make_subplots(
        rows, 2, subplot_titles=titles, shared_xaxes=True, horizontal_spacing=0.08, vertical_spacing=0.28 / rows
    )
    for place, epoch in enumerate(epochs):
        row, column = divmod(place, 2)
        for trace in (truth_trace(series), prediction_trace(series, predictions[epoch])):
            figure.add_trace(trace, row + 1, column + 1)
        figure.add_shape(boundary_shape(series.boundary), row=row + 1, col=column + 1)
        if row == rows - 1:
            figure.update_xaxes(title=series.x_label, row=row + 1, col=column + 1)
    figure.update_layout(base_layout(90 + 190 * rows))
    figure.update_layout(title=heading(series), margin={"t": 74})
    figure.update_xaxes(axis())
    figure.update_yaxes(axis(range=value_limits(series, [predictions[epoch] for epoch in epochs])))
    return figure


def rollout_slider(series: Series, predictions: Mapping[int, Values]) -> go.Figure:
    """Truth and prediction with a slider over the epochs; needs no kernel.

    Arguments:
        series: the series.
        predictions: by epoch.

    Raises:
        ValueError: if there is no prediction, or one has another length than the series.
    """
    if not predictions:
        raise ValueError("no prediction to show: a run keeps them with predictions='all'")
    epochs = sorted(predictions)
    figure = forecast_figure(series, predictions[epochs[-1]], height=400)
    steps = []
    for epoch in epochs:
        values = prediction_data(series, predictions[epoch])["y"].tolist()
        label = f"{epoch} (test MSE {mean_squared_error(series, predictions[epoch]):.2g})"
        # Not frames: some pages would play them at once.
        steps.append({"label": label, "method": "restyle", "args": [{"y": [values]}, [1]]})
    slider = {
        "active": len(steps) - 1,
        "steps": steps,
        "currentvalue": {"prefix": "epoch ", "font": {"color": PREDICTION_COLOUR, "size": 13}},
        "pad": {"t": 34},
        "ticklen": 0,
        "minorticklen": 0,
        "font": {"color": "rgba(0,0,0,0)"},  # the labels under the slider would lie on each other
    }
    figure.update_layout(sliders=[slider], margin={"b": 90})
    return figure


def predictions_by_epoch(frame: pd.DataFrame) -> dict[int, np.ndarray]:
    """The predictions in a table of one run's records, by epoch.

    Raises:
        ValueError: if the table lacks the columns `epoch` and `prediction`.
    """
    if missing := [name for name in ("epoch", "prediction") if name not in frame.columns]:
        raise ValueError(f"the table lacks the columns {missing}; it has {list(frame.columns)}")
    kept = frame[frame["prediction"].map(lambda value: isinstance(value, tuple | list | np.ndarray))]
    return {int(e): np.asarray(p, dtype=float) for e, p in zip(kept["epoch"], kept["prediction"], strict=True)}


# The parts, for the live panel too


def truth_trace(series: Series) -> Spec:
    """The true values."""
    places = thin(len(series.targets), MAX_POINTS)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "truth",
        "x": series.times.numpy()[places],
        "y": np.round(series.targets.numpy()[places], 5),
        "line": TRUTH_LINE,
        "hovertemplate": "truth %{y:.4g}<extra></extra>",
    }


def prediction_style() -> Spec:
    """The prediction without its data."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "prediction",
        "line": {"color": PREDICTION_COLOUR, "width": 2.0},
        "hovertemplate": "prediction %{y:.4g}<extra></extra>",
    }


def prediction_data(series: Series, prediction: Values) -> Spec:
    """The prediction's data, thinned to what can be told apart.

    Arguments:
        prediction: a value a window, `(W,)`.

    Raises:
        ValueError: for another shape.
    """
    values = np.asarray(prediction, dtype=float)
    if values.shape != (len(series.targets),):
        raise ValueError(f"a prediction must have shape ({len(series.targets)},), got {values.shape}")
    places = thin(len(values), MAX_POINTS)
    return {"x": series.times.numpy()[places], "y": np.round(values[places], 5)}


def prediction_trace(series: Series, prediction: Values) -> Spec:
    """The prediction."""
    return prediction_style() | prediction_data(series, prediction)


def free_style() -> Spec:
    """A free-running rollout without its data."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "free running",
        "line": {"color": FREE_COLOUR, "width": 2.0, "dash": "dot"},
        "hovertemplate": "free running %{y:.4g}<extra></extra>",
    }


def free_data(series: Series, free: Values) -> Spec:
    """The rollout's data: at most to the end of the series."""
    values = np.asarray(free, dtype=float)[: len(series.targets) - series.n_train]
    places = thin(len(values), MAX_POINTS)
    return {"x": series.times.numpy()[series.n_train :][places], "y": np.round(values[places], 5)}


def boundary_shape(at: float) -> Spec:
    """The line between training and testing."""
    line = {"color": BOUNDARY_COLOUR, "width": 1.5, "dash": "dash"}
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "y domain", "line": line}


def value_limits(series: Series, predictions: Iterable[Values] = ()) -> list[float]:
    """The truth with a little room, widened for what is predicted, up to three times the height.

    Predictions of a network that has not learnt may lie still farther outside.
    """
    low, high = series.targets.min().item(), series.targets.max().item()
    height = high - low
    shown = [value for prediction in predictions for value in (min(prediction), max(prediction))]
    low, high = max(min([low, *shown]), low - height), min(max([high, *shown]), high + height)
    return [low - 0.15 * height, high + 0.15 * height]


def mean_squared_error(series: Series, prediction: Values) -> float:
    """Mean squared error over the windows for testing.

    Arguments:
        prediction: a value a window, those for training too, `(W,)`.

    Raises:
        ValueError: for another shape.
    """
    values = np.asarray(prediction, dtype=float)
    if values.shape != (len(series.targets),):
        raise ValueError(f"a prediction must have shape ({len(series.targets)},), got {values.shape}")
    return float(np.mean((values - series.targets.numpy())[series.n_train :] ** 2))


def heading(series: Series, *, prediction: bool = True, free: bool = False) -> Spec:
    """The legend where the eye is: names in their colours."""
    words = [("truth", TRUTH_COLOUR)]
    words += [("prediction", PREDICTION_COLOUR)] if prediction else []
    words += [("free running", FREE_COLOUR)] if free else []
    names = ", ".join(f"<span style='color:{colour}'><b>{word}</b></span>" for word, colour in words)
    boundary = f"<span style='color:{BOUNDARY_COLOUR}'>training | testing</span>"
    return {"text": f"{series.source}: {names}, {boundary}", "font": {"size": 13, "family": FONT}, "x": 0.01}
