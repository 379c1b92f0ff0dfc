"""Figures 5 to 7: accuracy and loss of every model while it trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.checks import check_columns
from qtkit.names import OURS
from qtkit.plots.bands import fill_between
from qtkit.plots.curves import each_once
from qtkit.plots.models import BAND, casing, model_styles
from qtkit.plots.style import INK, LEAST_WITH_LEGEND, Spec, axis, base_layout, figure_title

VIEWS = {"test_accuracy": (1, 1), "test_loss": (1, 2), "train_accuracy": (2, 1), "train_loss": (2, 2)}
"""The four plots: row and column of each value."""


@dataclass(frozen=True)
class Curves:
    """A model's values, over its seeds."""

    label: str
    seeds: dict[str, pd.DataFrame]  # of each value: a row an epoch, a column a seed
    called: str
    named_value: str = "test_accuracy"  # the value that its name tells

    @property
    def name(self) -> str:
        """For the legend: its last test accuracy, and over how many seeds."""
        count, last = self.seeds[self.named_value].shape[1], self.last
        digits = f"{last:.3f}" if self.named_value == "test_accuracy" else f"{last:.3g}"
        return f"{self.called}  {digits}{f', {count} seeds' if count > 1 else ''}"

    @property
    def last(self) -> float:
        """The median of what its name tells at the end."""
        return float(self.seeds[self.named_value].median(axis=1).iloc[-1])


def accuracy_curves(
    frame: pd.DataFrame,
    *,
    title: str | None = None,
    bands: bool = False,
    names: Mapping[str, str] | None = None,
) -> go.Figure:
    """Accuracy at the left, loss (logarithmic) at the right; of the test images above, of the train images below.

    A line is the median over a model's seeds at each epoch. The search is black, its band from the lowest to the
    highest seed, each seed thin; the other lines have the styles of `qtkit.plots.models.model_styles`. In the legend
    are the last test accuracies, the highest first; a click there hides a model, a double click shows it alone.

    Arguments:
        frame: `label`, `seed`, `epoch`, `test_accuracy`, `test_loss`, `train_accuracy`, `train_loss`, as
            `qtkit.runs.results.load("images", ...)` gives them for one pair of classes. Every label gets a line.
        bands: of all models with several seeds, not only the search's.
        names: what a label is called in the legend, if not by itself.

    Raises:
        ValueError: if a column is missing, there is no row, a seed of a model is there twice, or there is more than one
            pair of classes.
    """
    known = check_frame(frame)
    models = sorted(curves_of(known, names), key=lambda model: -model.last)
    styles = model_styles([model.label for model in models])
    figure = make_subplots(2, 2, horizontal_spacing=0.15, vertical_spacing=0.12, shared_xaxes=True)
    for rank in sorted(range(len(models)), key=lambda i: models[i].label == OURS):  # the search on top
        for value, (row, column) in VIEWS.items():
            name = models[rank].name if value == "test_accuracy" else None
            traces = draw_lines(models[rank], styles[models[rank].label], value, rank, name=name, band=bands)
            figure.add_traces(traces, rows=[row] * len(traces), cols=[column] * len(traces))
    _lay_out(figure, known, title)
    return figure


