"""How networks divide a plane: one map each, with the points they were to divide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import plotly.graph_objects as go
import torch
from torch import Tensor

from qtkit.plots.style import INK, base_layout

SIDES = ("#E69F00", "#0072B2")
"""Of the classes 0 and 1, as on the playground's page."""

_ACROSS = 60  # grid points of a map


def draw_boundaries(networks: Mapping[str, Callable[[Tensor], Tensor]], points: Tensor, classes: Tensor) -> go.Figure:
    """Where each network says 0 and where 1, beside each other, with the line between.

    Arguments:
        networks: from points `(B, 2)` to logits `(B, 1)`, by the words above their maps.
        points: `(B, 2)`, shown on every map.
        classes: of the points, 0 or 1: `(B,)` or `(B, 1)`.

    Raises:
        ValueError: without networks, or for other shapes.
    """
    if not networks:
        raise ValueError("there must be at least one network")
    if points.ndim != 2 or points.shape[1] != 2 or classes.numel() != len(points):
        raise ValueError(
            f"points (B, 2) and as many classes are expected, got {tuple(points.shape)} and {tuple(classes.shape)}"
        )
    place = points.numpy()
    low, high = place.min(axis=0) - 0.5, place.max(axis=0) + 0.5
    x, y = (np.linspace(low[k], high[k], _ACROSS) for k in (0, 1))
    grid = torch.from_numpy(np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)).to(points.dtype)  # (60 * 60, 2)
    figure = go.Figure(layout=base_layout(height=270))
    width = 1 / len(networks)
    for k, (words, network) in enumerate(networks.items()):
        axes = {"xaxis": f"x{k + 1}", "yaxis": f"y{k + 1}"}
        with torch.no_grad():
            chance = network(grid).sigmoid().reshape(_ACROSS, _ACROSS).numpy()
        figure.add_heatmap(
            x=x, y=y, z=chance.round(3), zmin=0, zmax=1, showscale=False, hoverinfo="skip", zsmooth="best",
            colorscale=[(0, "#F5CE80"), (0.5, "#F3F4F6"), (1, "#7FB8D8")], **axes,
        )  # fmt: skip
        figure.add_contour(
            x=x, y=y, z=chance.round(3), showscale=False, hoverinfo="skip", line={"color": "#1F2328", "width": 2},
            contours={"coloring": "none", "start": 0.5, "end": 0.5, "size": 1}, **axes,
        )  # fmt: skip
        for side, symbol in ((0, "circle"), (1, "diamond")):
            mine = place[classes.reshape(-1).numpy() == side]
            marker = {"color": SIDES[side], "size": 5, "symbol": symbol, "line": {"color": "white", "width": 0.5}}
            figure.add_scatter(x=mine[:, 0], y=mine[:, 1], mode="markers", marker=marker, hoverinfo="skip", **axes)
        shown = {"visible": False, "fixedrange": True}
        across = [k * width, (k + 1) * width - 0.02]
        figure.update_layout({f"xaxis{k + 1}": {**shown, "domain": across, "range": [low[0], high[0]]}})
        figure.update_layout(
            {f"yaxis{k + 1}": {**shown, "anchor": axes["xaxis"], "range": [low[1], high[1]], "domain": [0, 0.9]}}
        )
        figure.add_annotation(
            text=words, x=across[0], y=0.92, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            showarrow=False, font={"size": 12, "color": INK},
        )  # fmt: skip
    figure.update_layout(margin={"l": 4, "r": 4, "t": 8, "b": 8})
    return figure
