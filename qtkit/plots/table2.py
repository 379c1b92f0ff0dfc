"""Table II as a picture: our median over the seeds beside the paper's number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from qtkit.checks import check_columns
from qtkit.names import OURS
from qtkit.plots.style import FONT, LEAST_WITH_LEGEND, axis, base_layout

SCALE = ((0.0, "#7FB3D5"), (0.5, "#E3E8E2"), (1.0, "#F7D98B"))
"""Light throughout, so that one dark ink can be read on every cell; blue and yellow, for all kinds of eyes."""


def table2_figure(summary: pd.DataFrame) -> go.Figure:
    """A heat map, a row a model and a column a series: blue is low.

    In each cell: our median, the range over the seeds, and the paper's number with the share of our seeds below it; of
    a ruler its error. The colour compares within a column: from the lowest median of a model (blue, as whatever is
    below it) to ten times that and above.

    Arguments:
        summary: as `qtkit.claims.table2.summary` gives it, or `qtkit.claims.rulers.beside` with rows that have no rank.

    Raises:
        ValueError: if a column is missing, or there is no row.
    """
    check_columns(summary, ["dataset", "model", "seeds", "median", "low", "high", "paper", "below", "rank"])
    if summary.empty:
        raise ValueError("the table has no row: nothing to show")
    if bare := set(summary["dataset"]) - set(summary.loc[summary["rank"].notna(), "dataset"]):
        raise ValueError(f"{min(bare)} has rulers only: no model to compare them with")
    datasets = list(dict.fromkeys(summary["dataset"]))
    models = list(dict.fromkeys(summary.sort_values("rank", key=pd.isna, kind="stable")["model"]))  # rulers last
    colours, texts, hovers = _cells(summary, models, datasets)
    rulers = set(models) - set(summary.loc[summary["rank"].notna(), "model"])
    names = [f"<b>{OURS}</b>" if model == OURS else f"<i>{model}</i>" if model in rulers else model for model in models]
    heat = go.Heatmap(
        z=colours,
        x=datasets,
        y=names,
        text=texts,
        customdata=hovers,
        texttemplate="%{text}",
        textfont={"size": 11, "family": FONT, "color": "#1A1A1A"},
        hovertemplate="%{customdata}<extra></extra>",
        colorscale=SCALE,
        zmin=0,
        zmax=1,
        xgap=2,
        ygap=2,
        colorbar={
            "title": {"text": "× the best<br>model's"},
            "tickvals": [0, np.log10(2), np.log10(5), 1],
            "ticktext": ["1", "2", "5", "10 +"],
            "thickness": 12,
        },
    )
    figure = go.Figure(heat, base_layout(90 + 58 * len(models)))
    figure.update_xaxes(axis(side="top", showgrid=False))
    figure.update_yaxes(axis(autorange="reversed", showgrid=False))
    figure.add_annotation(
        text="our median (★ the lowest), range over the seeds, the paper's number · how many of our seeds are below it",
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        yshift=-8,
        showarrow=False,
        font={"size": 12},
    )
    figure.update_layout(
        margin={"l": 150 if rulers else 80, "t": 40, "r": 20, "b": 34}, meta={"least_width": LEAST_WITH_LEGEND}
    )
    return figure


def _cells(
    summary: pd.DataFrame, models: list[str], datasets: list[str]
) -> tuple[np.ndarray, list[list[str]], list[list[str]]]:
    """Colours, texts, and words under the pointer, `(models, datasets)` each; NaN and nothing where there is no row."""
    colours = np.full((len(models), len(datasets)), np.nan)
    texts = [[""] * len(datasets) for _ in models]
    hovers = [[""] * len(datasets) for _ in models]
    best = summary[summary["rank"].notna()].groupby("dataset")["median"].min()
    for cell in summary.itertuples():
        row, column = models.index(cell.model), datasets.index(cell.dataset)
        colours[row, column] = np.clip(np.log10(cell.median / best[cell.dataset]), 0, 1)
        if pd.isna(cell.rank):
            texts[row][column] = f"<b>{_short(cell.median)}</b>"
            hovers[row][column] = f"{cell.model}, {cell.dataset}: a ruler, not ranked"
            continue
        texts[row][column] = (
            f"<b>{_short(cell.median)}</b>{' ★' if cell.rank == 1 else ''}<br>"
            f"{_short(cell.low)} – {_short(cell.high)}<br>paper {_short(cell.paper)} · {cell.below}/{cell.seeds}"
        )
        hovers[row][column] = f"{cell.model}, {cell.dataset}: rank {cell.rank:g}, {cell.seeds} seeds"
    return colours, texts, hovers


def _short(value: float) -> str:
    """Such as `5.2e-4`."""
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"
