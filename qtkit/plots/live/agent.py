"""The picture of an agent in training, in one figure: return, entropy, the weights of policy and value, now and before.

The live panel and the static figure are made by the same functions, so they always show the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.curves import MAX_POINTS, curve_style, thinned
from qtkit.plots.labels import step_end, value_range
from qtkit.plots.live.parts import assembled, bars_data, history_data, on, weight_ranges
from qtkit.plots.style import MIXED_COLOUR, axis, base_layout, slots, title
from qtkit.plots.weights import bar_axis, bar_style, label_style, line_style, start_style

HEIGHT = 640
PARTS = ("bars", "curves")
"""What can be drawn apart from the rest."""

RETURN_COLOUR, BEST_COLOUR = MIXED_COLOUR, "#8C8C8C"
UNIFORM = math.log(7)
"""The entropy of a policy for which all 7 actions are alike, in nats: the highest there is."""

_ENTROPY_WINDOW = 50  # records

_LEFT, _RIGHT = [0.0, 0.5], [0.595, 1.0]
_TOP, _MIDDLE, _BOTTOM = [0.69, 1.0], [0.355, 0.575], [0.0, 0.22]
# axis number: (x domain, y domain)
_PLACES = {
    1: (_LEFT, _TOP),
    2: (_RIGHT, _TOP),
    3: (_LEFT, _MIDDLE),
    4: (_RIGHT, _MIDDLE),
    5: (_LEFT, _BOTTOM),
    6: (_RIGHT, _BOTTOM),
}
_NETWORKS = (("policy", "weights", "", 3, 4), ("value", "value_weights", "value ", 5, 6))
"""Of each network: its name, the records' field, the prefix of its traces, the axes of bars and of history."""


@dataclass(frozen=True)
class AgentState:
    """All that the figure shows.

    Arguments:
        candidates: the N circuits, none for a model without a circuit.
        records: those of one run, in order: objects with `step`, `entropy` and N effective weights each in `weights`
            and `value_weights`.
        returns: of all episodes so far, in order `(E,)`.
        window: over how many episodes mean and standard deviation are taken.
        best: the return of the shortest path, if it is known.
        expected: the weights a run will start from `(N,)`, if known: shown while there is no record.
    """

    candidates: tuple[Ansatz, ...]
    records: Sequence[Any] = ()
    returns: Sequence[float] | np.ndarray = ()
    window: int = 100
    best: float | None = None
    expected: tuple[float, ...] | None = None


