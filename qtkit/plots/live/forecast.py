"""The picture of a running forecast, in one figure: truth and prediction, weights now and before, loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.curves import colour_name, curve_style
from qtkit.plots.generated import GeneratedWeights, histogram_style, known_histogram
from qtkit.plots.labels import step_end
from qtkit.plots.live.circuits import WEIGHTS_NOW, WEIGHTS_OVER_STEPS, CircuitPicture, Network
from qtkit.plots.live.parts import COUNTS, LOSSES, LossRecord, loss_axis, loss_axis_range, training_data
from qtkit.plots.live.picture import headings, on, placed_layout
from qtkit.plots.series import (
    BOUNDARY_COLOUR,
    FREE_COLOUR,
    PREDICTION_COLOUR,
    TRUTH_COLOUR,
    TRUTH_LINE,
    boundary_shape,
    free_data,
    free_style,
    prediction_data,
    prediction_style,
    truth_trace,
    value_limits,
)
from qtkit.plots.style import Spec

if TYPE_CHECKING:
    from qtkit.tasks.series.data import Series

HEIGHT = 640

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


class ForecastRecord(LossRecord, Protocol):
    """A record of a training on a series."""

    @property
    def epoch(self) -> float:
        """How many have passed."""

    @property
    def prediction(self) -> Sequence[float] | np.ndarray | None:
        """Of the whole series, at an epoch's end alone."""


@dataclass(frozen=True)
class ForecastState:
    """All that the figure shows.

    Arguments:
        candidates: the N circuits, none for a model without a circuit.
        series: the series, or None while there is none.
        records: those of one run, in order, with N effective `weights`.
        epoch: whose prediction is shown; by default the last that has one.
        free: a free-running rollout, or None.
        generated: a summary of the generated weights, or None.
        expected: the weights a run will start from `(N,)`, if known: shown while there is no record.
        own: circuits of one's own that have a letter each, A first, whether they take part or not.
    """

    candidates: tuple[Ansatz, ...]
    series: Series | None = None
    records: Sequence[ForecastRecord] = ()
    epoch: int | None = None
    free: Sequence[float] | np.ndarray | None = None
    generated: GeneratedWeights | None = None
    expected: tuple[float, ...] | None = None
    own: tuple[Ansatz, ...] = ()

    @property
    def shown(self) -> Sequence[float] | np.ndarray | None:
        """The prediction that is shown, or None."""
        known = [record for record in self.records if record.prediction is not None]
        if self.epoch is not None:
            known = [record for record in known if record.epoch == self.epoch]
        return known[-1].prediction if known else None


class ForecastPicture(CircuitPicture[ForecastState]):
    """Truth and prediction, weights now and over the steps, loss, and what was generated."""

    networks = (Network(bars=2, history=3),)

    def curves(self, state: ForecastState) -> dict[str, Spec]:
        """Truth and prediction, the weights over the steps, and the losses."""
        return _series(state) | super().curves(state) | training_data(state.records, ("loss",))

    def generated(self, state: ForecastState) -> dict[str, Spec]:
        """The generated weights, counted, and where the network runs freely."""
        return {"histogram": known_histogram(state.generated), "free running": _free(state)}

    def ranges(self, state: ForecastState) -> dict[str, Any]:
        """The axes' ranges, as layout settings; they change in stages, seldom."""
        last = state.records[-1].step if state.records else 0
        ranges: dict[str, Any] = {f"xaxis{number}_range": [0, step_end(last)] for number in (3, 4)}
        ranges |= super().ranges(state)
        ranges["yaxis4_range"] = loss_axis_range(state.records, (1e-4, 1.0))
        if state.series is None:
            ranges["xaxis_range"], ranges["yaxis_range"], boundary = [0, 1], [-1.1, 1.1], 2.0
        else:
            times = state.series.times
            ranges["xaxis_range"] = [times[0].item(), times[-1].item()]
            ranges["yaxis_range"], boundary = value_limits(state.series), state.series.boundary
        ranges["shapes"] = (boundary_shape(boundary) | {"xref": "x"},)
        return ranges

    def traces(self) -> dict[str, Spec]:
        """Every trace by name, with its looks and axes but without data, in drawing order."""
        traces = {
            "truth": {"type": "scatter", "mode": "lines", "name": "truth", "line": TRUTH_LINE} | on(1),
            "prediction": prediction_style() | on(1),
            "free running": free_style() | on(1),
            **self.weight_traces(self.networks[0]),
            "batch loss": curve_style("batch") | on(4),
        }
        for part in ("train", "test"):
            traces[f"{part} loss"] = curve_style(part) | {"mode": "lines"} | on(4)
        traces["histogram"] = histogram_style() | on(5)
        return traces

    def layout(self) -> Spec:
        """The layout, but for the ranges."""
        layout = placed_layout(HEIGHT, _PLACES, x_ticks=None, y_ticks=5)
        self.label_bars(layout)
        for number in (3, 4):
            layout[f"xaxis{number}"] |= {"title": {"text": "step", "standoff": 4}}
        layout["yaxis4"] |= loss_axis(LOSSES[::3])
        layout["xaxis5"] |= {"showgrid": False}
        layout["yaxis5"] |= COUNTS
        names = (("truth", TRUTH_COLOUR), ("prediction", PREDICTION_COLOUR), ("free running", FREE_COLOUR))
        legend = ", ".join(f"<span style='color:{colour}'><b>{name}</b></span>" for name, colour in names)
        texts = {
            1: f"{legend}, <span style='color:{BOUNDARY_COLOUR}'>training | testing</span>",
            2: WEIGHTS_NOW,
            3: WEIGHTS_OVER_STEPS,
            4: f"MSE, {colour_name('train')} and {colour_name('test')}",
            5: "generated weights κ, counted",
        }
        layout["annotations"] = headings(texts, _PLACES)
        return layout


def _series(state: ForecastState) -> dict[str, Spec]:
    nothing: dict[str, list[float]] = {"x": [], "y": []}
    if state.series is None:
        return {"truth": nothing, "prediction": nothing}
    truth, prediction = truth_trace(state.series), state.shown
    return {
        "truth": {"x": truth["x"], "y": truth["y"]},
        "prediction": nothing if prediction is None else prediction_data(state.series, prediction),
    }


def _free(state: ForecastState) -> Spec:
    if state.series is None or state.free is None:
        return {"x": [], "y": []}
    return free_data(state.series, state.free)
