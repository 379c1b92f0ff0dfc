"""The search panel without its widgets: settings, runs, and what is shown of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from qtkit import records
from qtkit.ansatz import Ansatz
from qtkit.panels import words
from qtkit.panels.code import panel_code
from qtkit.panels.image_presets import describe
from qtkit.panels.saving import save_network
from qtkit.panels.session import UNDER_WAY, Session
from qtkit.panels.worker import Phase
from qtkit.plots.generated import GeneratedWeights, generated_weights
from qtkit.plots.search import SearchState
from qtkit.tasks.image_settings import ImageSettings

SNAPSHOT_INTERVAL = 1.5
"""Seconds between two looks at all generated weights: they cost a simulation each."""

SOURCES = {
    "auto": "the official images if a folder or an earlier download has them, else the sample in qtkit",
    "folder": "the folder named by data_dir or QTKIT_DATA",
    "download": "the official images, downloaded if need be",
    "sample": "the sample in qtkit, real images but few",
}
"""What each source means, before a run has said which data it found."""

PREPARING = "Preparing: reading the images, building the model, compiling the circuits (first time only) …"
LOCKED = "Settings are locked during a run: stop or reset it to change them."
ENDING = "What was under way, one step or the compilation, is ending in the background; nothing more will be recorded."


class SearchModel(Session):
    """A `Session` of image trainings.

    Arguments:
        settings: an `ImageSettings`.
        make: settings to training.
        stop_accuracy: see `Session`.
    """

    def __init__(
        self,
        settings: ImageSettings,
        make: Callable[[ImageSettings], Iterable[Any]],
        *,
        stop_accuracy: float | None = None,
    ) -> None:
        super().__init__("search", settings, make, stop_accuracy=stop_accuracy)
        self._generated: tuple[Any, GeneratedWeights] | None = None  # of which run
        self._asked: Future | None = None
        self._looked = (0.0, -1)  # when the generated weights were last looked at, and at which step

    @property
    def shown_settings(self) -> ImageSettings:
        """Those of the run that is shown; without one, those of the next."""
        return self.run.settings if self.run else self.settings

    @property
    def candidates(self) -> tuple[Ansatz, ...]:
        """The circuits of the run that is shown; none if its model has no circuit."""
        settings = self.shown_settings
        return settings.ansatze if settings.model == "diffqas" else ()

    def state(self) -> SearchState:
        """What the figure shows now."""
        generated = self._generated[1] if self._generated and self._generated[0] is self.run else None
        n, equal = len(self.candidates), self.shown_settings.structural_init == "equal"
        return SearchState(self.candidates, list(self.records), generated, (1 / n,) * n if n and equal else None)

    def look_at_weights(self) -> bool:
        """Ask for a new look at the generated weights if the last is old; whether a new one has arrived."""
        if self._asked is not None:
            if not self._asked.done():
                return False
            asked, self._asked = self._asked, None
            if asked.exception() is None:
                self._generated = asked.result()
            return True
        due = time.monotonic() - self._looked[0] >= SNAPSHOT_INTERVAL or self.phase is not Phase.RUNNING
        ending = self.busy and not self.phase.active
        if not self._stale or not due or ending:
            return False
        self._looked = (time.monotonic(), self.records[-1].step)
        run = self.run
        self._asked = self.ask(lambda training: (run, generated_weights(training.model)))
        return False

    @property
    def moving(self) -> bool:
        """Whether what is shown may still change by itself."""
        if self.phase is Phase.PAUSED:
            return self._stale
        return self.phase.active or self.busy or self._stale

    @property
    def _stale(self) -> bool:
        """Whether the generated weights that are shown are not those of the last record."""
        behind = bool(self.records) and self.training is not None and self._looked[1] != self.records[-1].step
        return behind or self._asked is not None

    def reset(self) -> None:
        """End the run and forget what is shown; the table keeps it."""
        super().reset()
        self._generated, self._asked, self._looked = None, None, (0.0, -1)

    # In words

    def sentence(self) -> str:
        """Who leads, and by how much."""
        weights = self.records[-1].weights if self.records else ()
        return words.who_leads(self.candidates, weights, self.shown_settings.depth)

    def status(self) -> str:
        """Where the run stands, in a few words."""
        phase, records = self.phase, self.records
        if phase is Phase.PREPARING or (phase is Phase.RUNNING and len(records) < 2):
            return PREPARING
        if phase is Phase.READY:
            return "Ready: press Start."
        ending = f" ({self.run.ending})" if self.run and self.run.ending not in (UNDER_WAY, phase) else ""
        return f"{phase.capitalize()}{ending}."

    def progress(self) -> str:
        """Epoch, step, speed, time left."""
        epochs = getattr(self.shown_settings, "epochs", None)
        return words.progress(self.phase, self.records, self.total_steps, self.rate, epochs)

    def source(self) -> str:
        """Where the images come from, and how many there are."""
        data = getattr(self.training, "data", None)
        if data is None:
            return f"Data: {SOURCES[self.settings.source]}."
        n_train, n_test = len(data.train_labels), len(data.test_labels)
        return f"Data: {data.source}; {n_train:,} images to train on, {n_test:,} to test on."

    def code(self) -> str:
        """Python that makes a panel with these settings."""
        return panel_code("SearchPanel", self.settings, self.stop_accuracy)

    def table(self) -> pd.DataFrame:
        """The runs of this panel."""
        return self.runs_table(describe)

    def frame(self) -> pd.DataFrame:
        """The records of the last run as a table."""
        return records.frame(list(self.records), self.candidates)

    def save(self, folder: str | Path = "saved") -> Future[Path]:
        """Write the network as it stands between two steps; a future of the path. See `save_network`.

        Raises:
            RuntimeError: if nothing has been trained yet.
        """
        return self.ask(lambda training: save_network(training, folder))


def with_overrides(settings: ImageSettings | None, overrides: dict[str, Any]) -> ImageSettings:
    """The settings, changed by keyword.

    Raises:
        ValueError: for a name that is no setting, or no `ImageSettings`.
    """
    settings = ImageSettings() if settings is None else settings
    if not isinstance(settings, ImageSettings):
        raise ValueError(f"settings must be an ImageSettings, got {type(settings).__name__}")
    known = {field.name for field in fields(settings)}
    if unknown := sorted(set(overrides) - known):
        raise ValueError(f"unknown settings {unknown}; known are {sorted(known)}")
    return replace(settings, **overrides)