def moving_statistics(
    values: Sequence[float] | np.ndarray, window: int, limit: int = MAX_POINTS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and standard deviation of the last `window` values at each place; at the first places, of those there are.

    Arguments:
        values: `(E,)`.
        limit: at so many places at most, evenly spread, the last among them.

    Returns:
        The places, counted from 1; the means; the standard deviations, divided by the number of values: `(K,)` each.

    Raises:
        ValueError: if the window is empty.
    """
    if window < 1:
        raise ValueError(f"a window must hold at least one value, got {window}")
    values = np.asarray(values, dtype=np.float64)
    ends = np.array(thinned(len(values), limit), dtype=np.int64) + 1
    starts = np.maximum(ends - window, 0)
    sums, squares = (np.concatenate([[0.0], np.cumsum(values**power)]) for power in (1, 2))
    mean = (sums[ends] - sums[starts]) / (ends - starts)
    variance = (squares[ends] - squares[starts]) / (ends - starts) - mean**2
    return ends, mean, np.sqrt(np.maximum(variance, 0.0))


def agent_figure(state: AgentState) -> go.Figure:
    """The whole figure; a plain one, which needs no kernel to be looked at."""
    places = slots(state.candidates)
    return assembled(_empty_traces(places), agent_data(state), _layout(places), agent_ranges(state))


def agent_names(candidates: Sequence[Ansatz]) -> list[str]:
    """The names of the figure's traces, in their order in the figure."""
    return list(_empty_traces(slots(candidates)))


def agent_data(
    state: AgentState, parts: Sequence[str] | None = None, places: Sequence[Ansatz] | None = None
) -> dict[str, dict]:
    """The data of the traces that belong to `parts`, by trace name: what changes from draw to draw.

    Arguments:
        parts: out of `PARTS`, others are ignored; by default all.
        places: the places of the figure that is drawn, if it has more than `state` needs.
    """
    places, data, parts = places or slots(state.candidates), {}, PARTS if parts is None else parts
    for _, field, prefix, _, _ in _NETWORKS:
        if "bars" in parts:
            data |= bars_data(state, places, field, prefix)
        if "curves" in parts:
            data |= history_data(state, places, field, prefix)
    if "curves" in parts:
        data |= _return_data(state) | _entropy_data(state.records)
    return data


def agent_ranges(state: AgentState) -> dict[str, Any]:
    """The axis ranges for `state`, as layout settings; they change in stages, seldom."""
    last = state.records[-1].step if state.records else 0
    ranges: dict[str, Any] = {
        f"xaxis{number}_range": [0, step_end(1.12 * last)] for number in (2, 4, 6)
    }  # room for names
    ranges |= {"xaxis_range": [0, step_end(len(state.returns))], "yaxis2_range": [0, 2.05]}
    for _, field, _, bars, history in _NETWORKS:
        ranges |= weight_ranges(state, f"yaxis{bars}", f"yaxis{history}", field)
    _, mean, spread = moving_statistics(state.returns, state.window)
    low, high = float(np.min(mean - spread, initial=0.0)), float(np.max(mean + spread, initial=1.0))
    # Returns of MiniGrid are 0 to 1; the band around their mean may stick out a little.
    ranges["yaxis_range"] = (
        [math.floor(10 * low) / 10 - 0.02, math.ceil(10 * high) / 10 + 0.02]
        if low > -1 and high < 2
        else value_range(low, high)
    )
    return ranges


def _return_data(state: AgentState) -> dict[str, dict]:
    episodes, mean, spread = moving_statistics(state.returns, state.window)
    known = state.best is not None
    return {
        "below": {"x": episodes, "y": mean - spread},
        "above": {"x": episodes, "y": mean + spread},
        "return": {"x": episodes, "y": mean, "customdata": spread},
        "best": {"x": [0, step_end(len(state.returns))] if known else [], "y": [state.best] * 2 if known else []},
    }


def _entropy_data(records: Sequence[Any]) -> dict[str, dict]:
    known = [(record.step, record.entropy) for record in records if record.entropy is not None]
    rounds = [known[i] for i in thinned(len(known))]
    places, mean, _ = moving_statistics([entropy for _, entropy in known], _ENTROPY_WINDOW)
    return {
        "each entropy": {"x": [step for step, _ in rounds], "y": [entropy for _, entropy in rounds]},
        "entropy": {"x": [known[place - 1][0] for place in places], "y": mean},
    }


def _empty_traces(places: Sequence[Ansatz]) -> dict[str, dict]:
    """Every trace by name, with its looks and axes but without data, in drawing order."""
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    line = {"type": "scatter", "mode": "lines"}
    told = "episode %{x}<br>mean %{y:.3f} ± %{customdata:.3f}<extra></extra>"
    traces = {
        "best": line | {"line": {"color": BEST_COLOUR, "width": 1.5, "dash": "dash"}, "hoverinfo": "skip"} | on(1),
        "below": edge | on(1),
        "above": edge | {"fill": "tonexty", "fillcolor": "rgba(204,121,167,0.25)"} | on(1),
        "return": line | {"line": {"color": RETURN_COLOUR, "width": 2.4}, "hovertemplate": told} | on(1),
        "each entropy": curve_style("batch") | {"hoverinfo": "skip", "hovertemplate": None} | on(2),
        "entropy": curve_style("test")
        | {"mode": "lines", "hovertemplate": "update %{x}: %{y:.3f} nats<extra></extra>"}
        | on(2),
    }
    for _, _, prefix, bars, history in _NETWORKS:
        traces[f"{prefix}bars"] = bar_style(places) | on(bars)
        traces[f"{prefix}start"] = start_style(len(places)) | on(bars)
        for i, candidate in enumerate(places):
            traces[f"{prefix}line {i}"] = line_style(candidate, places) | on(history)
        traces[f"{prefix}labels"] = label_style() | on(history)
    return traces


def _layout(places: Sequence[Ansatz]) -> dict:
    layout = base_layout(HEIGHT)
    for number, (across, up) in _PLACES.items():
        suffix = "" if number == 1 else str(number)
        layout[f"xaxis{suffix}"] = axis(domain=across, anchor=f"y{suffix}", nticks=5)
        layout[f"yaxis{suffix}"] = axis(domain=up, anchor=f"x{suffix}", nticks=5)
    for number, unit in ((1, "episode"), (2, "update"), (6, "update")):
        suffix = "" if number == 1 else str(number)
        layout[f"xaxis{suffix}"] |= {"title": {"text": unit, "standoff": 4, "font": {"size": 12}}}
    headings = {
        1: f"return, <span style='color:{RETURN_COLOUR}'><b>mean</b> ± deviation</span>; "
        f"<span style='color:{BEST_COLOUR}'><b>- -</b> shortest path</span>",
        2: "entropy of the policy",
    }
    for name, _, _, bars, history in _NETWORKS:
        layout[f"xaxis{bars}"] |= bar_axis(places)
        layout[f"yaxis{bars}"] |= {"zeroline": True}
        headings[bars] = f"<b>{name}</b>: structural weights w<sub>j</sub>, now"
        headings[history] = f"<b>{name}</b>: w<sub>j</sub> over the updates"
    layout["annotations"] = [title(text, _PLACES[n][0][0], _PLACES[n][1][1]) for n, text in headings.items()]
    return layout
