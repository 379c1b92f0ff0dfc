"""Figures 13 and 14: the reward of every model while it learns, and the last episodes enlarged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from qtkit.checks import check_columns
from qtkit.names import OURS
from qtkit.paper import REWARD_INSET, REWARD_WINDOW
from qtkit.plots.accuracy import lay_out_lines
from qtkit.plots.bands import fill_between
from qtkit.plots.curves import each_once, thin
from qtkit.plots.models import BAND, casing, model_styles
from qtkit.plots.style import CLEAR, INK, Spec, axis

MAX_POINTS = 500
"""Points drawn of one line."""

GRID_RANGE = [-0.02, 1.02]
"""Of the axis: returns of MiniGrid are 0 to 1."""

INSET_COLOUR = "#D55E00"
REWARDS, ENLARGED, DEVIATION = ({"xaxis": f"x{n}", "yaxis": f"y{n}"} for n in ("", 2, 3))
"""The three plots: all episodes, the last ones enlarged, and the deviation of those."""


@dataclass(frozen=True)
class Curve:
    """One line: a model over its seeds."""

    label: str
    episode: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    seeds: tuple[int, ...]
    called: str

    @property
    def name(self) -> str:
        """For the legend: where the curve ends, and over how many seeds."""
        seeds = f", {len(self.seeds)} seeds" if len(self.seeds) > 1 else ""
        return f"{self.called}  {self.mean[-1]:.3f}{seeds}"


def reward_curves(
    frame: pd.DataFrame,
    *,
    bands: bool = False,
    title: str | None = None,
    inset: int = REWARD_INSET,
    names: Mapping[str, str] | None = None,
    window: int = REWARD_WINDOW,
) -> go.Figure:
    """Reward against episodes, a line a model; at the right the last episodes enlarged, and their deviation.

    A line is the mean return of the last 1,000 episodes (of the task `"agents"`, of 100), averaged over a model's
    seeds; the band is ± the standard deviation of these episodes within a run (root mean square over the seeds). The
    search is black with its band, each of its seeds thin. A baseline has the colour of its rotation, the dash of its
    entangler, and a thick line for Hadamards; a control is dotted grey. In the legend are the last values, the highest
    first; a click there hides a line, a double click shows it alone.

    Arguments:
        frame: `label`, `seed`, `episode`, `moving_mean`, `moving_std`, as `qtkit.runs.results.load("gridworld", ...)`
            gives them for one environment, and `load("agents", ...)` too. Every label gets a line.
        bands: of all lines, not only the search's.
        inset: how many episodes are enlarged.
        names: what a label is called in the legend, if not by itself.
        window: over how many episodes `moving_mean` is, for the axis' title; of the task `"agents"` 100.

    Raises:
        ValueError: if a column is missing, there is no row, a seed of a model is there twice, or there is more than one
            environment.
    """
    curves = sorted(curves_of(frame, names), key=lambda curve: -curve.mean[-1])
    styles = model_styles([curve.label for curve in curves])
    last = max(int(curve.episode[-1]) for curve in curves)
    start = max(0, last - inset)
    figure = go.Figure()
    for rank in sorted(range(len(curves)), key=lambda i: curves[i].label == OURS):  # the search on top
        curve, line = curves[rank], styles[curves[rank].label]
        if bands or curve.label == OURS:
            figure.add_trace(draw_band(curve, line))
        for view in (REWARDS, ENLARGED, DEVIATION):
            first, deviation = 0 if view is REWARDS else start, view is DEVIATION
            figure.add_traces(draw_seeds(frame, view, first, deviation=deviation) if has_seeds(curve) else [])
            name = curve.name if view is REWARDS else None
            figure.add_traces(draw_lines(curve, line, view, first, rank, deviation=deviation, name=name))
    _lay_out(figure, frame[frame["episode"] >= start], title, start, last, window)
    figure.update_layout(yaxis_range=_rewards_range(frame["moving_mean"]))
    return figure


def curves_of(frame: pd.DataFrame, names: Mapping[str, str] | None = None) -> list[Curve]:
    """The models of a frame.

    Raises:
        ValueError: as `reward_curves` does.
    """
    check_columns(frame, ["label", "seed", "episode", "moving_mean", "moving_std"])
    if frame.empty:
        raise ValueError("the table has no row: nothing to show")
    if "experiment" in frame and frame["experiment"].nunique() > 1:
        raise ValueError(f"one environment a figure, got {sorted(frame['experiment'].unique())}")
    return [_pooled(label, part, (names or {}).get(label, label)) for label, part in frame.groupby("label", sort=False)]


def has_seeds(curve: Curve) -> bool:
    """Whether each seed is drawn: of the search, if it has several."""
    return curve.label == OURS and len(curve.seeds) > 1


def _pooled(label: str, part: pd.DataFrame, called: str) -> Curve:
    """The mean over a model's seeds, and the deviation within a run, root mean square over them."""
    part = each_once(part, ["seed", "episode", "moving_mean", "moving_std"])
    again = part.loc[part.duplicated(["seed", "episode"]), "seed"]
    if len(again):
        raise ValueError(f"{label} has seed {again.iloc[0]} more than once: choose the runs of one setting")
    means = part.pivot_table(index="episode", columns="seed", values="moving_mean").dropna().astype(float)
    stds = part.pivot_table(index="episode", columns="seed", values="moving_std").loc[means.index].astype(float)
    spread = (stds**2).mean(axis=1) ** 0.5
    seeds = tuple(int(seed) for seed in means.columns)
    return Curve(label, means.index.to_numpy(), means.mean(axis=1).to_numpy(), spread.to_numpy(), seeds, called)


