"""`Panel`: what the panels of all trainings share, as seen from a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from qtkit.panels.parts.phase import Phase
from qtkit.panels.parts.shown import Shown
from qtkit.panels.training.model import TrainingModel
from qtkit.tasks.settings import with_overrides

if TYPE_CHECKING:
    import ipywidgets as w

    from qtkit.panels.training.view import TrainingView


class Panel(Shown, ABC):
    """A live training: choose, start, watch, stop.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it runs all the same.
    """

    def __init__(self, model: TrainingModel) -> None:
        self._model = model
        self._view: TrainingView | None = None

    @abstractmethod
    def figure(self) -> go.Figure:
        """What the panel shows, as a plain figure."""

    @abstractmethod
    def _make_view(self) -> TrainingView:
        """The widgets."""

    @property
    def settings(self) -> Any:
        """The settings; they can be set while no run is going on.

        Raises:
            RuntimeError: if set while a run is going on.
        """
        return self._model.settings

    @settings.setter
    def settings(self, settings: Any) -> None:
        self._model.settings = with_overrides(type(self._model.settings), settings, {})
        self._refresh()

    @property
    def phase(self) -> Phase:
        """Where the run stands."""
        return self._model.phase

    @property
    def records(self) -> pd.DataFrame:
        """The records of the last run: step, epoch, what was measured, seconds, and a column a structural weight."""
        return self._model.frame()

    @property
    def runs(self) -> pd.DataFrame:
        """The runs of this panel: settings, steps, best result, time, how each ended."""
        return self._model.table()

    @property
    def training(self) -> Any:
        """The training of the last run, with its `.model`, once it is built."""
        return self._model.training

    def run(self, *, blocking: bool = False) -> pd.DataFrame:
        """Start a run; if `blocking`, wait for its end (an interrupt of the kernel stops it). Returns the records.

        Raises:
            Exception: what the training raised, if `blocking`.
        """
        self.start()
        if blocking:
            try:
                while not self._model.join(0.1):
                    pass
            except KeyboardInterrupt:
                self.stop()
                raise
            self.join(5)  # the last draw: a thread that is cut off at the interpreter's end would abort it
            if self._model.error is not None:
                raise self._model.error
        return self.records

    def start(self) -> None:
        """What the Start button does."""
        self._model.start()
        self._refresh()

    def pause(self) -> None:
        """What the Pause button does."""
        self._model.pause()
        self._refresh()

    def step(self) -> None:
        """What the Step button does."""
        self._model.step()
        self._refresh()

    def stop(self) -> None:
        """What the Stop button does."""
        self._model.stop()
        self._refresh()

    def reset(self) -> None:
        """What the Reset button does."""
        self._model.reset()
        self._refresh()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the run has ended and is drawn; True if so."""
        ended = self._model.join(timeout)
        return ended and (self._view is None or self._view.ticker.join(timeout))

    def code(self) -> str:
        """Python that makes a panel in this state, seed included."""
        return self._model.code()

    def save(self, folder: str | Path = "saved") -> Path:
        """Write the trained network, without any quantum part, as safetensors into `folder`; the path.

        Raises:
            RuntimeError: if nothing has been trained yet.
        """
        return self._model.save(folder).result()

    @property
    def widget(self) -> w.Widget:
        """The panel as a widget, built when first asked for."""
        if self._view is None:
            self._view = self._make_view()
        return self._view.root

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._model.phase}: {len(self._model.runs)} runs)"
