"""`measure_curves`: a loss or a metric of every model while it trains."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.checks import check_columns
from qtkit.names import OURS
from qtkit.plots.accuracy import curves_of, draw_lines, lay_out_lines, value_axis, value_range
from qtkit.plots.models import model_styles
from qtkit.plots.style import axis

LOSS = "loss"


def measure_curves(
    frame: pd.DataFrame,
    measure: str = LOSS,
    *,
    title: str | None = None,
    bands: bool = False,
    names: Mapping[str, str] | None = None,
) -> go.Figure:
    """One measure of a task: of testing at the left, of training at the right; a loss above zero on logarithmic axes.

    Lines, bands and legend are those of `accuracy_curves`; the legend begins with the lowest loss, or the highest of
    another measure.

    Arguments:
        frame: `label`, `seed`, `epoch`, `test_MEASURE`, `train_MEASURE`, as `qtkit.runs.results.load("own", ...)` gives
            them for one task. Every label gets a line.
        measure: such as `"loss"`, or a task's metric.
        title, bands, names: see `accuracy_curves`.

    Raises:
        ValueError: if a column is missing, no row has the measure, or a seed of a model is there twice.

    Example:
        >>> rows = [{"label": "DiffQAS", "seed": 0, "epoch": k, "test_mae": 1 / (k + 1), "train_mae": 1 / (k + 2)}
        ...         for k in range(3)]
        >>> len(measure_curves(pd.DataFrame(rows), "mae").data) > 1
        True
    """
    values = f"test_{measure}", f"train_{measure}"
    check_columns(frame, ["label", "seed", "epoch", *values])
    known = frame.dropna(subset=list(values))
    if known.empty:
        raise ValueError(f"no row has {values[0]} and {values[1]}: nothing to show")
    up = 1 if measure == LOSS else -1
    models = sorted(curves_of(known, names, values), key=lambda model: up * model.last)
    styles = model_styles([model.label for model in models])
    figure = make_subplots(1, 2, horizontal_spacing=0.15)
    for rank in sorted(range(len(models)), key=lambda i: models[i].label == OURS):  # the search on top
        for column, value in enumerate(values, start=1):
            name = models[rank].name if column == 1 else None
            traces = draw_lines(models[rank], styles[models[rank].label], value, rank, name=name, band=bands)
            figure.add_traces(traces, rows=[1] * len(traces), cols=[column] * len(traces))
    lay_out_lines(figure, 360, title)
    figure.update_xaxes(axis(title="epoch", range=[0, max(1.0, float(known["epoch"].max())) * 1.01]))
    # A logarithm is for losses alone, and for those that have one.
    kind = LOSS if measure == LOSS and float(known[list(values)].min().min()) > 0 else "value"
    shared = value_range(
        known.rename(columns=dict(zip(values, (kind, f"other {kind}"), strict=True))), (kind, f"other {kind}")
    )
    for column, part in enumerate(("test", "train"), start=1):
        heading = f"{part} {measure.replace('_', ' ')}"
        figure.update_yaxes(axis(title=heading, **value_axis(kind, shared)), row=1, col=column)
    return figure
