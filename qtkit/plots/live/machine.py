"""The picture of a network read on an imperfect machine: its weights against the exact ones, and what each try gave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.labels import step_end
from qtkit.plots.live.parts import LOSSES, assembled, loss_range, on
from qtkit.plots.style import INK, TEST_COLOUR, axis, base_layout, title

HEIGHT = 380
MAX_TRIES = 400

_PLACES = {1: [0.0, 0.47], 2: [0.58, 1.0]}  # axis number: x domain
_WIDER = 0.6  # the axis of the weights as read, by this share of the exact ones' span at each end
_NAMES = ("weights", "equal", "exact", "tries", "last")


@dataclass(frozen=True)
class MachineState:
    """All that the figure shows.

    Arguments:
        measure: what a try gave: `"accuracy"` or `"loss"`.
        exact_weights: some of the generated weights `(S,)`, of exact probabilities; None if not known yet.
        read_weights: the same as the machine read them `(S,)`; None before the first try.
        exact: the exact network's accuracy or loss; None if not known yet.
        tries: value and settings in words of each try, in order.
        candidates: none: the figure has no place for circuits.
    """

    measure: str = "accuracy"
    exact_weights: np.ndarray | None = None
    read_weights: np.ndarray | None = None
    exact: float | None = None
    tries: Sequence[tuple[float, str]] = ()
    candidates: tuple[Ansatz, ...] = ()


def machine_figure(state: MachineState) -> go.Figure:
    """The whole figure; a plain one, which needs no kernel to be looked at."""
    return assembled(_empty_traces(state.measure), machine_data(state), _layout(state.measure), machine_ranges(state))


def machine_names(_: Sequence[Ansatz] = ()) -> list[str]:
    """The names of the figure's traces, in their order in the figure."""
    return list(_NAMES)


def machine_data(
    state: MachineState,
    parts: Sequence[str] | None = None,  # noqa: ARG001
    places: Sequence[Ansatz] | None = None,  # noqa: ARG001
) -> dict[str, dict]:
    """The data of the traces, by their names."""
    ranges = machine_ranges(state)
    ends = ranges["xaxis_range"]
    exact = None if state.exact is None or not math.isfinite(state.exact) else state.exact
    tries = [
        (number, value, text) for number, (value, text) in enumerate(state.tries, start=1) if math.isfinite(value)
    ][-MAX_TRIES:]
    return {
        "equal": {"x": ends, "y": ends},
        "weights": _points(state, ranges),
        "exact": {"x": ranges["xaxis2_range"], "y": [exact, exact]},
        "tries": _dots(tries[:-1]),
        "last": _dots(tries[-1:]),
    }


def machine_ranges(state: MachineState) -> dict[str, Any]:
    """The axis ranges, as layout settings: those of the weights never change once the exact ones are known."""
    low, high = _weight_range(state.exact_weights)
    room = _WIDER * (high - low)
    values = [value for value, _ in state.tries]
    values = [v for v in [*values, state.exact] if v is not None and math.isfinite(v)]
    if state.measure == "accuracy":
        up = [min([0.4, *(math.floor(v * 10) / 10 for v in values)]), 1.02]
    else:
        up = loss_range([v for v in values if v > 0] or [0.001, 1.0])
    return {
        "xaxis_range": [low, high],
        "yaxis_range": [low - room, high + room],
        "xaxis2_range": [0, step_end(len(state.tries))],
        "yaxis2_range": up,
    }


def n_beyond(state: MachineState) -> int:
    """How many of the read weights lie beyond the picture; they stand at its edge, as triangles."""
    if state.exact_weights is None or state.read_weights is None:
        return 0
    low, high = machine_ranges(state)["yaxis_range"]
    return int(((state.read_weights < low) | (state.read_weights > high)).sum())


def _weight_range(exact: np.ndarray | None) -> tuple[float, float]:
    """The central 99.8 % of the weights, and a little more: one far weight would squeeze all others."""
    if exact is None or not len(exact):
        return -1.0, 1.0
    low, high = (float(v) for v in np.quantile(exact, [0.001, 0.999]))
    span = high - low
    if span <= 1e-9 * max(abs(low), abs(high), 1e-9):
        return low - 0.5, high + 0.5
    return low - 0.04 * span, high + 0.04 * span


def _points(state: MachineState, ranges: dict[str, Any]) -> dict:
    if state.exact_weights is None:
        return {"x": [], "y": [], "customdata": None, "marker_symbol": "circle"}
    exact = state.exact_weights
    read = exact if state.read_weights is None else state.read_weights
    low, high = ranges["yaxis_range"]
    symbols = np.where(read > high, "triangle-up", np.where(read < low, "triangle-down", "circle"))
    return {
        "x": np.clip(exact, *ranges["xaxis_range"]),
        "y": np.clip(read, low, high),
        "customdata": np.stack([exact, read], axis=1),  # (S, 2): the true values, also of points at the edge
        "marker_symbol": symbols.tolist(),
    }


def _dots(tries: Sequence[tuple[int, float, str]]) -> dict:
    return {
        "x": [number for number, _, _ in tries],
        "y": [value for _, value, _ in tries],
        "customdata": [text for _, _, text in tries],
    }


def _empty_traces(measure: str) -> dict[str, dict]:
    """Every trace by name, with its looks and axes but without data, in drawing order."""
    dashed = {"type": "scatter", "mode": "lines", "line": {"color": INK, "width": 1.5, "dash": "dash"}}
    dots = {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "hovertemplate": f"try %{{x}}: {measure} %{{y:.4g}}<br>%{{customdata}}<extra></extra>",
    }
    ring = {"color": "rgba(0,0,0,0)", "size": 8, "line": {"color": TEST_COLOUR, "width": 1.8}}
    return {
        "weights": {
            "type": "scatter",
            "mode": "markers",
            "cliponaxis": False,
            "marker": {"color": TEST_COLOUR, "size": 4, "opacity": 0.55},
            "hovertemplate": "exact %{customdata[0]:.4f}, read %{customdata[1]:.4f}<extra></extra>",
        }
        | on(1),
        "equal": dashed | {"hoverinfo": "skip"} | on(1),
        "exact": dashed | {"hovertemplate": f"exact: {measure} %{{y:.4g}}<extra></extra>"} | on(2),
        "tries": dots | {"marker": ring} | on(2),
        "last": dots | {"marker": {"color": TEST_COLOUR, "size": 11}} | on(2),
    }


def _layout(measure: str) -> dict:
    layout = base_layout(HEIGHT)
    layout["margin"] = {**layout["margin"], "b": 42}
    for number, across in _PLACES.items():
        suffix = "" if number == 1 else str(number)
        layout[f"xaxis{suffix}"] = axis(domain=across, anchor=f"y{suffix}", nticks=6)
        layout[f"yaxis{suffix}"] = axis(domain=[0.0, 1.0], anchor=f"x{suffix}", nticks=6)
    for suffix, text in (("", "κ, exact"), ("2", "try (dashed: exact)")):
        layout[f"xaxis{suffix}"]["title"] = {"text": text, "standoff": 4, "font": {"size": 12}}
    layout["xaxis2"]["tickformat"] = "d"
    if measure == "loss":
        layout["yaxis2"] |= {"type": "log", "tickvals": LOSSES, "ticktext": [f"{v:g}" for v in LOSSES]}
    read = f"<span style='color:{TEST_COLOUR}'><b>read</b></span>"
    headings = {1: f"weights κ as {read}", 2: f"test {measure} as {read}"}
    layout["annotations"] = [title(text, _PLACES[number][0], 1.0) for number, text in headings.items()]
    return layout
