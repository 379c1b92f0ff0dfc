"""The search figure as a live widget: one batch of changes a draw."""

from __future__ import annotations

import plotly.graph_objects as go

from qtkit.ansatz import Ansatz
from qtkit.plots.search import PARTS, SearchState, search_data, search_figure, search_ranges, trace_names
from qtkit.plots.style import slots


class LiveFigure:
    """A plotly `FigureWidget` of a search, in `.widget`.

    Its first state brings about 5 MB of plotly to the browser, so a panel makes one, when it is first shown.
    """

    def __init__(self, state: SearchState) -> None:
        self.places: tuple[Ansatz, ...] = slots(state.candidates)
        self.widget = go.FigureWidget(search_figure(state))
        self.widget._config = {**self.widget._config, "displayModeBar": False, "responsive": True}
        self.widget.add_class("qtkit-figure")
        self._index = {name: i for i, name in enumerate(trace_names(state.candidates))}
        self._ranges = search_ranges(state)

    def fits(self, state: SearchState) -> bool:
        """Whether there is a place for every candidate of `state`."""
        return set(slots(state.candidates)) <= set(self.places)

    def draw(self, state: SearchState, parts: tuple[str, ...] = PARTS) -> None:
        """Bring the figure to `state`; only the given parts of it."""
        ranges = search_ranges(state)
        changed = {name: value for name, value in ranges.items() if self._ranges.get(name) != value}
        with self.widget.batch_update():
            for name, data in search_data(state, parts, self.places).items():
                self.widget.data[self._index[name]].update(data)
            if changed:
                self.widget.update_layout(changed)
        self._ranges = ranges
