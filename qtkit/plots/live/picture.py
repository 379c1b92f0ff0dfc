"""`LivePicture`: what a live figure shows of a state, and how it changes from draw to draw."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, Self, TypeVar

import plotly.graph_objects as go

from qtkit.plots.style import Spec, axis, base_layout, title

Part = Literal["bars", "curves", "generated"]
PARTS: tuple[Part, ...] = ("bars", "curves", "generated")
"""What can be drawn apart from the rest: the bars are cheap, the others are drawn less often."""

StateT_contra = TypeVar("StateT_contra", contravariant=True)


class LivePicture(ABC, Generic[StateT_contra]):
    """A figure whose traces, looks and headings stay, while their data and the axes' ranges follow a state.

    A panel's live widget and its static figure are made from the same picture, so they always show the same.
    """

    @classmethod
    @abstractmethod
    def of(cls, state: StateT_contra) -> Self:
        """The picture that has a place for all that `state` shows."""

    @abstractmethod
    def fits(self, state: StateT_contra) -> bool:
        """Whether this picture has a place for all that `state` shows."""

    @abstractmethod
    def traces(self) -> dict[str, Spec]:
        """Every trace by name, with its looks and axes but without data, in drawing order."""

    @abstractmethod
    def layout(self) -> Spec:
        """The layout, but for the ranges."""

    @abstractmethod
    def ranges(self, state: StateT_contra) -> dict[str, Any]:
        """The axes' ranges, as layout settings; they change in stages, seldom."""

    def bars(self, state: StateT_contra) -> dict[str, Spec]:  # noqa: ARG002
        """The data of the traces that are drawn most often, by name."""
        return {}

    def curves(self, state: StateT_contra) -> dict[str, Spec]:  # noqa: ARG002
        """The data of the traces that grow, by name."""
        return {}

    def generated(self, state: StateT_contra) -> dict[str, Spec]:  # noqa: ARG002
        """The data of the traces of what was generated, by name."""
        return {}

    def data(self, state: StateT_contra, parts: Sequence[Part] = PARTS) -> dict[str, Spec]:
        """The data of the traces that belong to `parts`, by name: what changes from draw to draw."""
        draw = {"bars": self.bars, "curves": self.curves, "generated": self.generated}
        return {name: values for part in parts for name, values in draw[part](state).items()}

    @property
    def names(self) -> list[str]:
        """The names of the traces, in their order in the figure."""
        return list(self.traces())

    def figure(self, state: StateT_contra) -> go.Figure:
        """The whole figure; a plain one, which needs no kernel to be looked at."""
        traces = self.traces()
        for name, values in self.data(state).items():
            traces[name] |= values
        figure = go.Figure(list(traces.values()), self.layout())
        figure.update_layout(self.ranges(state))
        return figure


def suffix(number: int) -> str:
    """What plotly adds to the name of an axis: nothing to the first."""
    return "" if number == 1 else str(number)


def on(number: int) -> Spec:
    """A trace's axes."""
    return {"xaxis": f"x{suffix(number)}", "yaxis": f"y{suffix(number)}"}


Domain = Sequence[float]


def placed_layout(height: int, places: Mapping[int, tuple[Domain, Domain]], x_ticks: int | None, y_ticks: int) -> Spec:
    """The layout of a figure of several plots, by the numbers of their axes.

    Arguments:
        places: axis number to where its plot stands, across and up, in figure coordinates.
        x_ticks: at most so many on each x axis; None leaves it to plotly.
        y_ticks: the same of each y axis.
    """
    layout = base_layout(height)
    for number, (across, up) in places.items():
        ticks = {} if x_ticks is None else {"nticks": x_ticks}
        layout[f"xaxis{suffix(number)}"] = axis(domain=across, anchor=f"y{suffix(number)}", **ticks)
        layout[f"yaxis{suffix(number)}"] = axis(domain=up, anchor=f"x{suffix(number)}", nticks=y_ticks)
    return layout


def headings(texts: Mapping[int, str], places: Mapping[int, tuple[Domain, Domain]]) -> list[Spec]:
    """The headings above the plots, by the numbers of their axes, as annotations."""
    return [title(text, places[number][0][0], places[number][1][1]) for number, text in texts.items()]
