"""What imperfect machines leave of trained networks: a curve over shots, one over gate errors, one over readout."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.checks import check_columns
from qtkit.names import counted
from qtkit.plots.bands import fill_between
from qtkit.plots.curves import RUN_COLOURS
from qtkit.plots.style import axis, base_layout, figure_title

VIEWS = {"shots": "shots of each circuit", "gate_error": "gate error", "readout_error": "readout error"}
"""What is changed, and how it is called."""

_PERFECT = {"shots": np.inf, "gate_error": 0.0, "readout_error": 0.0}


def machine_curves(frame: pd.DataFrame, *, value: str = "test_accuracy", title: str | None = None) -> go.Figure:
    """Three plots, each with one imperfection; a line is the median over seeds, its band their range.

    A dashed line is the same network written by a perfect machine.

    Arguments:
        frame: `label`, `seed`, `shots`, `gate_error`, `readout_error` and `value`, a row a network and machine, as
            `qtkit.runs.results.load("machine")` gives it.

    Raises:
        ValueError: if a column is missing, no row has the value, a network's perfect machine is not among them, or
            there is more than one experiment.
    """
    check_columns(frame, ["label", "seed", *VIEWS, value])
    if "experiment" in frame and frame["experiment"].nunique() > 1:
        raise ValueError(f"one experiment a figure, got {sorted(frame['experiment'].unique())}")
    frame = frame.dropna(subset=value)
    if frame.empty:
        raise ValueError(f"no row has a {value!r}: nothing to show")
    figure = make_subplots(1, len(VIEWS), shared_yaxes=True, horizontal_spacing=0.04)
    for number, (label, part) in enumerate(frame.groupby("label", sort=False)):
        colour = RUN_COLOURS[number % len(RUN_COLOURS)]
        perfect = part[_all_perfect(part)]
        if missing := sorted(set(part["seed"]) - set(perfect["seed"])):
            raise ValueError(f"{label}, seed {missing[0]}, is not read on a perfect machine: nothing to compare with")
        exact = perfect[value].median()
        for column, name in enumerate(VIEWS, start=1):
            some = part[(part[name] != _PERFECT[name]) & _all_perfect(part, name)]
            if some.empty:
                continue
            over = some.groupby(name)[value].agg(["min", "median", "max"])
            hover = f"{label}<br>{VIEWS[name]} %{{x}}: {value.replace('_', ' ')} %{{y:.3f}}<extra></extra>"
            group = {"legendgroup": str(label), "showlegend": False}
            band = fill_between(over.index, over["min"], over["max"], colour, 0.2)
            line = go.Scatter(
                x=over.index, y=over["median"], mode="lines+markers", line={"color": colour, "width": 2.4}
            )
            ends = [float(over.index[0]), float(over.index[-1])]
            level = go.Scatter(
                x=ends, y=[exact, exact], mode="lines", line={"color": colour, "dash": "dash", "width": 1}
            )
            for trace in (band, level):
                figure.add_trace(trace.update(hoverinfo="skip", **group), 1, column)
            figure.add_trace(
                line.update(hovertemplate=hover, name=_name(label, part), **group | {"showlegend": column == 1}),
                1,
                column,
            )
    _lay_out(figure, value, title)
    return figure


def _all_perfect(part: pd.DataFrame, but: str | None = None) -> pd.Series:
    """The rows without an imperfection, besides one."""
    fine = pd.Series(True, index=part.index)
    for name, value in _PERFECT.items():
        if name != but:
            fine &= part[name] == value
    return fine


def _name(label: object, part: pd.DataFrame) -> str:
    seeds = part["seed"].nunique()
    return f"{label} ({counted(seeds, 'seed')})"


def _lay_out(figure: go.Figure, value: str, title: str | None) -> None:
    figure.update_layout(
        base_layout(360)
        | {
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "title": figure_title(title, 10),
            "margin": {"l": 56, "r": 16, "t": 76 if title else 40, "b": 48},
        }
    )
    for column, words in enumerate(VIEWS.values(), start=1):
        ticks = {"exponentformat": "power", "dtick": 4 if column == 1 else 2, "tickangle": 0}  # decades
        figure.update_xaxes(axis(title=words, type="log", **ticks), row=1, col=column)
    figure.update_yaxes(axis())
    figure.update_yaxes(title=value.replace("_", " "), col=1)