def draw_band(curve: Curve, line: Spec, view: Spec = REWARDS) -> go.Scatter:
    """± the deviation."""
    chosen = thin(len(curve.episode), MAX_POINTS // 2)
    x, mean, std = curve.episode[chosen], curve.mean[chosen], curve.std[chosen]
    ours = curve.label == OURS
    colour, opacity = (BAND, 1.0) if ours else (line["color"], 0.08)
    low, high = (mean - std).round(4), (mean + std).round(4)
    return fill_between(x, low, high, colour, opacity, legendgroup=curve.label, **view)


def draw_lines(
    curve: Curve, line: Spec, view: Spec, first: int, rank: int, *, deviation: bool = False, name: str | None = None
) -> list[go.Scatter]:
    """A curve, or its deviation, from episode `first` on; the search's with a light edge below it.

    Arguments:
        view: the axes.
        rank: its place in the legend, from 0.
        name: what the legend shows; None if another trace stands there for it.
    """
    chosen = np.flatnonzero(curve.episode >= first)
    chosen = chosen[thin(len(chosen), MAX_POINTS)]
    mean, std = curve.mean[chosen].round(4), curve.std[chosen].round(4)
    data = view | {"x": curve.episode[chosen], "y": std if deviation else mean, "mode": "lines"}
    data |= {"legendgroup": curve.label}
    ours = curve.label == OURS
    words = "± %{y:.3f}" if deviation else "%{y:.3f} ± %{customdata:.3f}"
    drawn = go.Scatter(
        data,
        customdata=std,
        line=line,
        name=f"<b>{name or curve.name}</b>" if ours else name or curve.name,
        legendrank=1_000 + rank,
        showlegend=name is not None,
        hovertemplate=f"{curve.called}<br>episode %{{x:,}}: {words}<extra></extra>",
    )
    return [go.Scatter(data, line=casing(line), hoverinfo="skip", showlegend=False), drawn] if ours else [drawn]


def draw_seeds(frame: pd.DataFrame, view: Spec, first: int, *, deviation: bool = False) -> list[go.Scatter]:
    """Each seed of the search, thin."""
    traces = []
    for seed, run in frame[(frame["label"] == OURS) & (frame["episode"] >= first)].groupby("seed"):
        run = run.sort_values("episode").iloc[thin(len(run), MAX_POINTS)]
        hover = f"{OURS}, seed {seed}<br>episode %{{x:,}}: %{{y:.3f}}<extra></extra>"
        traces.append(
            go.Scatter(
                view,
                x=run["episode"],
                y=run["moving_std" if deviation else "moving_mean"].astype(float).round(4),
                mode="lines",
                line={"color": INK, "width": 0.9},
                legendgroup=OURS,
                showlegend=False,
                hovertemplate=hover,
            )
        )
    return traces


def _lay_out(figure: go.Figure, enlarged: pd.DataFrame, title: str | None, start: int, last: int, window: int) -> None:
    """Axes, the frame around what is enlarged, the legend."""
    (low, high), deviations = (value_range(enlarged[name]) for name in ("moving_mean", "moving_std"))
    frame = {"type": "rect", "line": {"color": INSET_COLOUR, "width": 1.4}, "fillcolor": CLEAR}
    figure.add_shape(frame | {"x0": start, "x1": last, "y0": low, "y1": high, "xref": "x", "yref": "y"})
    figure.add_shape(frame | {"x0": 0, "x1": 1, "y0": 0, "y1": 1, "xref": "x2 domain", "yref": "y2 domain"})
    lay_out_lines(figure, 480, title)
    right = {"domain": [0.66, 1], "range": [start, last], "tickformat": ",", "nticks": 4}
    figure.update_layout(
        xaxis=axis(title="episode", domain=[0, 0.58], range=[0, last * 1.01], tickformat=",", nticks=6),
        yaxis=axis(title=f"mean return of the last {window:,} episodes", range=GRID_RANGE),
        xaxis2=axis(anchor="y2", showticklabels=False, **right),
        yaxis2=axis(domain=[0.42, 1], range=[low, high], anchor="x2"),
        xaxis3=axis(title=f"the last {last - start:,} episodes", anchor="y3", matches="x2", **right),
        yaxis3=axis(domain=[0, 0.32], range=deviations, anchor="x3", nticks=4),
    )
    place = {"x": 0.66, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    for height, words in ((1, "enlarged"), (0.32, "standard deviation")):
        figure.add_annotation(place | {"y": height, "text": words, "font": {"size": 12}})


def _rewards_range(values: pd.Series) -> list[float]:
    """MiniGrid's, 0 to 1, or where returns leave it, what holds all of them."""
    low, high = float(values.min()), float(values.max())
    inside = low >= GRID_RANGE[0] and high <= GRID_RANGE[1]
    return GRID_RANGE if inside else value_range(pd.Series([min(low, 0.0), max(high, 0.0)]))


def value_range(values: pd.Series) -> list[float]:
    """All of them, with a little room."""
    low, high = float(values.min()), float(values.max())
    room = max(0.08 * (high - low), 0.005)
    return [low - room, high + room]
