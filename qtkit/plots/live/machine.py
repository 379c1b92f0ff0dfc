"""The picture of a network read on an imperfect machine: its weights against the exact ones, and what each try gave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from qtkit.plots.labels import step_end
from qtkit.plots.live.parts import LOSSES, loss_axis, loss_range
from qtkit.plots.live.picture import LivePicture, headings, on, placed_layout, suffix
from qtkit.plots.style import INK, TEST_COLOUR, Spec

HEIGHT = 380
MAX_TRIES = 400

# axis number: (x domain, y domain)
_PLACES = {1: ([0.0, 0.47], [0.0, 1.0]), 2: ([0.58, 1.0], [0.0, 1.0])}
_WIDER = 0.6  # the axis of the weights as read, by this share of the exact ones' span at each end


@dataclass(frozen=True)
class MachineState:
    """All that the figure shows.

    Arguments:
        measure: what a try gave: `"accuracy"` or `"loss"`.
        exact_weights: some of the generated weights `(S,)`, of exact probabilities; None if not known yet.
        read_weights: the same as the machine read them `(S,)`; None before the first try.
        exact: the exact network's accuracy or loss; None if not known yet.
        tries: value and settings in words of each try, in order.
    """

    measure: str = "accuracy"
    exact_weights: np.ndarray | None = None
    read_weights: np.ndarray | None = None
    exact: float | None = None
    tries: Sequence[tuple[float, str]] = ()


class MachinePicture(LivePicture[MachineState]):
    """The weights as read against the exact ones, and what each try gave.

    Arguments:
        measure: what a try gives: `"accuracy"` or `"loss"`.
    """

    def __init__(self, measure: str = "accuracy") -> None:
        self.measure = measure

    @classmethod
    def of(cls, state: MachineState) -> Self:
        """The picture of such tries."""
        return cls(state.measure)

    def fits(self, state: MachineState) -> bool:
        """Whether these are such tries."""
        return state.measure == self.measure

    def generated(self, state: MachineState) -> dict[str, Spec]:
        """The weights, and where all would lie on a perfect machine."""
        ends = list(_weight_range(state.exact_weights))
        return {"equal": {"x": ends, "y": ends}, "weights": _points(state)}

    def curves(self, state: MachineState) -> dict[str, Spec]:
        """The tries, those that gave a finite number."""
        exact = None if state.exact is None or not math.isfinite(state.exact) else state.exact
        tries = [
            (number, value, text) for number, (value, text) in enumerate(state.tries, start=1) if math.isfinite(value)
        ][-MAX_TRIES:]
        return {
            "exact": {"x": _try_range(state), "y": [exact, exact]},
            "tries": _dots(tries[:-1]),
            "last": _dots(tries[-1:]),
        }

    def ranges(self, state: MachineState) -> dict[str, Any]:
        """The axes' ranges, as layout settings: those of the weights never change once the exact ones are known."""
        values = [v for v in [*(v for v, _ in state.tries), state.exact] if v is not None and math.isfinite(v)]
        if state.measure == "accuracy":
            up = [min([0.4, *(math.floor(v * 10) / 10 for v in values)]), 1.02]
        else:
            up = loss_range([v for v in values if v > 0] or [0.001, 1.0])
        return {
            "xaxis_range": list(_weight_range(state.exact_weights)),
            "yaxis_range": list(_read_range(state.exact_weights)),
            "xaxis2_range": _try_range(state),
            "yaxis2_range": up,
        }

    def traces(self) -> dict[str, Spec]:
        """Every trace by name, with its looks and axes but without data, in drawing order."""
        dashed = {"type": "scatter", "mode": "lines", "line": {"color": INK, "width": 1.5, "dash": "dash"}}
        markers = {"type": "scatter", "mode": "markers", "cliponaxis": False}
        told = {"hovertemplate": f"try %{{x}}: {self.measure} %{{y:.4g}}<br>%{{customdata}}<extra></extra>"}
        ring = {"color": "rgba(0,0,0,0)", "size": 8, "line": {"color": TEST_COLOUR, "width": 1.8}}
        return {
            "weights": markers
            | {"marker": {"color": TEST_COLOUR, "size": 4, "opacity": 0.55}}
            | {"hovertemplate": "exact %{customdata[0]:.4f}, read %{customdata[1]:.4f}<extra></extra>"}
            | on(1),
            "equal": dashed | {"hoverinfo": "skip"} | on(1),
            "exact": dashed | {"hovertemplate": f"exact: {self.measure} %{{y:.4g}}<extra></extra>"} | on(2),
            "tries": markers | told | {"marker": ring} | on(2),
            "last": markers | told | {"marker": {"color": TEST_COLOUR, "size": 11}} | on(2),
        }

    def layout(self) -> Spec:
        """The layout, but for the ranges."""
        layout = placed_layout(HEIGHT, _PLACES, x_ticks=6, y_ticks=6)
        layout["margin"] = {**layout["margin"], "b": 42}
        for number, text in ((1, "κ, exact"), (2, "try (dashed: exact)")):
            layout[f"xaxis{suffix(number)}"]["title"] = {"text": text, "standoff": 4, "font": {"size": 12}}
        layout["xaxis2"]["tickformat"] = "d"
        if self.measure == "loss":
            layout["yaxis2"] |= loss_axis(LOSSES)
        read = f"<span style='color:{TEST_COLOUR}'><b>read</b></span>"
        layout["annotations"] = headings({1: f"weights κ as {read}", 2: f"test {self.measure} as {read}"}, _PLACES)
        return layout


def n_beyond(state: MachineState) -> int:
    """How many of the read weights lie beyond the picture; they stand at its edge, as triangles."""
    if state.exact_weights is None or state.read_weights is None:
        return 0
    low, high = _read_range(state.exact_weights)
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


def _read_range(exact: np.ndarray | None) -> tuple[float, float]:
    """That of the weights as read: wider."""
    low, high = _weight_range(exact)
    room = _WIDER * (high - low)
    return low - room, high + room


def _try_range(state: MachineState) -> list[float]:
    return [0, step_end(len(state.tries))]


def _points(state: MachineState) -> Spec:
    if state.exact_weights is None:
        return {"x": [], "y": [], "customdata": None, "marker_symbol": "circle"}
    exact = state.exact_weights
    read = exact if state.read_weights is None else state.read_weights
    low, high = _read_range(exact)
    symbols = np.where(read > high, "triangle-up", np.where(read < low, "triangle-down", "circle"))
    return {
        "x": np.clip(exact, *_weight_range(exact)),
        "y": np.clip(read, low, high),
        "customdata": np.stack([exact, read], axis=1),  # (S, 2): the true values, also of points at the edge
        "marker_symbol": symbols.tolist(),
    }


def _dots(tries: Sequence[tuple[int, float, str]]) -> Spec:
    return {
        "x": [number for number, _, _ in tries],
        "y": [value for _, value, _ in tries],
        "customdata": [text for _, _, text in tries],
    }
