"""What more layers give: test accuracy against depth, a line a reading of equation 4."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.checks import check_columns
from qtkit.plots.accuracy import lay_out_lines
from qtkit.plots.bands import fill_between
from qtkit.plots.curves import RUN_COLOURS
from qtkit.plots.style import INK, axis


def depth_curves(summary: pd.DataFrame, *, enough: int | None = None, title: str | None = None) -> go.Figure:
    """Test accuracy against the number of layers, a plot a pair of classes.

    A line is the median over the seeds, the band goes from the lowest to the highest; a depth with one seed has none.

    Arguments:
        summary: `pair`, `reading`, `depth`, `seeds`, `test_accuracy`, `low`, `high`, as `qtkit.claims.depth.summary`
            gives it.
        enough: a depth to mark.

    Raises:
        ValueError: if a column is missing, or there is no row.
    """
    check_columns(summary, ["pair", "reading", "depth", "seeds", "test_accuracy", "low", "high"])
    if summary.empty:
        raise ValueError("the table has no row: nothing to show")
    pairs, readings = (list(dict.fromkeys(summary[name])) for name in ("pair", "reading"))
    figure = make_subplots(1, len(pairs), subplot_titles=pairs, shared_yaxes=True, horizontal_spacing=0.04)
    shown: set[str] = set()
    for column, pair in enumerate(pairs, start=1):
        for number, reading in enumerate(readings):
            part = summary[(summary["pair"] == pair) & (summary["reading"] == reading)].sort_values("depth")
            if part.empty:
                continue
            colour, dash = RUN_COLOURS[number % len(RUN_COLOURS)], "solid" if number == 0 else "dash"
            low, high = part["low"].round(5), part["high"].round(5)
            figure.add_trace(fill_between(part["depth"], low, high, colour, 0.2, legendgroup=reading), 1, column)
            figure.add_trace(
                go.Scatter(
                    x=part["depth"],
                    y=part["test_accuracy"].round(5),
                    customdata=part["seeds"],
                    mode="lines+markers",
                    line={"color": colour, "width": 2.2, "dash": dash},
                    name=reading,
                    legendgroup=reading,
                    showlegend=reading not in shown,
                    hovertemplate=f"{reading}, L = %{{x}}: %{{y:.4f}}, median of %{{customdata}}<extra></extra>",
                ),
                1,
                column,
            )
            shown.add(reading)
        if enough:
            line = {"type": "line", "x0": enough, "x1": enough, "y0": 0, "y1": 1, "yref": "y domain"}
            figure.add_shape(line | {"line": {"color": INK, "dash": "dot", "width": 1.4}}, row=1, col=column)
    lay_out_lines(figure, 380, title)
    figure.update_layout(margin_t=figure.layout.margin.t + 24)
    figure.update_annotations(font_size=13)
    figure.update_xaxes(axis(title="layers L", range=[0.4, float(summary["depth"].max()) + 0.6]))
    figure.update_yaxes(axis())
    figure.update_yaxes(title="test accuracy", col=1)
    return figure
