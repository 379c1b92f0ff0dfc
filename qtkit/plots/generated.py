"""The generated weights of a network: their histogram, and the first layer as pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import torch

from qtkit.plots.style import HISTOGRAM_COLOUR, Spec, axis, base_layout

if TYPE_CHECKING:
    from torch import nn

N_BINS = 60
_UNITS = 8  # of the first layer, shown as pictures in two rows


@dataclass(frozen=True)
class GeneratedWeights:
    """What is drawn of a network's weights: small arrays, whatever the network's size."""

    n_weights: int
    centres: np.ndarray  # (N_BINS,)
    counts: np.ndarray  # (N_BINS,)
    layer: np.ndarray  # (rows, columns), NaN between the units
    limit: tuple[float, float]  # colour scale of the layer
    layer_text: str  # what the picture shows


def generated_weights(model: nn.Module) -> GeneratedWeights:
    """Summarise the weights of `model`: generated ones if it generates, else its own parameters.

    The histogram spans the central 99.9 % of the weights, the rest falls into its end bins: one far weight, such as
    the one of basis state 0, would squeeze all others into one bin. The picture's colours span the central 98 %.
    """
    with torch.no_grad():
        generate = getattr(model, "generate", None)
        named = dict(model.named_parameters()) if generate is None else generate()
        tensors = [tensor.detach().float().cpu() for tensor in named.values()]
    every = torch.cat([tensor.reshape(-1) for tensor in tensors]).numpy()
    low, high = np.quantile(every, [0.0005, 0.9995])
    if not high > low:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(np.clip(every, low, high), bins=N_BINS, range=(low, high))
    first = next((tensor.numpy() for tensor in tensors if tensor.ndim >= 2), every[None, :])
    layer, text = _pictures(first)
    dark, bright = np.nanquantile(layer, [0.01, 0.99])
    limit = float(dark), float(bright)
    return GeneratedWeights(len(every), (edges[1:] + edges[:-1]) / 2, counts, layer, limit, text)


def _pictures(layer: np.ndarray) -> tuple[np.ndarray, str]:
    """A layer `(outputs, inputs)`, or a convolution's `(outputs, channels, ...)`, as one image, and what it shows.

    If the inputs form a square picture (784 = 28 x 28), or a convolution has one channel, the first units stand side by
    side as such pictures, otherwise the matrix itself is shown, thinned to at most 128 rows and columns.
    """
    matrix = layer.reshape(len(layer), -1)
    outputs, inputs = matrix.shape
    side = math.isqrt(inputs)
    square = layer.shape[1:] == (1, side, side) or (layer.ndim == 2 and side * side == inputs and side >= 8)
    if not square or outputs < 2:
        return matrix[:: -(-outputs // 128), :: -(-inputs // 128)].astype(np.float32), f"{outputs} × {inputs}"
    units = min(_UNITS, outputs)
    columns = -(-units // 2)
    image = np.full((2 * side + 1, columns * (side + 1) - 1), np.nan, dtype=np.float32)
    for unit in range(units):
        top, left = (unit // columns) * (side + 1), (unit % columns) * (side + 1)
        image[top : top + side, left : left + side] = matrix[unit].reshape(side, side)
    return image, f"{units} of {outputs} units, {side} × {side} pixels each"


def histogram_style() -> Spec:
    """The histogram without its data."""
    return {
        "type": "bar",
        "marker": {"color": HISTOGRAM_COLOUR, "line": {"width": 0}},
        "hovertemplate": "κ ≈ %{x:.3f}: %{y} weights<extra></extra>",
    }


def histogram_data(weights: GeneratedWeights) -> Spec:
    """The histogram's data."""
    centres = weights.centres
    return {"x": centres, "y": weights.counts, "width": float(centres[1] - centres[0])}


def known_histogram(weights: GeneratedWeights | None) -> Spec:
    """The histogram's data; none as long as no weights are known."""
    return {"x": [], "y": [], "width": None} if weights is None else histogram_data(weights)


def layer_style() -> Spec:
    """The first layer without its data."""
    return {
        "type": "heatmap",
        "colorscale": "Cividis",
        "showscale": False,
        "hoverongaps": False,
        "hovertemplate": "κ = %{z:.4f}<extra></extra>",
    }


def layer_data(weights: GeneratedWeights) -> Spec:
    """The first layer's data; row 0 of the image is its top row."""
    # To the browser it goes as JSON, where a gap is null; numbers of five digits are sent sooner.
    rounded = weights.layer[::-1].astype(float).round(5)
    rows = rounded.astype(object)
    rows[np.isnan(rounded)] = None
    return {"z": rows, "zmin": weights.limit[0], "zmax": weights.limit[1]}


def weight_histogram(model: nn.Module) -> go.Figure:
    """All generated weights of a model, counted by their value."""
    weights = generated_weights(model)
    figure = go.Figure([histogram_style() | histogram_data(weights)], base_layout(240))
    figure.update_layout(bargap=0)
    figure.update_xaxes(axis(title=f"generated weights κ ({weights.n_weights:,})", showgrid=False))
    figure.update_yaxes(axis(title="count"))
    return figure


def first_layer(model: nn.Module) -> go.Figure:
    """The first layer's weights as pictures, cividis from the 1st to the 99th percentile."""
    weights = generated_weights(model)
    figure = go.Figure([layer_style() | layer_data(weights)], base_layout(280))
    figure.update_xaxes(axis(title=f"first layer: {weights.layer_text}", visible=True, showticklabels=False))
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(axis(visible=False, scaleanchor="x", constrain="domain"))
    return figure
