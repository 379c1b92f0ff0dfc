"""The picture of a running search, in one figure: weights now and before, loss and accuracy, what was generated.

The live panel and the static figure are made by the same functions, so they always show the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.curves import coloured, curve_style
from qtkit.plots.generated import GeneratedWeights, histogram_data, histogram_style, layer_data, layer_style
from qtkit.plots.labels import step_end
from qtkit.plots.live.parts import (
    LOSSES,
    assembled,
    bars_data,
    history_data,
    loss_axis_range,
    on,
    training_data,
    weight_ranges,
)
from qtkit.plots.style import axis, base_layout, slots, title
from qtkit.plots.weights import bar_axis, bar_style, label_style, line_style, start_style

HEIGHT = 590
PARTS = ("bars", "curves", "generated")
"""What can be drawn apart from the rest: the bars are cheap, the others are drawn less often."""

_LEFT, _RIGHT = [0.0, 0.53], [0.64, 1.0]
_TOP, _MIDDLE, _BOTTOM = [0.71, 1.0], [0.325, 0.595], [0.0, 0.2]
# axis number: (x domain, y domain)
_PLACES = {
    1: (_LEFT, _TOP),
    2: (_LEFT, _MIDDLE),
    3: (_RIGHT, _TOP),
    4: (_RIGHT, _MIDDLE),
    5: (_LEFT, _BOTTOM),
    6: (_RIGHT, _BOTTOM),
}


@dataclass(frozen=True)
class SearchState:
    """All that the figure shows.

    Arguments:
        candidates: the N circuits, none for a model without a circuit.
        records: those of one run, in order: objects with `step`, `loss`, `weights` (N effective weights) and, at an
            epoch's end, `train_loss`, `test_loss`, `train_accuracy`, `test_accuracy` (else None).
        generated: a summary of the generated weights, or None.
        expected: the weights a run will start from `(N,)`, if known: shown while there is no record.
    """

    candidates: tuple[Ansatz, ...]
    records: Sequence[Any] = ()
    generated: GeneratedWeights | None = None
    expected: tuple[float, ...] | None = None


def search_figure(state: SearchState) -> go.Figure:
    """The whole figure; a plain one, which needs no kernel to be looked at."""
    places = slots(state.candidates)
    return assembled(_empty_traces(places), search_data(state), _layout(places), search_ranges(state))


def trace_names(candidates: Sequence[Ansatz]) -> list[str]:
    """The names of the figure's traces, in their order in the figure."""
    return list(_empty_traces(slots(candidates)))


def search_data(
    state: SearchState, parts: Sequence[str] | None = None, places: Sequence[Ansatz] | None = None
) -> dict[str, dict]:
    """The data of the traces that belong to `parts`, by trace name: what changes from draw to draw.

    Arguments:
        parts: out of `PARTS`; by default all.
        places: the places of the figure that is drawn, if it has more than `state` needs.
    """
    places, data, parts = places or slots(state.candidates), {}, PARTS if parts is None else parts
    if "bars" in parts:
        data |= bars_data(state, places)
    if "curves" in parts:
        data |= history_data(state, places) | training_data(state.records)
    if "generated" in parts:
        known = state.generated
        data["histogram"] = histogram_data(known) if known else {"x": [], "y": [], "width": None}
        data["layer"] = layer_data(known) if known else {"z": None}
    return data


def search_ranges(state: SearchState) -> dict[str, Any]:
    """The axis ranges for `state`, as layout settings; they change in stages, seldom."""
    last = state.records[-1].step if state.records else 0
    ranges: dict[str, Any] = {f"xaxis{number}_range": [0, step_end(last)] for number in (2, 3, 4)}
    ranges |= weight_ranges(state, "yaxis", "yaxis2")
    ranges["yaxis3_range"] = loss_axis_range(state.records)
    accuracies = [v for r in state.records for v in (r.train_accuracy, r.test_accuracy) if v is not None]
    ranges["yaxis4_range"] = [min([0.5, *(np.floor(v * 10) / 10 for v in accuracies)]), 1.01]
    return ranges


def _empty_traces(places: Sequence[Ansatz]) -> dict[str, dict]:
    """Every trace by name, with its looks and axes but without data, in drawing order."""
    traces = {"bars": bar_style(places) | on(1), "start": start_style(len(places)) | on(1)}
    for i, candidate in enumerate(places):
        traces[f"line {i}"] = line_style(candidate, places) | on(2)
    traces["labels"] = label_style() | on(2)
    traces["batch loss"] = curve_style("batch") | on(3)
    for axis_number, what in ((3, "loss"), (4, "accuracy")):
        for part in ("train", "test"):
            traces[f"{part} {what}"] = curve_style(part) | on(axis_number)
    traces["histogram"] = histogram_style() | on(5)
    traces["layer"] = layer_style() | on(6)
    return traces


def _layout(places: Sequence[Ansatz]) -> dict:
    layout = base_layout(HEIGHT)
    for number, (across, up) in _PLACES.items():
        suffix = "" if number == 1 else str(number)
        layout[f"xaxis{suffix}"] = axis(domain=across, anchor=f"y{suffix}", nticks=5)
        layout[f"yaxis{suffix}"] = axis(domain=up, anchor=f"x{suffix}", nticks=5)
    layout["xaxis"] |= bar_axis(places)
    layout["yaxis"] |= {"zeroline": True}
    for number in (2, 4):
        layout[f"xaxis{number}"] |= {"title": {"text": "step", "standoff": 4, "font": {"size": 12}}}
    layout["yaxis3"] |= {"type": "log", "tickvals": LOSSES, "ticktext": [f"{v:g}" for v in LOSSES]}
    layout["xaxis5"] |= {"showgrid": False}
    layout["yaxis5"] |= {"nticks": 3, "tickformat": "~s", "rangemode": "nonnegative"}
    layout["xaxis6"] |= {"visible": False}
    layout["yaxis6"] |= {"visible": False, "scaleanchor": "x6", "constrain": "domain"}
    layout["xaxis6"] |= {"constrain": "domain", "constraintoward": "left"}
    pair = f"{coloured('train')} and {coloured('test')}"
    headings = {
        1: "structural weights w<sub>j</sub>, now",
        2: "w<sub>j</sub> over the steps",
        3: f"loss, {pair}",
        4: f"accuracy, {pair}",
        5: "generated weights κ, how many of which value",
        6: "first layer, as pictures",
    }
    layout["annotations"] = [title(text, _PLACES[n][0][0], _PLACES[n][1][1]) for n, text in headings.items()]
    return layout
