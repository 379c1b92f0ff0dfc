"""`PlotlyFigure`: plotly's `FigureWidget`, which also starts on a machine that has little time."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import plotly.graph_objects as go
import traitlets

from qtkit.panels.parts.hearing import Hearing
from qtkit.web.bundle import bundle


class PlotlyFigure(Hearing, go.FigureWidget):
    """A `FigureWidget` whose five megabytes of script come beside a small one that starts at once, see `plotly.js`."""

    _esm = bundle(Path(__file__).with_name("plotly.js"))
    _plotly = traitlets.Unicode().tag(sync=True)

    @traitlets.default("_plotly")
    def _read_plotly(self) -> str:
        source = go.FigureWidget._esm  # a path; anywidget makes the file's contents of it
        return source.read_text(encoding="utf-8") if isinstance(source, Path) else str(source)

    def _gather_state(self) -> None:
        self._widget_layout = deepcopy(self._layout_obj._props)
        self._widget_data = deepcopy(self._data)
