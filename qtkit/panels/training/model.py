"""A panel's training without widgets: what the panels of all tasks share."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import pandas as pd
import plotly.graph_objects as go

from qtkit import records
from qtkit.circuits.ansatz import Ansatz
from qtkit.panels.parts.phase import Phase
from qtkit.panels.training import words
from qtkit.panels.training.code import panel_code
from qtkit.panels.training.saving import save_network
from qtkit.panels.training.session import UNDER_WAY, Run, Session, SettingsT, TrainingT
from qtkit.plots.live.picture import LivePicture

SNAPSHOT_INTERVAL = 1.5
"""Seconds between two looks at the training: they cost a simulation each."""

LOCKED = "Settings are locked during a run; Stop or Reset frees them."
ENDING = "What was under way, one step or the compilation, is ending in the background; nothing more will be recorded."


LookT = TypeVar("LookT")


class TrainingModel(Session[SettingsT, TrainingT], Generic[SettingsT, TrainingT, LookT]):
    """A `Session` of trainings with structural weights.

    Arguments:
        settings: those of the task.
        make: settings to training.
        stop_accuracy: see `Session`.
    """

    kind_name: ClassVar[str]
    """Of the session, see `Session`."""
    panel: ClassVar[str]
    """The class of the panel, for code."""
    preparing: ClassVar[str]
    """What is said before the first step."""
    picture: ClassVar[type[LivePicture[Any]]]
    """What shows its state."""

    def __init__(
        self, settings: SettingsT, make: Callable[[SettingsT], TrainingT], *, stop_accuracy: float | None = None
    ) -> None:
        super().__init__(self.kind_name, settings, make, stop_accuracy=stop_accuracy)
        self._seen: tuple[Run[SettingsT] | None, LookT] | None = None  # of which run, and what
        self._asked: Future[tuple[Run[SettingsT] | None, LookT]] | None = None
        self._looked = (0.0, -1)  # when the training was last looked at, and at which step
        self._lettered: tuple[Ansatz, ...] = ()
        _ = self.own  # those of the start come first

    @abstractmethod
    def state(self) -> Any:
        """What the figure shows now."""

    def figure(self) -> go.Figure:
        """The state as a plain figure."""
        state = self.state()
        return self.picture.of(state).figure(state)

    @abstractmethod
    def describe(self, settings: SettingsT) -> str:
        """Settings in a few words."""

    @abstractmethod
    def _describe_source(self) -> str:
        """Where the data come from, and how many there are, once there is a training."""

    @abstractmethod
    def _look(self, training: TrainingT) -> LookT:
        """What is looked at now and then; called between two steps."""

    @property
    def seen(self) -> LookT | None:
        """The last look at the run that is shown, or None."""
        return self._seen[1] if self._seen and self._seen[0] is self.run else None

    @property
    def expected(self) -> tuple[float, ...] | None:
        """The weights a run will start from, if they are known."""
        n, equal = len(self.candidates), self.shown_settings.structural_init == "equal"
        return (1 / n,) * n if n and equal else None

    @property
    def shown_settings(self) -> SettingsT:
        """Those of the run that is shown; without one, those of the next."""
        return self.run.settings if self.run else self.settings

    @property
    def candidates(self) -> tuple[Ansatz, ...]:
        """The circuits of the run that is shown; none if its model has no circuit."""
        settings = self.shown_settings
        return settings.ansatze if settings.model == "diffqas" else ()

    @property
    def own(self) -> tuple[Ansatz, ...]:
        """Circuits of one's own that ever took part here: each keeps its letter, also while others are off."""
        seen = (*self._lettered, *self.settings.ansatze, *self.shown_settings.ansatze)
        self._lettered = tuple(dict.fromkeys(ansatz for ansatz in seen if not ansatz.config))
        return self._lettered

    def look_again(self) -> bool:
        """Ask for a new look at the training if the last is old; whether a new one has arrived."""
        if self._asked is not None:
            if not self._asked.done():
                return False
            asked, self._asked = self._asked, None
            if asked.exception() is None:
                self._seen = asked.result()
            return True
        due = time.monotonic() - self._looked[0] >= SNAPSHOT_INTERVAL or self.phase is not Phase.RUNNING
        ending = self.busy and not self.phase.active
        if not self._stale or not due or ending:
            return False
        self._looked = (time.monotonic(), self.records[-1].step)
        run = self.run
        self._asked = self.ask(lambda training: (run, self._look(training)))
        return False

    def look_is_old(self) -> None:
        """Look again soon, although nothing was trained since the last look."""
        self._looked = (0.0, -1)

    @property
    def moving(self) -> bool:
        """Whether what is shown may still change by itself."""
        if self.phase is Phase.PAUSED:
            return self._stale
        return self.phase.active or self.busy or self._stale

    @property
    def _stale(self) -> bool:
        """Whether what was looked at is not that of the last record."""
        behind = bool(self.records) and self.training is not None and self._looked[1] != self.records[-1].step
        return behind or self._asked is not None

    def reset(self) -> None:
        """End the run and forget what is shown; the table keeps it."""
        super().reset()
        self._seen, self._asked, self._looked = None, None, (0.0, -1)

    def _let_go(self, run: Run[SettingsT]) -> None:
        run.source = self.source()
        super()._let_go(run)

    # In words

    def source(self) -> str:
        """Where the data come from, and how many there are."""
        return self.run.source if self.run and self.run.source else self._describe_source()

    def sentence(self) -> str:
        """Who leads, and by how much."""
        weights = self.records[-1].weights if self.records else ()
        settings, n = self.shown_settings, getattr(getattr(self.training, "model", None), "n_qubits", None)
        return words.who_leads(self.candidates, weights, settings.depth, model=settings.model, own=self.own, n_qubits=n)

    def status(self) -> str:
        """Where the run stands, in a few words."""
        phase, records = self.phase, self.records
        if phase is Phase.PREPARING or (phase is Phase.RUNNING and len(records) < 2):
            return self.preparing
        if phase is Phase.READY:
            return "Ready: press Start."
        ending = f" ({self.run.ending})" if self.run and self.run.ending not in (UNDER_WAY, phase) else ""
        return f"{phase.capitalize()}{ending}."

    def progress(self) -> str:
        """Epoch, step, speed, time left."""
        epochs = getattr(self.shown_settings, "epochs", None)
        return words.progress(self.phase, self.records, self.total_steps, self.rate, epochs)

    def code(self) -> str:
        """Python that makes a panel with these settings."""
        return panel_code(self.panel, self.settings, self.stop_accuracy)

    def table(self) -> pd.DataFrame:
        """The runs of this panel."""
        return self.runs_table(self.describe)

    def frame(self) -> pd.DataFrame:
        """The records of the last run as a table."""
        return records.frame(list(self.records), self.candidates, own=self.own)

    def save(self, folder: str | Path = "saved") -> Future[Path]:
        """Write the network as it stands between two steps; a future of the path. See `save_network`.

        Raises:
            RuntimeError: if nothing has been trained yet.
        """
        return self.ask(lambda training: save_network(training, folder))
