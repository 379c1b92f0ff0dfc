"""The structural weights: twelve bars, and twelve lines over the steps with their labels at the end."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.names import candidate_name
from qtkit.plots.labels import end_labels, label_data, step_end, value_range
from qtkit.plots.style import INK, Spec, axis, base_layout, candidate_style, slots

_GROUP = 3  # bars of one row of the 4 x 3 grid stand together
_GAP = 0.6


def bar_positions(n: int) -> list[float]:
    """Where bar 0..n-1 stands: the rows of the candidate grid side by side, a gap between them."""
    return [i + _GAP * (i // _GROUP) for i in range(n)]


def bar_axis(places: Sequence[Ansatz]) -> Spec:
    """The axis under the bars: the number of each configuration, and under each row what it has in common."""
    texts = []
    for i, candidate in enumerate(places):
        name = candidate_name(candidate, places)
        in_the_middle = candidate.config and i % _GROUP == 1
        row = f"{'H' if candidate.hadamard else 'no H'}, {candidate.entangler}"
        texts.append(f"{name}<br>{row}" if in_the_middle else name)
    ends = bar_positions(len(places))
    return {"tickvals": ends, "ticktext": texts, "range": [-0.7, ends[-1] + 0.7], "showgrid": False, "tickangle": 0}


def bar_style(places: Sequence[Ansatz]) -> Spec:
    """The bars without their heights."""
    styles = [candidate_style(candidate) for candidate in places]
    colours = [style.colour for style in styles]
    return {
        "type": "bar",
        "x": bar_positions(len(places)),
        "width": 0.82,
        "marker": {
            "color": colours,
            "line": {"color": colours, "width": 1.5},
            "pattern": {
                "shape": [style.pattern for style in styles],
                "size": 6,
                "solidity": 0.3,
                "fillmode": "replace",
            },
        },
        "customdata": [long_name(candidate, places) for candidate in places],
        "hovertemplate": "%{customdata}<br>w = %{y:.4f}<extra></extra>",
    }


def start_style(n: int) -> Spec:
    """Small marks at the height each bar had at the start, so that its way is seen."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": bar_positions(n),
        "marker": {"symbol": "line-ew", "size": 15, "line": {"width": 1.5, "color": INK}},
        "hovertemplate": "at the start: %{y:.4f}<extra></extra>",
    }


def line_style(candidate: Ansatz, places: Sequence[Ansatz]) -> Spec:
    """One candidate's line."""
    style = candidate_style(candidate)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": long_name(candidate, places),
        "line": {"color": style.colour, "dash": style.dash, "width": style.width},
        "hovertemplate": "%{fullData.name}<br>step %{x}: w = %{y:.4f}<extra></extra>",
    }


def label_style() -> Spec:
    """The names at the ends of the lines."""
    return {
        "type": "scatter",
        "mode": "text",
        "textposition": "middle right",
        "cliponaxis": False,
        "hoverinfo": "skip",
        "textfont": {"size": 12},
    }


def long_name(candidate: Ansatz, places: Sequence[Ansatz] = ()) -> str:
    """Such as `"config 5: H, cyc, RY"`."""
    kind = "config" if candidate.config else "own circuit"
    return f"{kind} {candidate_name(candidate, places)}: {candidate.label}"


def by_place(values: Sequence[float], candidates: Sequence[Ansatz], places: Sequence[Ansatz]) -> list[float | None]:
    """One value a place, None where no candidate stands.

    Raises:
        ValueError: if values and candidates do not match.
    """
    if len(values) != len(candidates):
        raise ValueError(f"{len(values)} weights for {len(candidates)} candidates")
    found = dict(zip(candidates, values, strict=True))
    return [None if candidate not in found else float(found[candidate]) for candidate in places]


def weight_bars(
    weights: Sequence[float], candidates: Sequence[Ansatz] = CANDIDATES, *, start: Sequence[float] | None = None
) -> go.Figure:
    """The structural weights as bars in the order of Table I.

    Arguments:
        weights: effective weights w, `(N,)`.
        candidates: the N circuits.
        start: the weights at the start, drawn as small marks.

    Raises:
        ValueError: if weights and candidates do not match in number.
    """
    places = slots(candidates)
    heights = by_place(weights, candidates, places)
    figure = go.Figure([bar_style(places) | {"y": heights}], base_layout(280))
    if start is not None:
        figure.add_trace(start_style(len(places)) | {"y": by_place(start, candidates, places)})
    known = [value for value in [*weights, *(start if start is not None else ())] if math.isfinite(value)]
    figure.update_xaxes(axis(**bar_axis(places)))
    figure.update_yaxes(axis(title="w<sub>j</sub>", range=value_range(min(known), max(known), zero=True)))
    return figure


def weight_history(steps: Sequence[float], weights: np.ndarray, candidates: Sequence[Ansatz] = CANDIDATES) -> go.Figure:
    """The structural weights over the steps, each line named at its end.

    Arguments:
        steps: `(S,)`.
        weights: effective weights w, `(S, N)`.
        candidates: the N circuits.

    Raises:
        ValueError: if the shapes do not match.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (len(steps), len(candidates)):
        raise ValueError(f"weights must have shape ({len(steps)}, {len(candidates)}), got {weights.shape}")
    places = slots(candidates)
    figure = go.Figure(layout=base_layout(320))
    for j, candidate in enumerate(candidates):
        figure.add_trace(line_style(candidate, places) | {"x": list(steps), "y": weights[:, j]})
    limits = value_range(float(weights.min()), float(weights.max()))
    labels = end_labels(by_place(weights[-1], candidates, places), places, limits, gap=0.055)
    figure.add_trace(label_style() | label_data(labels, steps[-1]))
    figure.update_xaxes(axis(title="step", range=[0, step_end(steps[-1])]))
    figure.update_yaxes(axis(title="w<sub>j</sub>", range=limits))
    return figure
