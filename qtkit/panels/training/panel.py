"""`Panel`: what the panels of all trainings share, as seen from a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic

import pandas as pd
import plotly.graph_objects as go

from qtkit.names import counted
from qtkit.panels.parts.phase import Phase
from qtkit.panels.parts.shown import Shown
from qtkit.panels.training.model import TrainingModel
from qtkit.panels.training.session import SettingsT, TrainingT
from qtkit.tasks.settings import with_overrides

if TYPE_CHECKING:
    from qtkit.panels.training.view import TrainingView


class Panel(Shown, Generic[SettingsT, TrainingT]):
    """A live training: choose, start, watch, stop.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it runs all the same.

    Attributes:
        model: what is the case and can be done, without widgets.
    """

    view: TrainingView[SettingsT, TrainingT] | None = None

    def __init__(self, model: TrainingModel[SettingsT, TrainingT, Any]) -> None:
        self.model = model

    def figure(self) -> go.Figure:
        """What the panel's figure shows, as a plain one."""
        return self.model.figure()

    @property
    def settings(self) -> SettingsT:
        """The settings; they can be set while no run is going on.

        Raises:
            RuntimeError: if set while a run is going on.
        """
        return self.model.settings

    @settings.setter
    def settings(self, settings: SettingsT) -> None:
        self.model.settings = with_overrides(type(self.model.settings), settings, {})
        self._refresh()

    @property
    def phase(self) -> Phase:
        """Where the run stands."""
        return self.model.phase

    @property
    def records(self) -> pd.DataFrame:
        """The records of the last run: step, epoch, what was measured, seconds, and a column a structural weight."""
        return self.model.frame()

    @property
    def runs(self) -> pd.DataFrame:
        """The runs of this panel: settings, steps, best result, time, how each ended."""
        return self.model.table()

    @property
    def training(self) -> TrainingT | None:
        """The training of the last run, with its `.model`, once it is built; None once another panel has taken over."""
        return self.model.training

    def run(self, *, blocking: bool = False) -> pd.DataFrame:
        """Start a run; if `blocking`, wait for its end (an interrupt of the kernel stops it). Returns the records.

        Raises:
            Exception: what the training raised, if `blocking`.
        """
        self.start()
        if blocking:
            try:
                while not self.model.join(0.1):
                    pass
            except KeyboardInterrupt:
                self.stop()
                raise
            self.join(5)  # the last draw: a thread that is cut off at the interpreter's end would abort it
            if self.model.error is not None:
                raise self.model.error
        return self.records

    def start(self) -> None:
        """What the Start button does."""
        self.model.start()
        self._refresh()

    def pause(self) -> None:
        """What the Pause button does."""
        self.model.pause()
        self._refresh()

    def step(self) -> None:
        """What the Step button does."""
        self.model.step()
        self._refresh()

    def stop(self) -> None:
        """What the Stop button does."""
        self.model.stop()
        self._refresh()

    def reset(self) -> None:
        """What the Reset button does."""
        self.model.reset()
        self._refresh()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the run has ended and is drawn; True if so."""
        ended = self.model.join(timeout)
        return ended and (self.view is None or self.view.ticker.join(timeout))

    def code(self) -> str:
        """Python that makes a panel in this state, seed included."""
        return self.model.code()

    def save(self, folder: str | Path = "saved") -> Path:
        """Write the trained network, without any quantum part, as safetensors into `folder`; the path.

        Raises:
            RuntimeError: if nothing has been trained yet.
        """
        return self.model.save(folder).result()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model.phase}: {counted(len(self.model.runs), 'run')})"
