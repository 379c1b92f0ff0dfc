"""Loss and accuracy over the steps, and runs compared over their seeds."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.checks import check_columns
from qtkit.names import CONTROLS, OURS, PAPER_MODELS, counted
from qtkit.plots.bands import fill_between
from qtkit.plots.labels import spread
from qtkit.plots.models import casing, model_styles
from qtkit.plots.style import FONT, INK, MIXED_COLOUR, TEST_COLOUR, TRAIN_COLOUR, Spec, axis, base_layout

MAX_POINTS = 400
"""Points drawn of one line: about one a pixel, however long the run."""

RUN_COLOURS = (MIXED_COLOUR, "#E69F00", "#56B4E9", "#0072B2", "#009E73", "#D55E00")
"""Of groups of runs that are compared and are none of the paper's models, in turn; the rotations' colours come last."""


def thin(n: int, limit: int = MAX_POINTS) -> list[int]:
    """At most `limit` indices out of `0..n-1`, evenly spread, the first and the last among them."""
    if n <= limit:
        return list(range(n))
    return [round(i * (n - 1) / (limit - 1)) for i in range(limit)]


def curve_style(which: str) -> Spec:
    """One curve without its data: `"batch"` (the loss of each batch), `"train"` or `"test"`."""
    colour = TEST_COLOUR if which == "test" else TRAIN_COLOUR
    line = {"color": colour, "width": {"batch": 1.0, "train": 1.6, "test": 2.4}[which]}
    if which == "train":
        line["dash"] = "dot"
    return {
        "type": "scatter",
        "mode": "lines" if which == "batch" else "lines+markers",
        "name": which,
        "opacity": 0.55 if which == "batch" else 1.0,
        "line": line,
        "marker": {"size": 6 if which == "test" else 5, "color": colour},
        "hovertemplate": f"{which}: %{{y:.4g}}<br>step %{{x}}<extra></extra>",
    }


def colour_name(which: str) -> str:
    """A curve's name in its colour, for headings: the legend where the eye is."""
    colour = TEST_COLOUR if which == "test" else TRAIN_COLOUR
    return f"<span style='color:{colour}'><b>{which}</b></span>"


def training_curves(frame: pd.DataFrame) -> go.Figure:
    """Loss (logarithmic) and accuracy of one run, side by side.

    Arguments:
        frame: a row a record, with the columns of `qtkit.records.frame`: `step`, `loss`, `train_loss`, `test_loss`,
            `train_accuracy`, `test_accuracy`.

    Raises:
        ValueError: if a column is missing.
    """
    needed = ["step", "loss", *(f"{part}_{what}" for part in ("train", "test") for what in ("loss", "accuracy"))]
    check_columns(frame, needed)
    figure = make_subplots(
        1,
        2,
        horizontal_spacing=0.12,
        subplot_titles=[f"{w}: {colour_name('train')} {colour_name('test')}" for w in _WHAT],
    )
    steps = frame.iloc[thin(len(frame))]
    figure.add_trace(curve_style("batch") | {"x": steps["step"], "y": steps["loss"]}, 1, 1)
    for column, what in enumerate(_WHAT, start=1):
        for part in ("train", "test"):
            known = frame.dropna(subset=f"{part}_{what}")
            figure.add_trace(curve_style(part) | {"x": known["step"], "y": known[f"{part}_{what}"]}, 1, column)
    figure.update_layout(base_layout(280))
    figure.update_xaxes(axis(title="step"))
    figure.update_yaxes(axis())
    figure.update_yaxes(type="log", row=1, col=1)
    return figure


_WHAT = ("loss", "accuracy")


