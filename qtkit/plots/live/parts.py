"""What the live figures of all tasks share: data and ranges of the weights and of the losses.

`of` names the field of the records that holds the weights. A figure that shows the weights of two networks tells the
second's traces by a `prefix` of their names.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.curves import thin
from qtkit.plots.labels import end_labels, label_data, value_range
from qtkit.plots.style import Spec
from qtkit.plots.weights import by_place

LOSSES = [digit * 10.0**power for power in range(-6, 2) for digit in (1, 2, 5)]
"""Ticks of a logarithmic axis."""

COUNTS = {"nticks": 3, "tickformat": "~s", "rangemode": "nonnegative"}
"""The axis of a histogram."""


class StepRecord(Protocol):
    """A record of a run: it has structural weights too, in each of the fields that a picture's networks name."""

    @property
    def step(self) -> int:
        """Of the optimiser, from 0 on."""


class LossRecord(StepRecord, Protocol):
    """A record of a training over epochs; what was measured over all data is there at an epoch's end alone."""

    @property
    def loss(self) -> float | None:
        """Of the batch."""

    @property
    def train_loss(self) -> float | None:
        """Over all data to train on."""

    @property
    def test_loss(self) -> float | None:
        """Over all data to test on."""


class CircuitState(Protocol):
    """What a figure with structural weights shows, at least."""

    @property
    def candidates(self) -> tuple[Ansatz, ...]:
        """The N circuits, none for a model without a circuit."""

    @property
    def own(self) -> tuple[Ansatz, ...]:
        """Circuits of one's own that have a letter each, A first, whether they take part or not."""

    @property
    def records(self) -> Sequence[StepRecord]:
        """Those of one run, in order, with N effective weights in each of the fields shown."""

    @property
    def expected(self) -> tuple[float, ...] | None:
        """The weights a run will start from `(N,)`, if known: shown while there is no record."""


def weight_ranges(state: CircuitState, bars: str, history: str, of: str = "weights") -> dict[str, list[float]]:
    """The ranges of the two axes that show weights, by their names in the layout."""
    now, start = now_and_start(state, of)
    if not now:
        return {f"{bars}_range": [0, 0.2], f"{history}_range": [0, 0.2]}
    shown, matrix = [*now, *start], weight_matrix(state, of)[1]
    low, high = float(np.min(matrix, initial=min(now))), float(np.max(matrix, initial=max(now)))
    return {
        f"{bars}_range": value_range(min(shown), max(shown), zero=True),
        f"{history}_range": value_range(low, high),
    }


def loss_axis(ticks: Sequence[float]) -> Spec:
    """A logarithmic axis."""
    return {"type": "log", "tickvals": ticks, "ticktext": [f"{value:g}" for value in ticks]}


def loss_axis_range(records: Sequence[LossRecord], empty: Sequence[float] = (0.2, 1.0)) -> list[float]:
    """The range of the logarithmic axis of losses."""
    losses = [v for r in records for v in (r.loss, r.train_loss, r.test_loss) if v is not None and v > 0]
    return loss_range(losses or empty)


def _with_weights(state: CircuitState, of: str) -> Sequence[StepRecord]:
    """The records, if they hold a weight for each candidate: all of a run do, or none."""
    n = len(state.candidates)
    return state.records if n and state.records and len(getattr(state.records[-1], of)) == n else ()


def now_and_start(state: CircuitState, of: str = "weights") -> tuple[Sequence[float], Sequence[float]]:
    """The last weights and the first; empty if there are none."""
    records = _with_weights(state, of)
    if not records:
        return state.expected or (), ()
    return getattr(records[-1], of), getattr(records[0], of)


def loss_range(losses: Sequence[float]) -> list[float]:
    """The ends of a logarithmic axis around `losses`, on two different ticks, as powers of ten."""
    below = [tick for tick in LOSSES if tick <= min(losses)]
    above = [tick for tick in LOSSES if tick >= max(losses)]
    low, high = (below[-1] if below else min(losses)), (above[0] if above else max(losses))
    return [math.log10(low * 0.97), math.log10(max(high, low * 2) * 1.03)]


def bars_data(state: CircuitState, places: Sequence[Ansatz], of: str = "weights", prefix: str = "") -> dict[str, Spec]:
    """The bars of the weights now, and the marks of those at the start."""
    now, start = now_and_start(state, of)
    none = [None] * len(places)
    return {
        f"{prefix}bars": {"y": by_place(now, state.candidates, places) if now else none},
        f"{prefix}start": {"y": by_place(start, state.candidates, places) if start else none},
    }


def weight_matrix(state: CircuitState, of: str = "weights") -> tuple[list[int], np.ndarray]:
    """Steps and weights `(S, N)` of the thinned records."""
    records = _with_weights(state, of)
    picked = [records[i] for i in thin(len(records), 200)]
    return [r.step for r in picked], np.array([getattr(r, of) for r in picked], dtype=float)


def history_data(
    state: CircuitState, places: Sequence[Ansatz], of: str = "weights", prefix: str = ""
) -> dict[str, Spec]:
    """The lines of the weights over the steps, and their names at the ends."""
    steps, weights = weight_matrix(state, of)
    data: dict[str, Spec] = {f"{prefix}line {i}": {"x": [], "y": []} for i in range(len(places))}
    if not steps:
        return data | {f"{prefix}labels": label_data([], 0)}
    for j, candidate in enumerate(state.candidates):
        data[f"{prefix}line {places.index(candidate)}"] = {"x": steps, "y": weights[:, j]}
    limits = value_range(float(weights.min()), float(weights.max()))
    ends = by_place(weights[-1], state.candidates, places)
    return data | {f"{prefix}labels": label_data(end_labels(ends, places, limits), steps[-1])}


def training_data(records: Sequence[LossRecord], measures: Sequence[str] = ("loss", "accuracy")) -> dict[str, Spec]:
    """Curves of the batches' loss, and of what was measured over all data in training and testing."""
    batches = [record for record in records if record.loss is not None]
    batches = [batches[i] for i in thin(len(batches))]
    data = {"batch loss": {"x": [r.step for r in batches], "y": [r.loss for r in batches]}}
    for part in ("train", "test"):
        for what in measures:
            known = [(r.step, v) for r in records if (v := getattr(r, f"{part}_{what}")) is not None]
            known = [known[i] for i in thin(len(known))]
            data[f"{part} {what}"] = {"x": [step for step, _ in known], "y": [value for _, value in known]}
    return data
