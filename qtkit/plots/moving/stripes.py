"""`move_stripes`: the mapping draws stripes, a bit of the index at a time; only a circuit that moves breaks them."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import torch

from qtkit.analysis.states import random_angles
from qtkit.circuits.ansatz import CANDIDATES
from qtkit.generator.mapping.reading import Reading
from qtkit.plots.moving.frames import Frame, hide_axes, moving_figure
from qtkit.plots.style import INK
from qtkit.simulation import probabilities

SIDE = 16
"""The picture has `SIDE` × `SIDE` weights: eight qubits, the first four bits of the index downwards."""

LAST = {
    1: "config 1, and 3, 4, 6: P is uniform, nothing new",
    9: "config 9, and 12: P is one basis state; one weight leaves, the others move alike",
    5: "config 5: P depends on Θ and breaks the stripes",
}
"""The candidates shown last, by their number, and what is said of each."""


def move_stripes(seed: int = 0) -> go.Figure:
    """256 weights that the mapping of equation 4 writes, shown 2ⁿP - 1: bit after bit, then with three circuits."""
    n = 2 * (SIDE.bit_length() - 1)
    draws = np.random.default_rng(seed)
    bits = (np.arange(2**n)[:, None] >> np.arange(n)[::-1]) & 1  # (256, 8), wire 0 first
    slopes = draws.choice([-1.0, 1.0], n) * np.linspace(1.0, 0.3, n)
    weights = np.full(2**n, 0.0)
    frames = [("the bias: all weights alike", weights)]
    for wire in range(n):
        weights = weights + slopes[wire] * (bits[:, wire] - 0.5)
        frames.append((f"+ a number times bit {wire} of the index", weights))
    reading = Reading("scaled", n)
    angles = torch.as_tensor(random_angles(n, 2, 1, seed=seed))[0]
    for config, words in LAST.items():
        seen = reading.seen(probabilities(CANDIDATES[config - 1], angles).numpy())
        frames.append((words, weights + 0.5 * np.clip(seen, -1, 4)))
    shown = [Frame(words, [{"z": np.round(each.reshape(SIDE, SIDE), 3).tolist()}]) for words, each in frames]
    heat = {
        "type": "heatmap",
        "z": shown[0].traces[0]["z"],
        "colorscale": "Cividis",
        "zmin": -3.5,
        "zmax": 3.5,
        "xgap": 1,
        "ygap": 1,
        "colorbar": {"title": {"text": "κ"}, "thickness": 12, "tickfont": {"color": INK}},
        "hovertemplate": "weight %{z}<extra></extra>",
    }
    figure = moving_figure([], [heat], shown, height=480, duration=900, redraw=True)
    hide_axes(figure, x=[-0.5, SIDE - 0.5], y=[SIDE - 0.5, -0.5], square=True)
    return figure
