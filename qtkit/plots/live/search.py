"""The picture of a running search, in one figure: weights now and before, loss and accuracy, what was generated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import plotly.graph_objects as go

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.curves import colour_name, curve_style
from qtkit.plots.generated import GeneratedWeights, histogram_style, known_histogram, layer_data, layer_style
from qtkit.plots.labels import step_end, value_range
from qtkit.plots.live.circuits import WEIGHTS_NOW, WEIGHTS_OVER_STEPS, CircuitPicture, Network
from qtkit.plots.live.parts import COUNTS, LOSSES, LossRecord, loss_axis, loss_axis_range, training_data
from qtkit.plots.live.picture import headings, on, placed_layout
from qtkit.plots.style import Spec

HEIGHT = 590

_LEFT, _RIGHT = [0.0, 0.53], [0.64, 1.0]
_TOP, _MIDDLE, _BOTTOM = [0.71, 1.0], [0.325, 0.595], [0.0, 0.2]
_TALL = [_MIDDLE[0], _TOP[1]]
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
        records: those of one run, in order, with N effective `weights`; and what was measured, as the losses.
        generated: a summary of the generated weights, or None.
        expected: the weights a run will start from `(N,)`, if known: shown while there is no record.
        own: circuits of one's own that have a letter each, A first, whether they take part or not.
        measure: what is shown below the loss, of training and of testing; None: the loss alone.
    """

    candidates: tuple[Ansatz, ...]
    records: Sequence[LossRecord] = ()
    generated: GeneratedWeights | None = None
    expected: tuple[float, ...] | None = None
    own: tuple[Ansatz, ...] = ()
    measure: str | None = "accuracy"


class SearchPicture(CircuitPicture[SearchState]):
    """Weights now and over the steps, loss and accuracy, and what was generated.

    Arguments:
        candidates: see `CircuitPicture`.
        measure: see `SearchState`.
    """

    networks = (Network(bars=1, history=2),)

    def __init__(self, candidates: Sequence[Ansatz] = (), measure: str | None = "accuracy") -> None:
        super().__init__(candidates)
        self.measure = measure
        self._places = _PLACES if measure else {k: v for k, v in _PLACES.items() if k != 4} | {3: (_RIGHT, _TALL)}

    @classmethod
    def of(cls, state: SearchState) -> Self:
        """The picture that has a place for all that `state` shows."""
        return cls((*state.own, *state.candidates), state.measure)

    def fits(self, state: SearchState) -> bool:
        """Whether there is a place for each candidate of `state`, and for its measure."""
        return super().fits(state) and state.measure == self.measure

    @property
    def _measured(self) -> dict[int, str]:
        """The axes of what is measured over all data."""
        return {3: "loss"} | ({4: self.measure} if self.measure else {})

    def curves(self, state: SearchState) -> dict[str, Spec]:
        """The weights over the steps, loss and measure."""
        return super().curves(state) | training_data(state.records, tuple(self._measured.values()))

    def generated(self, state: SearchState) -> dict[str, Spec]:
        """The generated weights, counted, and the first layer."""
        known = state.generated
        return {"histogram": known_histogram(known), "layer": layer_data(known) if known else {"z": None}}

    def ranges(self, state: SearchState) -> dict[str, Any]:
        """The axes' ranges, as layout settings; they change in stages, seldom."""
        last = state.records[-1].step if state.records else 0
        ranges: dict[str, Any] = {f"xaxis{number}_range": [0, step_end(last)] for number in (2, *self._measured)}
        ranges |= super().ranges(state)
        ranges |= _loss_axis(state.records)
        if self.measure:
            ranges["yaxis4_range"] = _measure_range(self.measure, state.records)
        return ranges

    def traces(self) -> dict[str, Spec]:
        """Every trace by name, with its looks and axes but without data, in drawing order."""
        traces = self.weight_traces(self.networks[0])
        traces["batch loss"] = curve_style("batch") | on(3)
        for axis_number, what in self._measured.items():
            for part in ("train", "test"):
                traces[f"{part} {what}"] = curve_style(part) | on(axis_number)
        traces["histogram"] = histogram_style() | on(5)
        traces["layer"] = layer_style() | on(6)
        return traces

    def layout(self) -> Spec:
        """The layout, but for the ranges."""
        layout = placed_layout(HEIGHT, self._places, x_ticks=5, y_ticks=5)
        self.label_bars(layout)
        for number in (2, max(self._measured)):
            layout[f"xaxis{number}"] |= {"title": {"text": "step", "standoff": 4, "font": {"size": 12}}}
        layout["yaxis3"] |= loss_axis(LOSSES)
        layout["xaxis5"] |= {"showgrid": False}
        layout["yaxis5"] |= COUNTS
        layout["xaxis6"] |= {"visible": False}
        layout["yaxis6"] |= {"visible": False, "scaleanchor": "x6", "constrain": "domain"}
        layout["xaxis6"] |= {"constrain": "domain", "constraintoward": "left"}
        pair = f"{colour_name('train')} and {colour_name('test')}"
        texts = {
            1: WEIGHTS_NOW,
            2: WEIGHTS_OVER_STEPS,
            **{number: f"{what.replace('_', ' ')}, {pair}" for number, what in self._measured.items()},
            5: "generated weights κ, how many of which value",
            6: "first layer, as pictures",
        }
        layout["annotations"] = headings(texts, self._places)
        return layout


def _loss_axis(records: Sequence[LossRecord]) -> dict[str, Any]:
    """The axis of losses: logarithmic, unless one of them is not above zero, as a loss of one's own may be."""
    losses = [v for r in records for v in (r.loss, r.train_loss, r.test_loss) if v is not None]
    if min(losses, default=1) > 0:
        return {"yaxis3_range": loss_axis_range(records)}
    return {
        "yaxis3_range": value_range(min(losses), max(losses)),
        "yaxis3_type": "linear",
        "yaxis3_tickmode": "auto",
    }


def _measure_range(measure: str, records: Sequence[LossRecord]) -> list[float]:
    """The range of the axis of what is measured: of accuracies up to 1."""
    values = [
        value for r in records for part in ("train", "test") if (value := getattr(r, f"{part}_{measure}")) is not None
    ]
    if measure == "accuracy":
        return [min([0.5, *(np.floor(v * 10) / 10 for v in values)]), 1.01]
    finite = [value for value in values if np.isfinite(value)]
    return value_range(min(finite), max(finite)) if finite else [0, 1]


def search_figure(state: SearchState) -> go.Figure:
    """The whole figure; a plain one, which needs no kernel to be looked at."""
    return SearchPicture.of(state).figure(state)
