"""Figures 2 and 4 with real numbers, to hover over: a distribution and its weights, candidates and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import torch
from plotly.subplots import make_subplots

from qtkit.circuits.look import ROTATION_COLOURS
from qtkit.names import candidate_name
from qtkit.plots.style import INK, axis, base_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qtkit.generator.quantum_train import QuantumTrain

_ABOVE, _BELOW, _UNUSED = "#D55E00", "#0072B2", "#A9B6BF"
_COLUMNS = 3


def mapping_bars(model: QuantumTrain) -> go.Figure:
    """Figure 2: the probabilities of all 2ⁿ states, and below them the p weights that the mapping makes of them.

    Arguments:
        model: on few qubits; states beyond the first p have grey bars.
    """
    with torch.no_grad():
        probability, kappa = model.search().numpy(), model.weights().numpy()
    states, p = _states(model.n_qubits), model.num_weights
    titles = (f"P(i) of the 2ⁿ = {len(states)} states", f"κᵢ = mapping(bits of i, P(i)): the p = {p} weights")
    figure = make_subplots(2, 1, vertical_spacing=0.22, subplot_titles=titles)
    colours = [_BELOW] * p + [_UNUSED] * (len(states) - p)
    figure.add_trace(_bars(states, probability, colours, "P"), 1, 1)
    figure.add_trace(_bars(states[:p], kappa, [_ABOVE if each > 0 else _BELOW for each in kappa], "κ"), 2, 1)
    figure.update_layout(base_layout(380))
    figure.update_annotations(font_size=12)
    figure.update_xaxes(axis(type="category"))
    figure.update_xaxes(showticklabels=False, row=1)  # the same states as below
    figure.update_yaxes(axis(nticks=5))
    return figure


def ensemble_bars(model: QuantumTrain) -> go.Figure:
    """Figure 4: what each candidate makes of the one Θ, with its structural weight; their sum; and the weights.

    Arguments:
        model: on few qubits, without stacked blocks.

    Raises:
        ValueError: if its blocks are stacked: candidates have no distribution of their own then.
    """
    search, states = model.search, _states(model.n_qubits)
    with torch.no_grad():
        own, shares = search.candidate_probabilities().numpy(), search.mixture.numpy()
        mixed, kappa = search().numpy(), model.weights().numpy()
    rows = -(-len(own) // _COLUMNS)
    names = [candidate_name(each, search.candidates) for each in search.candidates]
    titles = [f"{share:.3f} × config {name}" for share, name in zip(shares, names, strict=True)]
    titles += [""] * (rows * _COLUMNS - len(own))
    titles += ["Σ wⱼ Pⱼ(i)", f"κ = mapping(bits, sum): {len(kappa)} weights"]
    specs: list[list[dict[str, int] | None]] = [[{} for _ in range(_COLUMNS)] for _ in range(rows)]
    specs += [[{"colspan": _COLUMNS}, *[None] * (_COLUMNS - 1)] for _ in range(2)]
    heights = [1.0] * rows + [1.6, 1.6]
    figure = make_subplots(
        rows + 2, _COLUMNS, specs=specs, row_heights=heights, vertical_spacing=0.06, subplot_titles=titles
    )
    for place, (candidate, values, name) in enumerate(zip(search.candidates, own, names, strict=True)):
        rotation = candidate.rotation
        colour = ROTATION_COLOURS.get(rotation, INK) if isinstance(rotation, str) else INK
        trace = _bars(states, values, [colour] * len(states), f"Config {name}: P").update(legendgroup=f"Config {name}")
        figure.add_trace(trace, place // _COLUMNS + 1, place % _COLUMNS + 1)
    figure.add_trace(_bars(states, mixed, [_BELOW] * len(states), "Σ w P"), rows + 1, 1)
    colours = [_ABOVE if each > 0 else _BELOW for each in kappa]
    figure.add_trace(_bars(states[: len(kappa)], kappa, colours, "κ"), rows + 2, 1)
    figure.update_layout(base_layout(160 + 90 * (rows + 2)))
    figure.update_annotations(font_size=11)
    figure.update_xaxes(axis(type="category", showticklabels=False))
    figure.update_yaxes(axis(nticks=3))
    for row in range(1, rows + 1):
        figure.update_yaxes(range=[0, 1.3 * max(float(own.max()), 1e-9)], row=row)
    return figure


def _states(n_qubits: int) -> list[str]:
    return [f"{i:0{n_qubits}b}" for i in range(2**n_qubits)]


def _bars(states: Sequence[str], values: NDArray[np.float64], colours: Sequence[str], name: str) -> go.Bar:
    told = f"{name}(%{{x}}) = %{{y:.4f}}<extra></extra>"
    return go.Bar(
        x=states, y=np.round(values, 6), marker={"color": colours}, name=name, showlegend=False, hovertemplate=told
    )
