"""A figure as a live widget: one batch of changes a draw."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import ipywidgets as w
import plotly.graph_objects as go

from qtkit.panels.parts.plotly_figure import PlotlyFigure
from qtkit.plots.live.picture import PARTS, LivePicture, Part

_UNCONFIRMED = 3  # draws
_PATIENCE = 0.35  # seconds

StateT = TypeVar("StateT")


class LiveFigure(Generic[StateT]):
    """A plotly figure in `.widget` that shows a picture; `.box`, which has the headings too, is shown,
    and scrolls where the page is too narrow for it.

    Its first state brings about 5 MB of plotly to the browser, so a panel makes one, when it is first shown. Headings
    are a figure's annotations, shown as HTML: plotly measures each of them anew at every draw.
    """

    def __init__(self, picture: LivePicture[StateT], state: StateT) -> None:
        self.picture = picture
        figure = picture.figure(state)
        headings = w.HTML(headings_html(figure))
        figure.layout.annotations = ()
        self.widget = PlotlyFigure(figure)
        self.widget._config = {**self.widget._config, "displayModeBar": False, "responsive": True}
        self.widget.add_class("qtkit-figure")
        headings.add_class("qtkit-headings")
        inner = w.Box([headings, self.widget])
        inner.add_class("qtkit-figure-box")
        self.box = w.Box([inner])
        self.box.add_class("qtkit-figure-scrolls")
        self.traces: Mapping[str, Any] = dict(zip(picture.names, self.widget.data, strict=True))
        self._ranges = picture.ranges(state)
        self._confirmed, self._drawn_at = 0, 0.0
        self.widget.observe(self._on_confirmed, "_js2py_traceDeltas")

    def draw(self, state: StateT, parts: Sequence[Part] = PARTS) -> None:
        """Bring the figure to `state`, all of it or only the given parts, as one batch of changes.

        The picture must fit the state.
        """
        ranges = self.picture.ranges(state)
        changed = {name: value for name, value in ranges.items() if self._ranges.get(name) != value}
        with self.widget.batch_update():
            for name, data in self.picture.data(state, parts).items():
                self.traces[name].update(data)
            if changed:
                self.widget.update_layout(changed)
        self._ranges, self._drawn_at = ranges, time.monotonic()

    @property
    def behind(self) -> bool:
        """Whether the browser has yet to confirm several draws, the last of them recent: better not send more now.

        A slow browser would otherwise gather a queue, and its buttons would stop answering. Where nothing is ever
        confirmed (no browser, or a kernel that is busy with a cell) draws just come more slowly.
        """
        waiting = self.widget._last_trace_edit_id - self._confirmed
        return waiting >= _UNCONFIRMED and time.monotonic() - self._drawn_at < _PATIENCE

    def _on_confirmed(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self._confirmed = max(self._confirmed, change["new"].get("trace_edit_id", 0))

    def close(self) -> None:
        """Take it from the page."""
        (inner,) = self.box.children
        for widget in (*inner.children, inner, self.box):
            widget.close()


def headings_html(figure: go.Figure) -> str:
    """The annotations of a figure, which stand in figure coordinates, as HTML at the same places.

    One that would run into its neighbour, on a narrow page, is cut.
    """
    margin, height = figure.layout.margin, figure.layout.height
    inner = height - margin.t - margin.b
    spans = []
    for note in figure.layout.annotations:
        across = f"(100% - {margin.l + margin.r}px)"
        left = f"calc({margin.l}px + {across} * {note.x:.4f})"
        end = min((other.x for other in figure.layout.annotations if other.y == note.y and other.x > note.x), default=1)
        room = f"calc({across} * {end - note.x:.4f} - 6px)"
        bottom = margin.t + inner * (1 - note.y)
        spans.append(f'<span style="left:{left};top:{bottom:.0f}px;max-width:{room}">{note.text}</span>')
    return "".join(spans)
