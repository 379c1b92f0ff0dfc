"""The picture of a running search, in one figure: weights now and before, loss and accuracy, what was generated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.curves import colour_name, curve_style
from qtkit.plots.generated import GeneratedWeights, histogram_style, known_histogram, layer_data, layer_style
from qtkit.plots.labels import step_end
from qtkit.plots.live.circuits import WEIGHTS_NOW, WEIGHTS_OVER_STEPS, CircuitPicture, Network
from qtkit.plots.live.parts import COUNTS, LOSSES, loss_axis, loss_axis_range, training_data
from qtkit.plots.live.picture import headings, on, placed_layout
from qtkit.plots.style import Spec

HEIGHT = 590

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
        own: circuits of one's own that have a letter each, A first, whether they take part or not.
    """

    candidates: tuple[Ansatz, ...]
    records: Sequence[Any] = ()
    generated: GeneratedWeights | None = None
    expected: tuple[float, ...] | None = None
    own: tuple[Ansatz, ...] = ()


class SearchPicture(CircuitPicture[SearchState]):
    """Weights now and over the steps, loss and accuracy, and what was generated."""

    networks = (Network(bars=1, history=2),)

    def curves(self, state: SearchState) -> dict[str, Spec]:
        """The weights over the steps, loss and accuracy."""
        return super().curves(state) | training_data(state.records)

    def generated(self, state: SearchState) -> dict[str, Spec]:
        """The generated weights, counted, and the first layer."""
        known = state.generated
        return {"histogram": known_histogram(known), "layer": layer_data(known) if known else {"z": None}}

    def ranges(self, state: SearchState) -> dict[str, Any]:
        """The axes' ranges, as layout settings; they change in stages, seldom."""
        last = state.records[-1].step if state.records else 0
        ranges: dict[str, Any] = {f"xaxis{number}_range": [0, step_end(last)] for number in (2, 3, 4)}
        ranges |= super().ranges(state)
        ranges["yaxis3_range"] = loss_axis_range(state.records)
        accuracies = [v for r in state.records for v in (r.train_accuracy, r.test_accuracy) if v is not None]
        ranges["yaxis4_range"] = [min([0.5, *(np.floor(v * 10) / 10 for v in accuracies)]), 1.01]
        return ranges

    def traces(self) -> dict[str, Spec]:
        """Every trace by name, with its looks and axes but without data, in drawing order."""
        traces = self.weight_traces(self.networks[0])
        traces["batch loss"] = curve_style("batch") | on(3)
        for axis_number, what in ((3, "loss"), (4, "accuracy")):
            for part in ("train", "test"):
                traces[f"{part} {what}"] = curve_style(part) | on(axis_number)
        traces["histogram"] = histogram_style() | on(5)
        traces["layer"] = layer_style() | on(6)
        return traces

    def layout(self) -> Spec:
        """The layout, but for the ranges."""
        layout = placed_layout(HEIGHT, _PLACES, x_ticks=5, y_ticks=5)
        self.label_bars(layout)
        for number in (2, 4):
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
            3: f"loss, {pair}",
            4: f"accuracy, {pair}",
            5: "generated weights κ, how many of which value",
            6: "first layer, as pictures",
        }
        layout["annotations"] = headings(texts, _PLACES)
        return layout


def search_figure(state: SearchState) -> go.Figure:
    """The whole figure; a plain one, which needs no kernel to be looked at."""
    return SearchPicture.of(state).figure(state)
