"""What the paper leaves open as a picture: each way to choose beside the printed errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from qtkit.checks import check_columns
from qtkit.plots.style import FONT, axis, base_layout, figure_title


def left_open_figure(
    summary: pd.DataFrame, names: Sequence[str], printed: Mapping[str, float], *, title: str | None = None
) -> go.Figure:
    """A heat map, a row a way to choose and a column a series: blue is below the printed error, red above.

    In each cell: the median test error. The colour is its ratio to the printed one, from a tenth to ten times.

    Arguments:
        summary: a column of medians a series, and `below`, as `qtkit.claims.left_open.summary` gives it; the first row
            is drawn on top.
        names: the rows in words.
        printed: by series, what the medians are held against.

    Raises:
        ValueError: if a column is missing, there is no row, or rows and names differ in number.
    """
    check_columns(summary, [*printed, "below", "seeds"])
    if summary.empty:
        raise ValueError("the table has no row: nothing to show")
    if len(names) != len(summary):
        raise ValueError(f"{len(names)} names for {len(summary)} rows")
    medians = summary[list(printed)].to_numpy(dtype=float)  # (rows, series)
    ratios = np.log10(medians / np.array(list(printed.values())))
    texts = [["" if np.isnan(value) else f"{value:.1e}".replace("e-0", "e-") for value in row] for row in medians]
    rows = [
        f"{name}  <b>{below}</b> of {len(printed)}"
        for name, below in zip(names, summary["below"].tolist(), strict=True)
    ]
    heat = go.Heatmap(
        z=np.clip(ratios, -1, 1),
        x=[f"{name}<br>{value:.1e}".replace("e-0", "e-") for name, value in printed.items()],
        y=rows,
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 11, "family": FONT},
        customdata=np.broadcast_to(summary["seeds"].to_numpy()[:, None], ratios.shape),
        hovertemplate="%{y}<br>%{x}: %{text}, at least %{customdata} seeds<extra></extra>",
        colorscale="RdBu",
        reversescale=True,
        zmin=-1,
        zmax=1,
        xgap=2,
        ygap=2,
        hoverongaps=False,
        colorbar={
            "title": {"text": "× the<br>printed"},
            "tickvals": [-1, 0, 1],
            "ticktext": ["0.1 –", "1", "10 +"],
            "thickness": 12,
        },
    )
    figure = go.Figure(heat, base_layout(max(280, 110 + 26 * len(rows))))
    figure.update_xaxes(axis(side="top", showgrid=False))
    figure.update_yaxes(axis(autorange="reversed", showgrid=False, automargin=True))
    lines = (title or "").count("<br>")
    figure.update_layout(
        title=figure_title(title),
        margin={"l": 60, "t": 84 + 20 * lines if title else 48, "r": 20, "b": 20},
    )
    return figure