def compare_runs(
    frame: pd.DataFrame, *, by: str = "label", value: str = "test_accuracy", x: str = "epoch", title: str | None = None
) -> go.Figure:
    """Several runs over their seeds: the median as a line, from the lowest to the highest seed as a band.

    The paper's models and their controls look as they do in all figures, other groups have colours in turn.

    Arguments:
        frame: a row a run and epoch, with the columns `by`, `seed`, `x` and `value`; rows without a value are left out.
        by: what tells the groups apart.

    Raises:
        ValueError: if a column is missing, no row has a value, or a seed of a group has two values at the same `x`.
    """
    check_columns(frame, [by, "seed", x, value])
    frame = frame.dropna(subset=value).drop_duplicates([by, "seed", x, value])  # runs that differ in what they record
    if frame.empty:
        raise ValueError(f"no row has a {value!r}: nothing to compare")
    again = frame[frame.duplicated([by, "seed", x])]
    if len(again):
        label, seed = again.iloc[0][[by, "seed"]]
        raise ValueError(f"{label} has seed {seed} more than once: choose the runs of one setting")
    figure = go.Figure(layout=base_layout(360))
    figure.update_layout(margin_t=36, title={"text": title, "font": {"size": 14, "family": FONT}})
    ends = []
    lines = _lines([str(label) for label in frame[by].unique()])
    for label, runs in frame.groupby(by, sort=False):
        line = lines[str(label)]
        colour = line["color"]
        over_seeds = runs.groupby(x)[value].agg(["min", "median", "max"])
        seeds = runs["seed"].nunique()
        figure.add_trace(fill_between(over_seeds.index, over_seeds["min"], over_seeds["max"], colour, 0.22))
        median = over_seeds["median"]
        if label == OURS:  # black: a light edge keeps it visible on a dark page
            edge = {"mode": "lines", "line": casing(line), "hoverinfo": "skip"}
            figure.add_trace(go.Scatter(x=list(median.index), y=median.to_numpy(), **edge))
        figure.add_trace(
            go.Scatter(
                x=list(median.index),
                y=median.to_numpy(),
                mode="lines+markers",
                line=line,
                name=str(label),
                hovertemplate=f"{label}, median of {seeds} seeds<br>{x} %{{x}}: %{{y:.4f}}<extra></extra>",
            )
        )
        named = f"{label} ({counted(seeds, 'seed')})"
        ends.append((float(median.iloc[-1]), named, INK if label == OURS else colour))
    _write_ends(figure, frame, value, ends)
    longest = max(len(text) for _, text, _ in ends)
    figure.update_layout(margin_r=min(max(170, 7 * longest), 340))  # in pixels: room for the names
    figure.update_xaxes(axis(title=x))
    figure.update_yaxes(axis(title=value.replace("_", " ")))
    return figure


def _lines(labels: Sequence[str]) -> dict[str, Spec]:
    """The `line` of each group."""
    others = [label for label in labels if label not in (*PAPER_MODELS, *CONTROLS)]
    lines = model_styles([label for label in labels if label not in others])
    for number, label in enumerate(others):
        dash = "solid" if number < len(RUN_COLOURS) else "dash"
        lines[label] = {"color": RUN_COLOURS[number % len(RUN_COLOURS)], "width": 2.4, "dash": dash}
    return lines


def _write_ends(figure: go.Figure, frame: pd.DataFrame, value: str, ends: Sequence[tuple[float, str, str]]) -> None:
    """The groups' names at the right of the plot, in their colours, kept apart."""
    ordered = sorted(ends)
    gap = 0.07 * max(float(frame[value].max() - frame[value].min()), 1e-6)
    for height, (_, text, colour) in zip(spread([end[0] for end in ordered], gap), ordered, strict=True):
        figure.add_annotation(
            x=1.01, xref="paper", y=height, xanchor="left", showarrow=False, text=text, font={"color": colour}
        )


def each_once(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Rows of which no run repeats another's: equal ones differ in nothing that their model has."""
    if "run" not in rows:
        return rows
    return rows[~rows.duplicated(list(columns)) | rows.duplicated([*columns, "run"])]  # a run twice is a mistake
