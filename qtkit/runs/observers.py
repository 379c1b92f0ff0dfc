"""Observers that write records to TensorBoard or MLflow, whose libraries are optional; several observers as one."""

from __future__ import annotations

import dataclasses
import math
import numbers
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtkit.names import candidate_name
from qtkit.records import LISTS
from qtkit.runs.observer import Observer
from qtkit.runs.store.stored import StoredRun
from qtkit.tasks.protocols import Training

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

BATCH = 500
"""Numbers that are sent to MLflow at once; it takes 1,000."""

FLUSH_SECONDS = 10.0


class Observers(Observer):
    """Several observers as one: each is told all, in their order.

    Example:
        >>> from qtkit.runs import Observer
        >>> Observers(Observer(), Observer()).note("all of them hear it")
    """

    def __init__(self, *observers: Observer) -> None:
        self.observers = observers

    def found(self, run: StoredRun) -> None:
        """Tell all."""
        for each in self.observers:
            each.found(run)

    def waiting(self, run: StoredRun, holder: str) -> None:
        """Tell all."""
        for each in self.observers:
            each.waiting(run, holder)

    def begins(self, run: StoredRun, training: Training[Any]) -> None:
        """Tell all."""
        for each in self.observers:
            each.begins(run, training)

    def note(self, text: str) -> None:
        """Tell all."""
        for each in self.observers:
            each.note(text)

    def record(self, training: Training[Any], record: DataclassInstance) -> None:
        """Tell all."""
        for each in self.observers:
            each.record(training, record)

    def ends(self, run: StoredRun) -> None:
        """Tell all."""
        for each in self.observers:
            each.ends(run)


class TensorBoardObserver(Observer):
    """Writes every number of the records to TensorBoard's event files: `tensorboard --logdir FOLDER` shows them.

    A run that goes on takes back what it had written after its last checkpoint.

    Arguments:
        folder: each run has one of its own there, named by task and key.

    Raises:
        ModuleNotFoundError: if TensorBoard is not installed.
    """

    def __init__(self, folder: str | Path = "tensorboard") -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(f"TensorBoard is missing ({error}): pip install tensorboard") from error
        self.folder, self._make = Path(folder), SummaryWriter
        self._writer: Any = None

    def begins(self, run: StoredRun, training: Training[Any]) -> None:
        """The settings as a text, and an empty page, or one as far as the run is."""
        place = self.folder / f"{run.path.parent.name}-{run.key}"
        self._writer = self._make(str(place), purge_step=training.steps_done + 1 if training.steps_done else None)
        settings = training.settings.to_dict()
        self._writer.add_text("settings", "\n".join(f"- {name}: {value}" for name, value in settings.items()))

    def record(self, training: Training[Any], record: DataclassInstance) -> None:
        """Its numbers at the training's step."""
        for name, value in numbers_of(training, record):
            self._writer.add_scalar(name, value, training.steps_done)

    def note(self, text: str) -> None:
        """As a text."""
        if self._writer is not None:
            self._writer.add_text("notes", text)

    def ends(self, run: StoredRun) -> None:  # noqa: ARG002
        """All of it is on disk."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class MLflowObserver(Observer):
    """Writes settings and every number of the records to MLflow, a run of MLflow's for each run here.

    A run that goes on is the same one there, by the tag `qtkit.key`.

    Arguments:
        experiment: MLflow's; made if there is none.
        tracking_uri: where MLflow keeps its runs, such as `http://host:5000`; by default as MLflow is set up.

    Raises:
        ModuleNotFoundError: if MLflow is not installed.
    """

    def __init__(self, experiment: str = "qtkit", tracking_uri: str | None = None) -> None:
        try:
            import mlflow
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(f"MLflow is missing ({error}): pip install mlflow") from error
        self._mlflow = mlflow
        self._client = mlflow.MlflowClient(tracking_uri=tracking_uri)
        self.experiment = experiment
        self._run_id: str | None = None
        self._waiting: list[Any] = []
        self._sent = 0.0

    def begins(self, run: StoredRun, training: Training[Any]) -> None:
        """A run there, or the one that there is, with the settings."""
        found = self._client.get_experiment_by_name(self.experiment)
        number = found.experiment_id if found else self._client.create_experiment(self.experiment)
        there = self._client.search_runs([number], filter_string=f"tags.`qtkit.key` = '{run.key}'")
        if there:
            self._run_id = there[0].info.run_id
            self._client.set_terminated(self._run_id, "RUNNING")
        else:
            tags = {"qtkit.key": run.key, "qtkit.task": run.path.parent.name}
            self._run_id = self._client.create_run(number, tags=tags).info.run_id
            for name, value in training.settings.to_dict().items():
                self._client.log_param(self._run_id, name, str(value)[:500])
        self._sent = time.monotonic()

    def record(self, training: Training[Any], record: DataclassInstance) -> None:
        """Its numbers at the training's step; some at a time."""
        now = int(time.time() * 1000)
        make = self._mlflow.entities.Metric
        self._waiting += [make(name, value, now, training.steps_done) for name, value in numbers_of(training, record)]
        if len(self._waiting) >= BATCH or time.monotonic() - self._sent > FLUSH_SECONDS:
            self._send()

    def ends(self, run: StoredRun) -> None:
        """All is sent, and whether it is finished."""
        if self._run_id is not None:
            self._send()
            self._client.set_terminated(self._run_id, "FINISHED" if run.finished else "KILLED")
            self._run_id = None

    def _send(self) -> None:
        while self._waiting:
            self._client.log_batch(self._run_id, metrics=self._waiting[:BATCH])
            del self._waiting[:BATCH]
        self._sent = time.monotonic()


def numbers_of(training: Training[Any], record: DataclassInstance) -> Iterator[tuple[str, float]]:
    """The finite numbers in a record, by name; structural weights as `weights/5`, by the candidate's name."""
    circuits = training.settings.ansatze
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if field.name in LISTS and len(value) == len(circuits):
            pairs = [
                (f"{field.name}/{candidate_name(circuit, circuits)}", each)
                for circuit, each in zip(circuits, value, strict=True)
            ]
        else:
            pairs = [(field.name, value)]
        for name, each in pairs:
            if isinstance(each, numbers.Real) and not isinstance(each, bool) and math.isfinite(each):
                yield name, float(each)
