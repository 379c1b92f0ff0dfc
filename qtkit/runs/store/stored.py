"""`StoredRun`: one run on disk, to read. `Store`: the folder of all runs. What writes it is `writing.RunWriter`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from qtkit.files import read_json
from qtkit.runs.store.errors import name_file
from qtkit.runs.store.identity import run_key
from qtkit.runs.store.lock import is_in_use
from qtkit.runs.store.shapes import CheckpointShape, FactsShape, MarkShape
from qtkit.schema import check_shape
from qtkit.seals import NewerFormatError, check_format, read_sealed
from qtkit.tasks.checkpoints import INDEX, read_checkpoint, read_index
from qtkit.tasks.protocols import Settings, Training
from qtkit.tasks.registry import TaskEntry, task_named, task_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from _typeshed import DataclassInstance

FACTS, FINISHED, CHECKPOINT, PARTS = "run.json", "finished.json", "checkpoint", "records"

KINDS = {FACTS: "run", FINISHED: "finished run"}
"""What the sealed files of a run call themselves."""

SHAPES = {FACTS: FactsShape, FINISHED: MarkShape}

FOREIGN = (AttributeError, IndexError, KeyError, OverflowError, RuntimeError, TypeError)
"""What a task's own code raises over settings or a state that it did not write."""


@dataclass(frozen=True)
class Progress:
    """How far a run is: steps done and in all, and seconds of training so far."""

    done: int
    total: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """An estimate; None before the first step."""
        return self.seconds / self.done * (self.total - self.done) if self.done else None


@dataclass(frozen=True)
class StoredRun:
    """A run in its folder, whether new, unfinished or finished. Nothing is kept in memory; each call reads the disk.

    Attributes:
        path: the folder, named by the run's key: task, settings and data.
    """

    path: Path

    def __repr__(self) -> str:
        return f"StoredRun({str(self.path)!r}, {self.state})"

    @property
    def key(self) -> str:
        """The name of the folder, see `qtkit.runs.store.identity.run_key`."""
        return self.path.name

    @property
    def state(self) -> str:
        """`"new"`, `"running"` (by some process, now), `"unfinished"` or `"finished"`."""
        if (self.path / FINISHED).is_file():
            return "finished"
        if is_in_use(self.path):
            return "running"
        return "unfinished" if (self.path / FACTS).is_file() else "new"

    @property
    def finished(self) -> bool:
        """Whether all of it is done."""
        return (self.path / FINISHED).is_file()

    def facts(self) -> FactsShape:
        """What the run is: task, settings, data, sizes, and the sessions it was computed in.

        Raises:
            FileNotFoundError: if there is nothing yet.
            ValueError: if the folder is damaged, or from a newer qtkit.
        """
        return cast("FactsShape", self._read(FACTS))

    def result(self) -> MarkShape:
        """The mark of a finished run: number of records, the files they are in, steps, seconds, when it ended.

        Raises:
            FileNotFoundError: if the run is not finished.
            ValueError: as `facts`.
        """
        mark, path = cast("MarkShape", self._read(FINISHED)), self.path / FINISHED
        if mark["records"] != sum(part["rows"] for part in mark["parts"]):
            raise ValueError(f"{path} is damaged: its parts hold other than {mark['records']:,} records")
        return mark

    @property
    def task(self) -> TaskEntry:
        """The task; ValueError if it is unknown here."""
        with name_file(self.path / FACTS):
            return task_named(self.facts()["task"])

    @property
    def settings(self) -> Settings:
        """The settings, an object of the task's class; ValueError if they, or the data, are not those of the key."""
        facts, path = self.facts(), self.path / FACTS
        with name_file(path, *FOREIGN):
            task = task_named(facts["task"])
            settings = task.settings_class.from_dict(facts["settings"])
            key = run_key(task.name, settings.to_dict(), facts["data"], task.aside)
        if key != self.key:
            raise ValueError(f"{path} is damaged: its settings and data are those of the run {key}")
        return settings

    def table(self) -> pa.Table:
        """All records of a finished run; of another, those its last checkpoint knows.

        Raises:
            FileNotFoundError: if there are none yet, or a file is missing.
            ValueError: if a file is damaged.
        """
        from qtkit.runs.store.record_log import check_columns, concatenate, read_parts

        parts = (self.result() if self.finished else self.checkpoint())["parts"]
        table = concatenate(read_parts(self.path / PARTS, parts))
        record_class = getattr(self.task.training_class, "record_class", None)
        if parts and isinstance(record_class, type):
            check_columns(table, record_class, self.path / PARTS)
        return table

    def records(self) -> pd.DataFrame:
        """`table()` as a DataFrame: a row a record; structural weights as columns `w1` to `w12` (or as searched)."""
        from qtkit.records import to_frame

        table, settings = self.table(), self.settings
        with name_file(self.path / PARTS):
            return to_frame(table, settings)

    def checkpoint(self) -> CheckpointShape:
        """The last checkpoint: `training` (its state, with tensors), `parts` of the records, `progress`.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it is damaged, or from a newer qtkit.
        """
        where = self.path / CHECKPOINT
        return self._check_checkpoint(read_checkpoint(where))

    def has_checkpoint(self) -> bool:
        """Whether there is one."""
        return (self.path / CHECKPOINT / INDEX).is_file()

    def progress(self) -> Progress | None:
        """How far the last checkpoint is; None without one. Reads no tensors.

        Raises:
            ValueError: as `checkpoint`.
        """
        if not (self.path / CHECKPOINT / INDEX).exists():
            return None
        told = self._check_checkpoint(read_index(self.path / CHECKPOINT))["progress"]
        return Progress(told["done"], told["total"], told["seconds"])

    def training(self, data: DataclassInstance | None = None) -> Training[Any]:
        """The training as the last checkpoint left it: of a finished run, at its end, with the trained model.

        Arguments:
            data: what the run was given, if anything; by default what its settings name.

        Raises:
            FileNotFoundError, ValueError: as `checkpoint` and the task's data do, or for other data than the run's.
        """
        settings, task = self.settings, self.task
        training = make_training(task, settings, data)
        self.restore(training, self.checkpoint())
        return training

    def restore(self, training: Training[Any], checkpoint: CheckpointShape) -> None:
        """Bring a training to a checkpoint of this run.

        Raises:
            ValueError: if it is not one of this training; what the training is then is not known.
        """
        index, progress = self.path / CHECKPOINT / INDEX, checkpoint["progress"]
        with name_file(index, *FOREIGN):
            training.load_state(checkpoint["training"])
        if training.steps_done != progress["done"]:
            raise ValueError(
                f"{index} is damaged: it is at step {training.steps_done}, where {progress['done']} is told"
            )

    def _read(self, name: str) -> dict[str, Any]:
        path = self.path / name
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: this run is not {'finished' if name == FINISHED else 'begun'}")
        value = read_sealed(path, KINDS[name])
        check_shape(value, SHAPES[name], path)
        if value["key"] != self.key:
            raise ValueError(f"{path} belongs to the run {value['key']}, but its folder is called {self.key}")
        return value

    def _check_checkpoint(self, checkpoint: dict[str, Any]) -> CheckpointShape:
        index = self.path / CHECKPOINT / INDEX
        check_shape(checkpoint, CheckpointShape, index)
        if checkpoint["key"] != self.key:
            raise ValueError(f"{index} belongs to the run {checkpoint['key']}, not to {self.key}")
        progress = checkpoint["progress"]
        if progress["done"] > progress["total"]:
            raise ValueError(f"{index} is damaged: {progress['done']:,} of {progress['total']:,} steps are done")
        return cast("CheckpointShape", checkpoint)


