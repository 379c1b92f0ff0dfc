"""A figure as a live widget: one batch of changes a draw."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets as w
import plotly.graph_objects as go

from qtkit.circuits.ansatz import Ansatz
from qtkit.plots.live.search import search_data, search_figure, search_ranges, trace_names
from qtkit.plots.style import slots

_UNCONFIRMED = 3  # draws
_PATIENCE = 0.35  # seconds


@dataclass(frozen=True)
class Picture:
    """What a live figure shows, as functions of a state, which has `candidates`.

    Attributes:
        figure: state to the whole figure.
        data: state, parts (None: all) and places to the data of traces, by name.
        ranges: state to axis ranges, as layout settings.
        names: candidates to the names of the traces, in their order in the figure.
    """

    figure: Callable[[Any], go.Figure]
    data: Callable[..., dict[str, dict]]
    ranges: Callable[[Any], dict[str, Any]]
    names: Callable[[tuple[Ansatz, ...]], list[str]]


SEARCH = Picture(search_figure, search_data, search_ranges, trace_names)


class LiveFigure:
    """A plotly `FigureWidget` in `.widget`, by default that of a search; `.box`, which has the headings too, is shown.

    Its first state brings about 5 MB of plotly to the browser, so a panel makes one, when it is first shown. Headings
    are a figure's annotations, shown as HTML: plotly measures each of them anew at every draw.
    """

    def __init__(self, state: Any, picture: Picture = SEARCH) -> None:
        self.picture = picture
        self.places: tuple[Ansatz, ...] = slots(state.candidates)
        figure = picture.figure(state)
        headings = w.HTML(headings_html(figure))
        figure.layout.annotations = ()
        self.widget = go.FigureWidget(figure)
        self.widget._config = {**self.widget._config, "displayModeBar": False, "responsive": True}
        self.widget.add_class("qtkit-figure")
        headings.add_class("qtkit-headings")
        self.box = w.Box([headings, self.widget])
        self.box.add_class("qtkit-figure-box")
        self._index = {name: i for i, name in enumerate(picture.names(state.candidates))}
        self._ranges = picture.ranges(state)
        self._confirmed, self._drawn_at = 0, 0.0
        self.widget.observe(self._on_confirmed, "_js2py_traceDeltas")

    def fits(self, state: Any) -> bool:
        """Whether there is a place for every candidate of `state`."""
        return set(slots(state.candidates)) <= set(self.places)

    def draw(self, state: Any, parts: tuple[str, ...] | None = None) -> None:
        """Bring the figure to `state`, all of it or only the given parts, as one batch of changes."""
        ranges = self.picture.ranges(state)
        changed = {name: value for name, value in ranges.items() if self._ranges.get(name) != value}
        with self.widget.batch_update():
            for name, data in self.picture.data(state, parts, self.places).items():
                self.widget.data[self._index[name]].update(data)
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

    def _on_confirmed(self, change: dict) -> None:
        if change["new"]:
            self._confirmed = max(self._confirmed, change["new"].get("trace_edit_id", 0))

    def close(self) -> None:
        """Take it from the page."""
        for widget in (*self.box.children, self.box):
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
