"""The picture of an agent in training, in one figure: return, entropy, weights of policy and value, now and before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.curves import MAX_POINTS, curve_style, thin
from qtkit.plots.labels import step_end, value_range
from qtkit.plots.live.circuits import WEIGHTS_NOW, CircuitPicture, Network
from qtkit.plots.live.parts import StepRecord
from qtkit.plots.live.picture import headings, on, placed_layout, suffix
from qtkit.plots.style import MIXED_COLOUR, Spec

HEIGHT = 640

RETURN_COLOUR, BEST_COLOUR = MIXED_COLOUR, "#8C8C8C"
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


class AgentRecord(StepRecord, Protocol):
    """A record of reinforcement learning; a step is an update."""

    @property
    def entropy(self) -> float | None:
        """Of the policy, in nats."""


@dataclass(frozen=True)
class AgentState:
    """All that the figure shows.

    Arguments:
        candidates: the N circuits, none for a model without a circuit.
        records: those of one run, in order, with N effective weights each in `weights` and `value_weights`.
        returns: of all episodes so far, in order `(E,)`.
        window: over how many episodes mean and standard deviation are taken.
        best: the return of the shortest path, if it is known.
        expected: the weights a run will start from `(N,)`, if known: shown while there is no record.
        own: circuits of one's own that have a letter each, A first, whether they take part or not.
        n_actions: how many there are: what the policy's entropy can be at most.
        has_best: whether the environment has a shortest path, whose return is known now or once it is built.
    """

    candidates: tuple[Ansatz, ...]
    records: Sequence[AgentRecord] = ()
    returns: Sequence[float] | np.ndarray = ()
    window: int = 100
    best: float | None = None
    expected: tuple[float, ...] | None = None
    own: tuple[Ansatz, ...] = ()
    n_actions: int = 7
    has_best: bool = True


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
    ends = np.array(thin(len(values), limit), dtype=np.int64) + 1
    starts = np.maximum(ends - window, 0)
    sums, squares = (np.concatenate([[0.0], np.cumsum(values**power)]) for power in (1, 2))
    mean = (sums[ends] - sums[starts]) / (ends - starts)
    variance = (squares[ends] - squares[starts]) / (ends - starts) - mean**2
    return ends, mean, np.sqrt(np.maximum(variance, 0.0))


class AgentPicture(CircuitPicture[AgentState]):
    """Return and entropy, and the weights of policy and value network, now and over the updates.

    Arguments:
        candidates: see `CircuitPicture`.
        has_best: see `AgentState`.
    """

    networks = (
        Network(name="policy", bars=3, history=4),
        Network(name="value", bars=5, history=6, field="value_weights", prefix="value "),
    )

    def __init__(self, candidates: Sequence[Ansatz] = (), *, has_best: bool = True) -> None:
        super().__init__(candidates)
        self.has_best = has_best

    @classmethod
    def of(cls, state: AgentState) -> Self:
        """The picture that has a place for all that `state` shows."""
        return cls((*state.own, *state.candidates), has_best=state.has_best)

    def fits(self, state: AgentState) -> bool:
        """Whether there is a place for each candidate of `state`, and a shortest path is named where there is one."""
        return super().fits(state) and self.has_best == state.has_best

    def curves(self, state: AgentState) -> dict[str, Spec]:
        """The weights over the updates, return and entropy."""
        return super().curves(state) | _return_data(state) | _entropy_data(state.records)

    def ranges(self, state: AgentState) -> dict[str, Any]:
        """The axes' ranges, as layout settings; they change in stages, seldom."""
        last = state.records[-1].step if state.records else 0
        end = step_end(1.12 * last)  # room for names
        ranges: dict[str, Any] = {f"xaxis{number}_range": [0, end] for number in (2, 4, 6)}
        ranges |= {
            "xaxis_range": [0, step_end(len(state.returns))],
            "yaxis2_range": [0, _above_uniform(state.n_actions)],
        }
        ranges |= super().ranges(state)
        _, mean, spread = moving_statistics(state.returns, state.window)
        low, high = float(np.min(mean - spread, initial=0.0)), float(np.max(mean + spread, initial=1.0))
        # Returns of MiniGrid are 0 to 1; the band around their mean may stick out a little.
        ranges["yaxis_range"] = (
            [math.floor(10 * low) / 10 - 0.02, math.ceil(10 * high) / 10 + 0.02]
            if low > -1 and high < 2
            else value_range(low, high)
        )
        return ranges

    def traces(self) -> dict[str, Spec]:
        """Every trace by name, with its looks and axes but without data, in drawing order."""
        line = {"type": "scatter", "mode": "lines"}
        edge = line | {"line": {"width": 0}, "hoverinfo": "skip"}
        told = "episode %{x}<br>mean %{y:.3f} ± %{customdata:.3f}<extra></extra>"
        nats = {"mode": "lines", "hovertemplate": "update %{x}: %{y:.3f} nats<extra></extra>"}
        traces = {
            "best": line | {"line": {"color": BEST_COLOUR, "width": 1.5, "dash": "dash"}, "hoverinfo": "skip"} | on(1),
            "below": edge | on(1),
            "above": edge | {"fill": "tonexty", "fillcolor": "rgba(204,121,167,0.25)"} | on(1),
            "return": line | {"line": {"color": RETURN_COLOUR, "width": 2.4}, "hovertemplate": told} | on(1),
            "each entropy": curve_style("batch") | {"hoverinfo": "skip", "hovertemplate": None} | on(2),
            "entropy": curve_style("test") | nats | on(2),
        }
        for network in self.networks:
            traces |= self.weight_traces(network)
        return traces

    def layout(self) -> Spec:
        """The layout, but for the ranges."""
        layout = placed_layout(HEIGHT, _PLACES, x_ticks=5, y_ticks=5)
        for number, unit in ((1, "episode"), (2, "update"), (6, "update")):
            layout[f"xaxis{suffix(number)}"] |= {"title": {"text": unit, "standoff": 4, "font": {"size": 12}}}
        self.label_bars(layout)
        best = f"; <span style='color:{BEST_COLOUR}'><b>- -</b> shortest path</span>" if self.has_best else ""
        texts = {
            1: f"return, <span style='color:{RETURN_COLOUR}'><b>mean</b> ± deviation</span>{best}",
            2: "entropy of the policy",
        }
        for network in self.networks:
            texts[network.bars] = f"<b>{network.name}</b>: {WEIGHTS_NOW}"
            texts[network.history] = f"<b>{network.name}</b>: w<sub>j</sub> over the updates"
        layout["annotations"] = headings(texts, _PLACES)
        return layout


def _above_uniform(n_actions: int) -> float:
    """A little above the entropy of a policy for which all actions are alike, in nats: the highest there is."""
    return math.ceil(105.3 * math.log(max(n_actions, 2))) / 100


def _return_data(state: AgentState) -> dict[str, Spec]:
    episodes, mean, spread = moving_statistics(state.returns, state.window)
    known = state.best is not None
    return {
        "below": {"x": episodes, "y": mean - spread},
        "above": {"x": episodes, "y": mean + spread},
        "return": {"x": episodes, "y": mean, "customdata": spread},
        "best": {"x": [0, step_end(len(state.returns))] if known else [], "y": [state.best] * 2 if known else []},
    }


def _entropy_data(records: Sequence[AgentRecord]) -> dict[str, Spec]:
    known = [(record.step, record.entropy) for record in records if record.entropy is not None]
    rounds = [known[i] for i in thin(len(known))]
    places, mean, _ = moving_statistics([entropy for _, entropy in known], _ENTROPY_WINDOW)
    return {
        "each entropy": {"x": [step for step, _ in rounds], "y": [entropy for _, entropy in rounds]},
        "entropy": {"x": [known[place - 1][0] for place in places], "y": mean},
    }
