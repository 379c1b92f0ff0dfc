"""Figures 5 to 7: accuracy and loss of every model while it trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.names import OURS
from qtkit.plots.curves import check_columns
from qtkit.plots.models import BAND, casing, model_styles
from qtkit.plots.style import FONT, INK, Spec, axis, base_layout

VIEWS = {"test_accuracy": (1, 1), "test_loss": (1, 2), "train_accuracy": (2, 1), "train_loss": (2, 2)}
"""The four plots: row and column of each value."""


@dataclass(frozen=True)
class _Model:
    """A model's values, over its seeds."""

    label: str
    seeds: dict[str, pd.DataFrame]  # of each value: a row an epoch, a column a seed

    @property
    def name(self) -> str:
        """For the legend: its last test accuracy, and over how many seeds."""
        count = self.seeds["test_accuracy"].shape[1]
        return f"{self.label}  {self.last:.3f}{f', {count} seeds' if count > 1 else ''}"

    @property
    def last(self) -> float:
        return float(self.seeds["test_accuracy"].median(axis=1).iloc[-1])


def accuracy_curves(frame: pd.DataFrame, *, title: str | None = None) -> go.Figure:
    """Accuracy at the left, loss (logarithmic) at the right; of the test images above, of the train images below.

    A line is the median over a model's seeds at each epoch. The search is black, its band from the lowest to the
    highest seed, each seed thin; the other lines have the styles of `qtkit.plots.models.model_styles`. In the legend
    are the last test accuracies, the highest first; a click there hides a model, a double click shows it alone.

    Arguments:
        frame: `label`, `seed`, `epoch`, `test_accuracy`, `test_loss`, `train_accuracy`, `train_loss`, as
            `qtkit.runs.results.load("images", ...)` gives them for one pair of classes. Every label gets a line.

    Raises:
        ValueError: if a column is missing, there is no row, a seed of a model is there twice, or there is more than one
            pair of classes.
    """
    check_columns(frame, ["label", "seed", "epoch", *VIEWS])
    if "experiment" in frame and frame["experiment"].nunique() > 1:
        raise ValueError(f"one pair of classes a figure, got {sorted(frame['experiment'].unique())}")
    known = frame.dropna(subset=list(VIEWS))
    if known.empty:
        raise ValueError("no row has accuracies and losses: nothing to show")
    models = sorted((_model(label, part) for label, part in known.groupby("label", sort=False)), key=lambda m: -m.last)
    styles = model_styles([model.label for model in models])
    figure = make_subplots(2, 2, horizontal_spacing=0.1, vertical_spacing=0.12, shared_xaxes=True)
    for rank in sorted(range(len(models)), key=lambda i: models[i].label == OURS):  # the search on top
        for value, (row, column) in VIEWS.items():
            traces = _lines(models[rank], styles[models[rank].label], value, rank)
            figure.add_traces(traces, rows=[row] * len(traces), cols=[column] * len(traces))
    _lay_out(figure, known, title)
    return figure


def _model(label: str, part: pd.DataFrame) -> _Model:
    again = part.loc[part.duplicated(["seed", "epoch"]), "seed"]
    if len(again):
        raise ValueError(f"{label} has seed {again.iloc[0]} more than once: choose the runs of one setting")
    # Only the epochs that all seeds have: a median over fewer would jump where one ends.
    return _Model(
        label, {value: part.pivot_table(index="epoch", columns="seed", values=value).dropna() for value in VIEWS}
    )


def _lines(model: _Model, line: Spec, value: str, rank: int) -> list[go.Scatter]:
    seeds = model.seeds[value].round(5)
    median, ours, group = seeds.median(axis=1), model.label == OURS, {"legendgroup": model.label, "showlegend": False}
    what = value.replace("_", " ")
    drawn = go.Scatter(
        x=median.index,
        y=median.to_numpy(),
        mode="lines",
        line=line,
        name=f"<b>{model.name}</b>" if ours else model.name,
        legendgroup=model.label,
        legendrank=1_000 + rank,
        showlegend=value == "test_accuracy",
        hovertemplate=f"{model.label}, median of {seeds.shape[1]}<br>epoch %{{x}}: {what} %{{y:.4f}}<extra></extra>",
    )
    if not ours:
        return [drawn]
    outline = {"x": [*seeds.index, *seeds.index[::-1]], "y": [*seeds.max(axis=1), *seeds.min(axis=1)[::-1]]}
    band = go.Scatter(
        outline, fill="toself", fillcolor=BAND, mode="lines", line={"width": 0}, hoverinfo="skip", **group
    )
    thin = [
        go.Scatter(
            x=seeds.index,
            y=seeds[seed].to_numpy(),
            mode="lines",
            line={"color": INK, "width": 0.9},
            hovertemplate=f"{OURS}, seed {seed}<br>epoch %{{x}}: {what} %{{y:.4f}}<extra></extra>",
            **group,
        )
        for seed in (seeds.columns if seeds.shape[1] > 1 else ())
    ]
    edge = go.Scatter(x=drawn.x, y=drawn.y, mode="lines", line=casing(line), hoverinfo="skip", **group)
    return [band, *thin, edge, drawn]


def _lay_out(figure: go.Figure, frame: pd.DataFrame, title: str | None) -> None:
    """Axes, headings, the legend; one scale for both accuracies and one for both losses, of epoch 1 and after."""
    figure.update_layout(
        base_layout(520)
        | {
            "showlegend": True,
            "legend": {"x": 1.02, "y": 1, "font": {"size": 11}, "tracegroupgap": 0},
            "title": {"text": title, "x": 0.01, "y": 1, "yanchor": "top", "pad": {"t": 12}}
            | {"font": {"size": 14, "family": FONT}},
            "margin": {"l": 56, "r": 16, "t": 52 + 20 * title.count("<br>") if title else 24, "b": 44},
        }
    )
    figure.update_xaxes(axis(range=[0, max(1.0, float(frame["epoch"].max())) * 1.01]))
    figure.update_xaxes(title="epoch", row=2)
    trained = frame[frame["epoch"] >= 1] if (frame["epoch"] >= 1).any() else frame
    for column, what in enumerate(("accuracy", "loss"), start=1):
        shared = _range(trained[[f"test_{what}", f"train_{what}"]], logarithmic=what == "loss")
        for row, part in enumerate(("test", "train"), start=1):
            figure.update_yaxes(axis(title=f"{part} {what}", range=shared, nticks=6), row=row, col=column)
    decades = shared[1] - shared[0]
    figure.update_yaxes(type="log", dtick="D2" if decades < 1.5 else 1, tickformat="~g", col=2)


def _range(values: pd.DataFrame, *, logarithmic: bool) -> list[float]:
    """From the lowest to the highest value, with a little room."""
    numbers = np.log10(values.to_numpy().clip(1e-6)) if logarithmic else values.to_numpy()
    low, high = float(numbers.min()), float(numbers.max())
    room = max(0.05 * (high - low), 0.002)
    return [low - room, high + room]