def check_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that have accuracies and losses, of one pair of classes.

    Raises:
        ValueError: as `accuracy_curves` does.
    """
    check_columns(frame, ["label", "seed", "epoch", *VIEWS])
    if "experiment" in frame and frame["experiment"].nunique() > 1:
        raise ValueError(f"one pair of classes a figure, got {sorted(frame['experiment'].unique())}")
    known = frame.dropna(subset=list(VIEWS))
    if known.empty:
        raise ValueError("no row has accuracies and losses: nothing to show")
    return known


def curves_of(
    frame: pd.DataFrame, names: Mapping[str, str] | None = None, values: Sequence[str] = tuple(VIEWS)
) -> list[Curves]:
    """The models of a frame; the first of the values is the one that their names tell.

    Raises:
        ValueError: if a seed of a model is there twice.
    """
    models = frame.groupby("label", sort=False)
    return [_curves(label, part, (names or {}).get(label, label), values) for label, part in models]


def _curves(label: str, part: pd.DataFrame, called: str, values: Sequence[str]) -> Curves:
    part = each_once(part, ["seed", "epoch", *values])
    again = part.loc[part.duplicated(["seed", "epoch"]), "seed"]
    if len(again):
        raise ValueError(f"{label} has seed {again.iloc[0]} more than once: choose the runs of one setting")
    # Only the epochs that all seeds have: a median over fewer would jump where one ends.
    seeds = {value: part.pivot_table(index="epoch", columns="seed", values=value).dropna() for value in values}
    return Curves(label, seeds, called, named_value=values[0])


def draw_lines(
    model: Curves, line: Spec, value: str, rank: int, *, name: str | None, band: bool = False
) -> list[go.Scatter]:
    """A model's median of one value; of the search, or with `band`, from the lowest to the highest seed, too.

    Arguments:
        rank: its place in the legend, from 0.
        name: what the legend shows; None if another trace stands there for it.
    """
    seeds = model.seeds[value].round(5)
    median, ours, group = seeds.median(axis=1), model.label == OURS, {"legendgroup": model.label, "showlegend": False}
    what = value.replace("_", " ")
    drawn = go.Scatter(
        x=median.index,
        y=median.to_numpy(),
        mode="lines",
        line=line,
        name=f"<b>{name or model.name}</b>" if ours else name or model.name,
        legendgroup=model.label,
        legendrank=1_000 + rank,
        showlegend=name is not None,
        hovertemplate=f"{model.called}, median of {seeds.shape[1]}<br>epoch %{{x}}: {what} %{{y:.4f}}<extra></extra>",
    )
    if not ours and not (band and seeds.shape[1] > 1):
        return [drawn]
    colour, opacity = (BAND, 1.0) if ours else (line["color"], 0.1)
    between = fill_between(seeds.index, seeds.min(axis=1), seeds.max(axis=1), colour, opacity, legendgroup=model.label)
    if not ours:
        return [between, drawn]
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
    return [between, *thin, edge, drawn]


def _lay_out(figure: go.Figure, frame: pd.DataFrame, title: str | None) -> None:
    """Axes, headings, the legend; one scale for both accuracies and one for both losses, of epoch 1 and after."""
    lay_out_lines(figure, 520, title)
    figure.update_xaxes(axis(range=[0, max(1.0, float(frame["epoch"].max())) * 1.01]))
    figure.update_xaxes(title="epoch", row=2)
    for column, what in enumerate(("accuracy", "loss"), start=1):
        shared = value_range(frame, (f"test_{what}", f"train_{what}"))
        for row, part in enumerate(("test", "train"), start=1):
            figure.update_yaxes(axis(title=f"{part} {what}", **value_axis(what, shared)), row=row, col=column)


def lay_out_lines(figure: go.Figure, height: int, title: str | None) -> None:
    """Title and legend of a figure that has a line a model."""
    figure.update_layout(
        base_layout(height)
        | {
            "showlegend": True,
            "legend": {"x": 1.02, "y": 1, "font": {"size": 11}, "tracegroupgap": 0},
            "title": figure_title(title),
            "margin": {"l": 56, "r": 16, "t": 52 + 20 * title.count("<br>") if title else 24, "b": 44},
            "meta": {"least_width": LEAST_WITH_LEGEND},
        }
    )


def value_axis(value: str, limits: list[float]) -> Spec:
    """The vertical axis of an accuracy, or of a loss with a logarithmic scale."""
    if not value.endswith("loss"):
        return {"range": limits, "nticks": 6}
    dtick = "D2" if limits[1] - limits[0] < 1.5 else 1
    return {"range": limits, "nticks": 6, "type": "log", "dtick": dtick, "tickformat": "~g"}


def value_range(frame: pd.DataFrame, values: tuple[str, ...]) -> list[float]:
    """From the lowest to the highest of the values in epoch 1 and after, with a little room; decades of losses."""
    trained = frame[frame["epoch"] >= 1] if (frame["epoch"] >= 1).any() else frame
    numbers = trained[list(values)].to_numpy()
    if values[0].endswith("loss"):
        numbers = np.log10(numbers.clip(1e-6))
    low, high = float(numbers.min()), float(numbers.max())
    room = max(0.05 * (high - low), 0.002)
    return [low - room, high + room]
