"""The picture of a running forecast, in one figure: truth and prediction, weights now and before, loss.

The live panel and the static figure are made by the same functions, so they always show the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.curves import coloured, curve_style
from qtkit.plots.generated import GeneratedWeights, histogram_data, histogram_style
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
from qtkit.plots.series import (
    BOUNDARY_COLOUR,
    FREE_COLOUR,
    PREDICTION_COLOUR,
    TRUTH_COLOUR,
    free_data,
    free_style,
    prediction_data,
    prediction_style,
    truth_trace,
    value_limits,
)
from qtkit.plots.style import axis, base_layout, slots, title
from qtkit.plots.weights import bar_axis, bar_style, label_style, line_style, start_style

if TYPE_CHECKING:
    from qtkit.tasks.series.data import Series

HEIGHT = 640
PARTS = ("bars", "curves", "generated")
"""What can be drawn apart from the rest; the series belongs to the curves."""

_LEFT, _RIGHT = [0.0, 0.53], [0.64, 1.0]
_TOP, _MIDDLE, _BOTTOM = [0.66, 1.0], [0.33, 0.56], [0.0, 0.21]
# axis number: (x domain, y domain)
_PLACES = {
    1: ([0.0, 1.0], _TOP),
    2: (_LEFT, _MIDDLE),
    3: (_LEFT, _BOTTOM),
    4: (_RIGHT, _MIDDLE),
    5: (_RIGHT, _BOTTOM),
}


@dataclass(frozen=True)
class ForecastState:
    """All that the figure shows.

    Arguments:
        candidates: the N circuits, none for a model without a circuit.
        series: the series, or None while there is none.
        records: those of one run, in order: objects with `step`, `loss`, `weights` (N effective weights) and, at an
            epoch's end, `train_loss`, `test_loss`, `prediction` (else None).
        epoch: whose prediction is shown; by default the last that has one.
        free: a free-running rollout, or None.
        generated: a summary of the generated weights, or None.
        expected: the weights a run will start from `(N,)`, if known: shown while there is no record.
    """

    candidates: tuple[Ansatz, ...]
    series: Series | None = None
    records: Sequence[Any] = ()
    epoch: int | None = None
    free: Sequence[float] | None = None
    generated: GeneratedWeights | None = None
    expected: tuple[float, ...] | None = None

    @property
    def shown(self) -> Any:
        """The record whose prediction is shown, or None."""
        known = [record for record in self.records if record.prediction is not None]
        if self.epoch is not None:
            known = [record for record in known if record.epoch == self.epoch]
        return known[-1] if known else None


def forecast_panel_figure(state: ForecastState) -> go.Figure:
    """The whole figure; a plain one, which needs no kernel to be looked at."""
    places = slots(state.candidates)
    return assembled(_empty_traces(places), forecast_data(state), _layout(places), forecast_ranges(state))


def forecast_names(candidates: Sequence[Ansatz]) -> list[str]:
    """The names of the figure's traces, in their order in the figure."""
    return list(_empty_traces(slots(candidates)))


