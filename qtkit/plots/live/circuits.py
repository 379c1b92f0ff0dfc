"""`CircuitPicture`: a live figure with structural weights, as bars now and as lines over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.live.parts import CircuitState, bars_data, history_data, weight_ranges
from qtkit.plots.live.picture import LivePicture, on, suffix
from qtkit.plots.style import Spec, slots
from qtkit.plots.weights import bar_axis, bar_style, label_style, line_style, start_style


@dataclass(frozen=True, kw_only=True)
class Network:
    """A network whose structural weights are shown.

    Attributes:
        name: such as "policy", if the figure shows several.
        bars, history: the numbers of the axes that show the weights now, and over the steps.
        field: of the records, that of its weights.
        prefix: of the names of its traces.
    """

    name: str = ""
    bars: int
    history: int
    field: str = "weights"
    prefix: str = ""


WEIGHTS_NOW, WEIGHTS_OVER_STEPS = "structural weights w<sub>j</sub>, now", "w<sub>j</sub> over the steps"
"""Headings."""

CircuitStateT_contra = TypeVar("CircuitStateT_contra", bound=CircuitState, contravariant=True)


class CircuitPicture(LivePicture[CircuitStateT_contra]):
    """Structural weights and what a task adds.

    Arguments:
        candidates: those that need a place: the twelve of Table I have one in any case.
    """

    networks: ClassVar[tuple[Network, ...]]

    def __init__(self, candidates: Sequence[Ansatz] = ()) -> None:
        self.places = slots(candidates)

    @classmethod
    def of(cls, state: CircuitStateT_contra) -> Self:
        """The picture that has a place for each candidate of `state`, and for circuits of one's own in their order."""
        return cls((*state.own, *state.candidates))

    def fits(self, state: CircuitStateT_contra) -> bool:
        """Whether there is a place for each candidate of `state`."""
        return set(slots((*state.own, *state.candidates))) <= set(self.places)

    def bars(self, state: CircuitStateT_contra) -> dict[str, Spec]:
        """The weights now, and at the start."""
        data = [bars_data(state, self.places, each.field, each.prefix) for each in self.networks]
        return {name: values for each in data for name, values in each.items()}

    def curves(self, state: CircuitStateT_contra) -> dict[str, Spec]:
        """The weights over the steps."""
        data = [history_data(state, self.places, each.field, each.prefix) for each in self.networks]
        return {name: values for each in data for name, values in each.items()}

    def ranges(self, state: CircuitStateT_contra) -> dict[str, Any]:
        """Those of the axes that show weights."""
        ranges: dict[str, Any] = {}
        for each in self.networks:
            ranges |= weight_ranges(state, f"yaxis{suffix(each.bars)}", f"yaxis{suffix(each.history)}", each.field)
        return ranges

    def weight_traces(self, network: Network) -> dict[str, Spec]:
        """The traces of a network's weights, without data."""
        prefix, bars, history = network.prefix, on(network.bars), on(network.history)
        traces = {
            f"{prefix}bars": bar_style(self.places) | bars,
            f"{prefix}start": start_style(len(self.places)) | bars,
        }
        for i, candidate in enumerate(self.places):
            traces[f"{prefix}line {i}"] = line_style(candidate, self.places) | history
        return traces | {f"{prefix}labels": label_style() | history}

    def label_bars(self, layout: Spec) -> None:
        """Name the candidates under their bars."""
        for each in self.networks:
            layout[f"xaxis{suffix(each.bars)}"] |= bar_axis(self.places)
            layout[f"yaxis{suffix(each.bars)}"] |= {"zeroline": True}
