"""Does a search choose well: each circuit's share of the weights against its merit alone, and how early they agree."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.checks import check_columns
from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.style import FONT, INK, Spec, axis, base_layout, candidate_style

ROW = 250
"""Height of a search's row."""

POINTS = ("search", "unit", "seed", "circuit", "ansatz", "share", "merit")
AGREEMENT = ("search", "seed", "progress", "clock", "tau")
"""The columns that the two tables must have."""


def choosing_figure(points: pd.DataFrame, agreement: pd.DataFrame) -> go.Figure:
    """A row a search: at the left a point a circuit and seed, at the right Kendall's τ over the training.

    Colour is the rotation, a filled mark has Hadamards; a circle is the brick, a square the ring, a diamond a pattern
    of one's own. A circuit's name stands at its medians. A search that chooses well rises at the left, and comes near 1
    at the right, where thin lines are seeds and the thick one is their median.

    Arguments:
        points: `search` (its title), `unit` of the merit, `seed`, `circuit` (its name), `ansatz`, `share` at the end,
            `merit` alone.
        agreement: `search`, `seed`, `progress` from 0 to 1, `clock` (the epoch or episode), `tau`.

    Raises:
        ValueError: if a column is missing, or there is no row.
    """
    check_columns(points, list(POINTS))
    check_columns(agreement, list(AGREEMENT))
    searches = list(dict.fromkeys(points["search"]))
    if not searches:
        raise ValueError("no search has a point: nothing to show")
    count = len(searches)
    figure = make_subplots(
        count, 2, column_widths=[0.6, 0.4], horizontal_spacing=0.1, vertical_spacing=min(0.4, 80 / (ROW * count))
    )
    for row, search in enumerate(searches, start=1):
        own = points[points["search"] == search]
        for circuit, part in own.groupby("circuit", sort=False):
            figure.add_traces(_marks(str(circuit), part), rows=row, cols=1)
        for trace in _lines(agreement[agreement["search"] == search]):
            figure.add_trace(trace, row=row, col=2)
        figure.update_xaxes(axis(title="share of the weights", rangemode="tozero"), row=row, col=1)
        figure.update_yaxes(axis(title=own["unit"].iloc[0], nticks=6), row=row, col=1)
        figure.update_xaxes(axis(title="part of the training", range=[0, 1]), row=row, col=2)
        figure.update_yaxes(axis(title="τ", range=[-1.05, 1.05], zeroline=True, dtick=0.5), row=row, col=2)
        _name(figure, row, search)
    figure.update_layout(base_layout(60 + ROW * count) | {"margin": {"l": 64, "r": 20, "t": 40, "b": 44}})
    return figure


def _marks(name: str, part: pd.DataFrame) -> list[go.Scatter]:
    """A circuit's seeds, and its name at their medians."""
    ansatz: Ansatz = part["ansatz"].iloc[0]
    style = candidate_style(ansatz)
    words = {"ent": "circle", "cyc": "square"}
    symbol = words.get(ansatz.entangler, "diamond") if isinstance(ansatz.entangler, str) else "diamond"
    mark = {"color": style.colour, "size": 9, "symbol": symbol if ansatz.hadamard else f"{symbol}-open"}
    hover = f"{name}: {ansatz.label}<br>seed %{{customdata}}: share %{{x:.3f}}, alone %{{y:.4g}}<extra></extra>"
    marks = go.Scatter(
        x=part["share"].to_numpy(),
        y=part["merit"].to_numpy(),
        customdata=part["seed"].to_numpy(),
        mode="markers",
        marker={**mark, "opacity": 0.75, "line": {"width": 1.5, "color": style.colour}},
        hovertemplate=hover,
    )
    label = go.Scatter(
        x=[part["share"].median()],
        y=[part["merit"].median()],
        mode="text",
        text=[f"<b>{name}</b>"],
        textposition="top center",
        textfont={"size": 12, "color": INK},
        cliponaxis=False,
        hoverinfo="skip",
    )
    return [marks, label]


def _lines(agreement: pd.DataFrame) -> list[go.Scatter]:
    """A thin line a seed, and the median of those at each time."""
    table = agreement.pivot_table(index=["progress", "clock"], columns="seed", values="tau")
    progress, clock = (table.index.get_level_values(name).to_numpy() for name in ("progress", "clock"))
    hover = "%{customdata:,}: τ %{y:.2f}<extra></extra>"

    def line(values: pd.Series, words: str, style: Spec) -> go.Scatter:
        return go.Scatter(
            x=progress, y=values.to_numpy(), customdata=clock, mode="lines", line=style, hovertemplate=words + hover
        )

    thin = [line(table[seed], f"seed {seed}, ", {"color": INK, "width": 0.9}) for seed in table]
    return [*thin, line(table.median(axis=1), "median, ", {"color": "#D55E00", "width": 2.6})]


def _name(figure: go.Figure, row: int, search: str) -> None:
    """The search's title above its row."""
    figure.add_annotation(
        text=f"<b>{search}</b>",
        x=0,
        y=1,
        xref=f"x{2 * row - 1} domain" if row > 1 else "x domain",
        yref=f"y{2 * row - 1} domain" if row > 1 else "y domain",
        xanchor="left",
        yanchor="bottom",
        yshift=4,
        showarrow=False,
        font={"size": 13, "family": FONT},
    )