def forecast_data(
    state: ForecastState, parts: Sequence[str] | None = None, places: Sequence[Ansatz] | None = None
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
        data |= _series(state) | history_data(state, places) | training_data(state.records, ("loss",))
    if "generated" in parts:
        known = state.generated
        data["histogram"] = histogram_data(known) if known else {"x": [], "y": [], "width": None}
        data["free running"] = _free(state)
    return data


def forecast_ranges(state: ForecastState) -> dict[str, Any]:
    """The axis ranges for `state`, as layout settings; they change in stages, seldom."""
    last = state.records[-1].step if state.records else 0
    ranges: dict[str, Any] = {f"xaxis{number}_range": [0, step_end(last)] for number in (3, 4)}
    ranges |= weight_ranges(state, "yaxis2", "yaxis3")
    ranges["yaxis4_range"] = loss_axis_range(state.records, (1e-4, 1.0))
    if state.series is None:
        ranges["xaxis_range"], ranges["yaxis_range"], boundary = [0, 1], [-1.1, 1.1], 2.0
    else:
        times = state.series.times
        ranges["xaxis_range"] = [times[0].item(), times[-1].item()]
        ranges["yaxis_range"], boundary = value_limits(state.series), state.series.boundary
    ranges["shapes"] = (_line(boundary),)
    return ranges


def _series(state: ForecastState) -> dict[str, dict]:
    nothing = {"x": [], "y": []}
    if state.series is None:
        return {"truth": nothing, "prediction": nothing}
    truth, record = truth_trace(state.series), state.shown
    return {
        "truth": {"x": truth["x"], "y": truth["y"]},
        "prediction": prediction_data(state.series, record.prediction) if record else nothing,
    }


def _free(state: ForecastState) -> dict:
    if state.series is None or state.free is None:
        return {"x": [], "y": []}
    return free_data(state.series, state.free)


def _line(at: float) -> dict:
    """The line between training and testing."""
    line = {"color": BOUNDARY_COLOUR, "width": 1.5, "dash": "dash"}
    place = {"xref": "x", "yref": "y domain", "x0": at, "x1": at, "y0": 0, "y1": 1}
    return {"type": "line", "line": line, **place}


def _empty_traces(places: Sequence[Ansatz]) -> dict[str, dict]:
    """Every trace by name, with its looks and axes but without data, in drawing order."""
    truth = {"color": TRUTH_COLOUR, "width": 2.6, "dash": "dash"}
    traces = {
        "truth": {"type": "scatter", "mode": "lines", "name": "truth", "line": truth} | on(1),
        "prediction": prediction_style() | on(1),
        "free running": free_style() | on(1),
        "bars": bar_style(places) | on(2),
        "start": start_style(len(places)) | on(2),
    }
    for i, candidate in enumerate(places):
        traces[f"line {i}"] = line_style(candidate, places) | on(3)
    traces["labels"] = label_style() | on(3)
    traces["batch loss"] = curve_style("batch") | on(4)
    for part in ("train", "test"):
        traces[f"{part} loss"] = curve_style(part) | {"mode": "lines"} | on(4)
    traces["histogram"] = histogram_style() | on(5)
    return traces


def _layout(places: Sequence[Ansatz]) -> dict:
    layout = base_layout(HEIGHT)
    for number, (across, up) in _PLACES.items():
        suffix = "" if number == 1 else str(number)
        layout[f"xaxis{suffix}"] = axis(domain=across, anchor=f"y{suffix}")
        layout[f"yaxis{suffix}"] = axis(domain=up, anchor=f"x{suffix}", nticks=5)
    layout["xaxis2"] |= bar_axis(places)
    layout["yaxis2"] |= {"zeroline": True}
    for number in (3, 4):
        layout[f"xaxis{number}"] |= {"title": {"text": "step", "standoff": 4}}
    layout["yaxis4"] |= {"type": "log", "tickvals": LOSSES[::3], "ticktext": [f"{v:g}" for v in LOSSES[::3]]}
    layout["xaxis5"] |= {"showgrid": False}
    layout["yaxis5"] |= {"nticks": 3, "tickformat": "~s", "rangemode": "nonnegative"}
    names = (("truth", TRUTH_COLOUR), ("prediction", PREDICTION_COLOUR), ("free running", FREE_COLOUR))
    legend = ", ".join(f"<span style='color:{colour}'><b>{name}</b></span>" for name, colour in names)
    headings = {
        1: f"{legend}, <span style='color:{BOUNDARY_COLOUR}'>training | testing</span>",
        2: "structural weights w<sub>j</sub>, now",
        3: "w<sub>j</sub> over the steps",
        4: f"MSE, {coloured('train')} and {coloured('test')}",
        5: "generated weights κ, counted",
    }
    layout["annotations"] = [title(text, _PLACES[n][0][0], _PLACES[n][1][1]) for n, text in headings.items()]
    return layout
