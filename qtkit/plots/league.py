"""How searches do in the league: regret against what was spent, a line a search; and how merits are spread."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb

from qtkit.checks import check_columns
from qtkit.circuits.look import ROTATION_COLOURS
from qtkit.names import OURS
from qtkit.plots.accuracy import lay_out_lines
from qtkit.plots.bands import fill_between
from qtkit.plots.models import OURS_COLOUR, casing
from qtkit.plots.style import MIXED_COLOUR, Spec, axis

CURVES = ("search", "task", "cost", "regret", "low", "high", "trials")
MERITS = ("architecture", "start", "entangler", "rotation", "depth", "merit")
"""The columns that the two tables must have."""

LEAST_WIDTH = 320
"""In pixels: a telephone is enough."""

DASHES = {OURS: "solid", "random": "dash", "halving": "dot", "evolution": "dashdot"}
COLOURS = {OURS: OURS_COLOUR, "random": "#8C8C8C", "halving": "#56B4E9", "evolution": "#E69F00"}
"""Of the searches that are known, in every figure; one's own take the others of `OWN` in turn."""

OWN = ("#009E73", "#D55E00", "#0072B2")


def regret_figure(curves: pd.DataFrame, *, title: str | None = None) -> go.Figure:
    """Mean regret against evaluations, a line a search with a band of its bounds; low and left is good.

    Arguments:
        curves: `search`, `task`, `cost`, `regret`, `low`, `high`, `trials`, as `qtkit.league.regret_curves` gives it,
            of one task.

    Raises:
        ValueError: if a column is missing, there is no row, or there are several tasks.
    """
    check_columns(curves, list(CURVES))
    if curves.empty:
        raise ValueError("the table has no row: nothing to show")
    if curves["task"].nunique() > 1:
        raise ValueError(f"a figure shows one task, got {', '.join(sorted(set(curves['task'])))}")
    figure = go.Figure()
    names = [name for name in dict.fromkeys(curves["search"]) if name not in COLOURS]
    for name, own in curves.groupby("search", sort=False):
        part = own.sort_values("cost")
        colour = COLOURS.get(str(name)) or OWN[names.index(name) % len(OWN)]
        line = {"color": colour, "width": 3.2 if name == OURS else 2.2, "dash": DASHES.get(str(name), "longdash")}
        red, green, blue = hex_to_rgb(colour)
        low, high, pale = part["low"].round(6), part["high"].round(6), f"rgba({red},{green},{blue},0.18)"
        figure.add_trace(fill_between(part["cost"], low, high, pale, legendgroup=str(name)))
        if name == OURS:
            figure.add_trace(_edge(part, line))
        figure.add_trace(
            go.Scatter(
                x=part["cost"],
                y=part["regret"].round(6),
                customdata=part["trials"],
                mode="lines+markers" if len(part) < 20 else "lines",
                line=line,
                marker={"size": 7},
                name=str(name),
                legendgroup=str(name),
                hovertemplate=f"{name}, %{{x:.3g}} evaluations: %{{y:.4f}}, mean of %{{customdata}}<extra></extra>",
            )
        )
    lay_out_lines(figure, 380, title or str(curves["task"].iloc[0]))
    legend = {"x": 1, "xanchor": "right", "y": 1, "bgcolor": "rgba(128,128,128,0.08)"}
    figure.update_layout(legend=legend, meta={"least_width": LEAST_WIDTH})
    figure.update_xaxes(axis(title="evaluations: trainings to the end", rangemode="tozero"))
    figure.update_yaxes(axis(title="mean regret", rangemode="tozero", nticks=6))
    return figure


def _edge(part: pd.DataFrame, line: Spec) -> go.Scatter:
    """The light edge of a black line, for dark pages."""
    light = {"mode": "lines", "line": casing(line), "hoverinfo": "skip", "showlegend": False, "legendgroup": OURS}
    return go.Scatter(x=part["cost"], y=part["regret"], **light)


def merit_figure(table: pd.DataFrame, *, unit: str = "merit", title: str | None = None) -> go.Figure:
    """Every circuit by its merit, best at the left; a mark for the mean over seeds, a thin line from lowest to highest.

    Colour is the rotation, a filled mark has Hadamards, its size is the depth; the name is where the pointer is.

    Arguments:
        table: `architecture`, `start`, `entangler`, `rotation`, `depth`, `merit`, a row a seed, as
            `qtkit.league.table` gives it, of one task.
        unit: of the merit, in words.

    Raises:
        ValueError: if a column is missing, or there is no row.
    """
    check_columns(table, list(MERITS))
    if table.empty:
        raise ValueError("the table has no row: nothing to show")
    choices = list(MERITS[:-1])
    means = table.groupby(choices, sort=False)["merit"].agg(["mean", "min", "max"]).reset_index()
    means = means.sort_values("mean", ascending=False, ignore_index=True)
    means["rank"] = means.index + 1
    figure = go.Figure()
    for (rotation, start), part in means.groupby(["rotation", "start"]):
        colour = ROTATION_COLOURS.get(str(rotation).lower(), MIXED_COLOUR)
        figure.add_trace(
            go.Scatter(
                x=part["rank"],
                y=part["mean"],
                customdata=part["architecture"],
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": part["max"] - part["mean"],
                    "arrayminus": part["mean"] - part["min"],
                    "thickness": 0.8,
                    "width": 0,
                },
                mode="markers",
                marker={
                    "color": colour,
                    "symbol": "circle" if start == "H" else "circle-open",
                    "size": [5 + 2 * level for level in _levels(part["depth"])],
                    "line": {"width": 1.2, "color": colour},
                },
                name=f"{'H, ' if start == 'H' else ''}{rotation}",
                hovertemplate="%{customdata}<br>rank %{x}: %{y:.4f}<extra></extra>",
            )
        )
    lay_out_lines(figure, 400, title)
    legend = {"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"}
    figure.update_layout(legend=legend, margin_b=84, meta={"least_width": LEAST_WIDTH})
    figure.update_xaxes(axis(title="rank", range=[0, len(means) + 1]))
    figure.update_yaxes(axis(title=unit, nticks=6))
    return figure


def _levels(depths: pd.Series) -> list[int]:
    """Which of the depths each is, the least first."""
    order = sorted(set(depths))
    return [order.index(depth) for depth in depths]
