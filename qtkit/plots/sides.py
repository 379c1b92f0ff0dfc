"""Figures of several readings side by side: a column a reading, a row a value, the scales of a row shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.names import OURS
from qtkit.paper import REWARD_INSET, ROLLOUT_EPOCHS
from qtkit.plots import accuracy, rewards
from qtkit.plots.models import model_styles
from qtkit.plots.series import (
    Values,
    boundary_shape,
    heading,
    mean_squared_error,
    prediction_trace,
    truth_trace,
    value_limits,
)
from qtkit.plots.style import INK, axis, base_layout

if TYPE_CHECKING:
    from qtkit.tasks.series.data import Series

ABSENT = "no runs"
"""What stands in the column of a reading that has none."""

T = TypeVar("T")


def accuracy_sides(
    frames: Mapping[str, pd.DataFrame | None], *, title: str | None = None, names: Mapping[str, str] | None = None
) -> go.Figure:
    """Figures 5 to 7 of several readings: accuracies and losses below each other, lines as in `accuracy_curves`.

    In the legend are the last test accuracies of each reading, the highest of the last reading first.

    Arguments:
        frames: by the heading of their column, as `accuracy_curves` takes them; None for a reading without runs.
        names: what a label is called in the legend, if not by itself.

    Raises:
        ValueError: if no reading has runs, or as `accuracy_curves` does.
    """
    known = {head: accuracy.check_frame(frame) for head, frame in _present(frames).items()}
    curves = {head: {each.label: each for each in accuracy.curves_of(frame, names)} for head, frame in known.items()}
    order = _order({head: {label: each.last for label, each in of.items()} for head, of in curves.items()})
    styles, values = model_styles(order), ("test_accuracy", "train_accuracy", "test_loss", "train_loss")
    figure = _grid(len(values), frames, shared_xaxes="all")
    shown: set[str] = set()
    for column, head in enumerate(frames, start=1):
        for label in sorted(curves.get(head, ()), key=lambda label: label == OURS):  # the search on top
            for row, value in enumerate(values, start=1):
                lasts = {each: of[label].last if label in of else None for each, of in curves.items()}
                called = _tell((names or {}).get(label, label), frames, lasts)
                name = called if row == 1 and label not in shown else None
                curve, rank = curves[head][label], order.index(label)
                traces = accuracy.draw_lines(curve, styles[label], value, rank, name=name, band=True)
                figure.add_traces(traces, rows=[row] * len(traces), cols=[column] * len(traces))
            shown.add(label)
    together = pd.concat(known.values(), ignore_index=True)
    accuracy.lay_out_lines(figure, 860, title)
    figure.update_xaxes(axis(range=[0, max(1.0, float(together["epoch"].max())) * 1.01]))
    figure.update_xaxes(title="epoch", row=len(values))
    for row, value in enumerate(values, start=1):
        what = value.partition("_")[2]
        limits = accuracy.value_range(together, (f"test_{what}", f"train_{what}"))
        figure.update_yaxes(axis(**accuracy.value_axis(value, limits)), row=row)
        figure.update_yaxes(title=value.replace("_", " "), row=row, col=1)
    return figure


def reward_sides(
    frames: Mapping[str, pd.DataFrame | None],
    *,
    title: str | None = None,
    names: Mapping[str, str] | None = None,
    inset: int = REWARD_INSET,
) -> go.Figure:
    """Figures 13 and 14 of several readings: all episodes, below them the last ones enlarged, and their deviation.

    Arguments:
        frames: by the heading of their column, as `reward_curves` takes them; None for a reading without runs.
        names: what a label is called in the legend, if not by itself.
        inset: how many episodes are enlarged.

    Raises:
        ValueError: if no reading has runs, or as `reward_curves` does.
    """
    known = _present(frames)
    curves = {head: {each.label: each for each in rewards.curves_of(frame, names)} for head, frame in known.items()}
    ends = {head: {label: float(each.mean[-1]) for label, each in of.items()} for head, of in curves.items()}
    order = _order(ends)
    styles, last = model_styles(order), max(int(each.episode[-1]) for of in curves.values() for each in of.values())
    start = max(0, last - inset)
    figure = _grid(3, frames, shared_xaxes="rows")
    shown: set[str] = set()
    for column, head in enumerate(frames, start=1):
        for label in sorted(curves.get(head, ()), key=lambda label: label == OURS):
            curve, line = curves[head][label], styles[label]
            if label == OURS:
                figure.add_trace(rewards.draw_band(curve, line), 1, column)
            called = _tell((names or {}).get(label, label), frames, {each: of.get(label) for each, of in ends.items()})
            for row, first in enumerate((0, start, start), start=1):
                name, deviation = called if row == 1 and label not in shown else None, row == 3
                traces = (
                    rewards.draw_seeds(known[head], {}, first, deviation=deviation) if rewards.has_seeds(curve) else []
                )
                traces += rewards.draw_lines(curve, line, {}, first, order.index(label), deviation=deviation, name=name)
                figure.add_traces(traces, rows=[row] * len(traces), cols=[column] * len(traces))
            shown.add(label)
    together = pd.concat(known.values(), ignore_index=True)
    enlarged = together[together["episode"] >= start]
    accuracy.lay_out_lines(figure, 720, title)
    figure.update_xaxes(axis(range=[0, last * 1.01], tickformat=",", nticks=6), row=1)
    figure.update_xaxes(axis(range=[start, last], tickformat=",", nticks=4), row=2)
    figure.update_xaxes(axis(range=[start, last], tickformat=",", nticks=4, title="episode"), row=3)
    for row, (what, limits) in enumerate(
        (
            ("mean return of the last 1,000", [-0.02, 1.02]),
            (f"the last {last - start:,} episodes", rewards.value_range(enlarged["moving_mean"])),
            ("standard deviation", rewards.value_range(enlarged["moving_std"])),
        ),
        start=1,
    ):
        figure.update_yaxes(axis(range=limits, nticks=6), row=row)
        figure.update_yaxes(title=what, row=row, col=1)
    return figure


def rollout_sides(
    series: Series,
    predictions: Mapping[str, Mapping[int, Values] | None],
    epochs: Sequence[int] = ROLLOUT_EPOCHS,
    *,
    title: str | None = None,
) -> go.Figure:
    """Figures 8 to 12 of several readings: truth and prediction, a row an epoch.

    Arguments:
        series: the series.
        predictions: by the heading of their column and the epoch; None for a reading without runs.
        title: a second line of the title.

    Raises:
        ValueError: if no reading has runs, an epoch has no prediction, or one has another length than the series.
    """
    known = _present(predictions)
    for head, by_epoch in known.items():
        if missing := [epoch for epoch in epochs if epoch not in by_epoch]:
            raise ValueError(f"{head}: no prediction of epoch {missing[0]}; there are {sorted(by_epoch)}")
    titles = []
    for row, epoch in enumerate(epochs):
        for head in predictions:
            words = [f"<b>{head}</b>"] if row == 0 else []
            if head in known:
                words.append(f"epoch {epoch}: test MSE {mean_squared_error(series, known[head][epoch]):.2g}")
            titles.append(", ".join(words))
    figure = _grid(len(epochs), predictions, shared_xaxes="all", column_titles=None, subplot_titles=titles)
    for column, head in enumerate(predictions, start=1):
        for row, epoch in enumerate(epochs, start=1):
            if head in known:
                for trace in (truth_trace(series), prediction_trace(series, known[head][epoch])):
                    figure.add_trace(trace, row, column)
                figure.add_shape(boundary_shape(series.boundary), row=row, col=column)
    figure.update_layout(base_layout(120 + 170 * len(epochs)))
    about = heading(series)
    if title:
        about["text"] += f"<br>{title}"
    about |= {"y": 1, "yanchor": "top", "pad": {"t": 12}}
    figure.update_layout(title=about, margin={"t": 96 + 20 * (title or "").count("<br>")})
    shown = [by_epoch[epoch] for by_epoch in known.values() for epoch in epochs]
    figure.update_xaxes(axis())
    figure.update_xaxes(title=series.x_label, row=len(epochs))
    figure.update_yaxes(axis(range=value_limits(series, shown)))
    return figure


def _present(parts: Mapping[str, T | None]) -> dict[str, T]:
    """The readings that have runs.

    Raises:
        ValueError: if none has.
    """
    known = {head: part for head, part in parts.items() if part is not None}
    if not known:
        raise ValueError(f"none of the readings {list(parts)} has runs: nothing to show")
    return known


def _order(values: Mapping[str, Mapping[str, float]]) -> list[str]:
    """All labels, by their value in the last reading that has them, the highest first."""
    last = {label: value for of in values.values() for label, value in of.items()}
    return sorted(last, key=lambda label: -last[label])


def _tell(called: str, frames: Mapping[str, object], values: Mapping[str, float | None]) -> str:
    """A model in the legend: its values, reading by reading, a dash where it has no runs."""
    texts = [f"{value:.3f}" if (value := values.get(head)) is not None else "–" for head in frames]
    return f"{called}  {' | '.join(texts)}"


def _grid(rows: int, columns: Mapping[str, object], **options: object) -> go.Figure:
    """Plots below their columns' headings; in a column without runs, words that say so."""
    usual = {"column_titles": [f"<b>{head}</b>" for head in columns], "shared_yaxes": True, "horizontal_spacing": 0.04}
    figure = make_subplots(rows, len(columns), **{**usual, "vertical_spacing": 0.18 / rows, **options})
    figure.update_annotations(font_size=13)
    for column, part in enumerate(columns.values(), start=1):
        if part is not None:
            continue
        for row in range(1, rows + 1):  # axes show only where a trace is
            figure.add_trace(go.Scatter(x=[None], y=[None], showlegend=False, hoverinfo="skip"), row, column)
        place = figure.get_subplot(1, column)
        refs = {
            f"{name}ref": f"{getattr(place, f'{name}axis').plotly_name.replace('axis', '')} domain" for name in "xy"
        }
        middle = {"text": ABSENT, "x": 0.5, "y": 0.5, "showarrow": False, "font": {"color": INK, "size": 14}}
        figure.add_annotation(middle | refs)
    return figure