class Store:
    """The folder of all runs: `root/task/key/`.

    Arguments:
        root: by default the environment's `QTKIT_RUNS`, or else `runs` in the current folder. It is made when the
            first run is written.
    """

    def __init__(self, root: str | os.PathLike[str] | Store | None = None) -> None:
        folder = root.root if isinstance(root, Store) else root
        self.root: Path = Path(folder or os.environ.get("QTKIT_RUNS") or "runs").expanduser()

    def __repr__(self) -> str:
        return f"Store({str(self.root)!r})"

    def run(self, settings: Settings, data: DataclassInstance | None = None) -> StoredRun:
        """The run of these settings, whether it exists or not; `data` is loaded if it is not given.

        Raises:
            ValueError: for settings of no task.
            FileNotFoundError: if the data that the settings name are missing.
        """
        return self.at(settings, task_of(settings).data(settings, data)[1])

    def at(self, settings: Settings, data: str | None) -> StoredRun:
        """The run of these settings on the data of that fingerprint; None for a task without data.

        Raises:
            ValueError: for settings of no task.
        """
        task = task_of(settings)
        return StoredRun(self.root / task.name / run_key(task.name, settings.to_dict(), data, task.aside))

    def __iter__(self) -> Iterator[StoredRun]:
        """All runs, by task and then by key; those too whose folders are damaged."""
        for path in sorted(self.root.glob("*/*")):
            if any((path / name).exists() for name in (FACTS, FINISHED, Path(CHECKPOINT) / INDEX)):
                yield StoredRun(path)


def make_training(task: TaskEntry, settings: Settings, data: DataclassInstance | None = None) -> Training[Any]:
    """A training at its start; `data` is loaded if it is not given."""
    if data is None:
        data, _ = task.data(settings)
    return task.training_class(settings) if data is None else task.training_class(settings, data)


def check_kinds(run: StoredRun) -> None:
    """ValueError if there is a folder where the run's folder should have a file, or a file for a folder."""
    for name in (FACTS, FINISHED, f"{CHECKPOINT}/{INDEX}"):
        if (run.path / name).is_dir():
            raise ValueError(f"{run.path / name} is damaged: it is a folder and no file")
    for name in (CHECKPOINT, PARTS):
        if (run.path / name).is_file():
            raise ValueError(f"{run.path / name} is damaged: it is a file and no folder")


def check_not_newer(run: StoredRun) -> None:
    """NewerFormatError if any file of the run is of a newer qtkit; damaged files pass."""
    for path in (run.path / FACTS, run.path / FINISHED, run.path / CHECKPOINT / INDEX):
        try:
            check_format(read_json(path), path)
        except NewerFormatError:
            raise
        except (FileNotFoundError, ValueError):
            pass
