"""The tasks that runs know: by name, their settings, their training, and what identifies their data."""

from __future__ import annotations

import functools
import importlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtkit.tasks.protocols import FinishedRun, Settings, Training

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from _typeshed import DataclassInstance


@dataclass(frozen=True)
class TaskEntry:
    """One kind of run. Classes and functions are named as `"module:name"`, and imported when they are needed.

    Attributes:
        name: as on the command line.
        title: in words.
        settings: a frozen dataclass with `to_dict` and `from_dict`.
        training: a class as `qtkit.tasks.protocols.Training` says.
        silent: settings that decide what is recorded and not what is learnt.
        load: a function from settings to data (a dataclass of tensors or arrays); None if the settings tell all.
        data_settings: the settings that `load` or `own_code` depends on.
        own_code: for a task without `load`, a function from settings to what identifies the code of the user's own
            that they name; None if they name none.
        stamp: a function from settings to something hashable that changes when the files do that `load` reads.
        own_data: a setting and its value with which the data are a user's own, if others are computed from the settings
            alone; by default all that are not official are.
        experiment: the settings that tell the experiment, such as the data set: results are shipped by experiment.
        aside: settings that say where data come from and what is allowed, and so are no part of a run's identity:
            the data themselves are.
        shipped: a function from a run's records (a pyarrow table) and its settings to the rows that are shipped; by
            default `qtkit.records.epoch_rows`, which suits records of epochs.
        summary: a function from a `FinishedRun` to what is shipped of it besides, by name, ready for JSON.
        columns: of numbers, that every shipped table has: figures and claims count on them.
        summed: the names that every summary has.
    """

    name: str
    title: str
    settings: str
    training: str
    experiment: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    load: str | None = None
    data_settings: tuple[str, ...] = ()
    own_code: str | None = None
    own_data: tuple[str, Any] | None = None
    stamp: str | None = None
    aside: tuple[str, ...] = ()
    shipped: str = "qtkit.records:epoch_rows"
    summary: str | None = None
    columns: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()

    @property
    def settings_class(self) -> type[Settings]:
        """The dataclass of settings."""
        kind: type[Settings] = _import(self.settings)
        return kind

    @property
    def training_class(self) -> Callable[..., Training[Any]]:
        """The class of trainings: `training_class(settings)`, or with data `training_class(settings, data)`."""
        kind: Callable[..., Training[Any]] = _import(self.training)
        return kind

    def rows(self, records: pa.Table, settings: Settings) -> pd.DataFrame:
        """What `shipped` makes of a run's records."""
        return _import(self.shipped)(records, settings)

    def summarise(self, run: FinishedRun) -> dict[str, Any]:
        """What `summary` tells of a finished run; nothing without it."""
        return dict(_import(self.summary)(run)) if self.summary else {}

    def experiment_of(self, settings: Settings) -> str:
        """The name of the experiment that `settings` belong to, such as `mnist-1-5`; fit for a file."""
        values = [getattr(settings, name) for name in self.experiment]
        parts = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
        return "-".join(re.sub(r"[^A-Za-z0-9._]+", "-", str(part)).strip("-").lower() for part in parts) or self.name

    def data(
        self, settings: Settings, given: DataclassInstance | None = None
    ) -> tuple[DataclassInstance | None, str | None]:
        """The data that `settings` ask for, and their fingerprint; for a task without data None, and what
        identifies code of the user's own, if it depends on any.

        Data that are `given` are used as they are. The last data loaded are kept while their files stay as they were:
        the runs of a sweep share them.

        Raises:
            FileNotFoundError, ValueError: as the task's `load` does.
        """
        if self.load is None:
            return None, _import(self.own_code)(settings) if self.own_code else None
        if given is not None:
            return given, _fingerprint(given)
        files = _import(self.stamp)(settings) if self.stamp else None
        return _load(self, self.data_key(settings), (os.environ.get("QTKIT_DATA"), files), _Settings(settings))

    def data_key(self, settings: Settings) -> tuple[Any, ...]:
        """The values of the settings that decide the data."""
        return tuple(getattr(settings, name) for name in self.data_settings)


TASKS: dict[str, TaskEntry] = {}
"""All tasks by name; see `register`."""


def register(task: TaskEntry) -> TaskEntry:
    """Make a task known.

    Raises:
        ValueError: if another task has its name.
    """
    if TASKS.get(task.name, task) != task:
        raise ValueError(f"there is a task {task.name!r} already")
    TASKS[task.name] = task
    return task


def task_named(name: str) -> TaskEntry:
    """The task called `name`.

    Raises:
        ValueError: if there is none.
    """
    if name not in TASKS:
        raise ValueError(f"there is no task {name!r}; known are {sorted(TASKS)}")
    return TASKS[name]


def task_of(settings: Settings) -> TaskEntry:
    """The task that `settings` belong to.

    Raises:
        ValueError: if they belong to none.
    """
    kind = type(settings)
    for task in TASKS.values():
        if task.settings == f"{kind.__module__}:{kind.__qualname__}" or task.settings_class is kind:
            return task
    raise ValueError(f"{kind.__name__} are the settings of no task; known are {sorted(TASKS)}")


def _of_policies(*names: str) -> list[str]:
    """What is measured of each."""
    return [f"{name}_{what}" for name in names for what in ("return", "std", "success", "length")]


register(
    TaskEntry(
        "images",
        "image classification (section VI.A of the paper)",
        "qtkit.tasks.images.settings:ImageSettings",
        "qtkit.tasks.images.training:ImageTraining",
        experiment=("dataset", "classes"),
        load="qtkit.tasks.images.data:load_pair",
        data_settings=(
            "dataset",
            "classes",
            "pixels",
            "source",
            "data_dir",
            "scale",
            "train_limit",
            "test_limit",
        ),
        stamp="qtkit.tasks.images.data:image_stamp",
        columns=("step", "epoch", "seconds", "train_loss", "train_accuracy", "test_loss", "test_accuracy"),
        aside=("source", "data_dir", "scale"),
    )
)
register(
    TaskEntry(
        "series",
        "time-series prediction (section VI.B of the paper)",
        "qtkit.tasks.series.settings:SeriesSettings",
        "qtkit.tasks.series.training:SeriesTraining",
        experiment=("dataset",),
        silent=("predictions",),
        load="qtkit.tasks.series.data:load_series",
        data_settings=("dataset", "narma_windows", "scaling", "window", "train_share", "file", "column"),
        stamp="qtkit.tasks.series.data:series_stamp",
        own_data=("dataset", "own"),
        columns=("step", "epoch", "seconds", "train_loss", "test_loss"),
        aside=("file", "column"),
    )
)
register(
    TaskEntry(
        "gridworld",
        "reinforcement learning (section VI.C of the paper)",
        "qtkit.tasks.gridworld.settings:GridworldSettings",
        "qtkit.tasks.gridworld.training:GridworldTraining",
        experiment=("environment",),
        data_settings=("environment",),
        own_code="qtkit.tasks.gridworld.environment.own_code:own_code",
        shipped="qtkit.tasks.gridworld.rewards:reward_rows",
        summary="qtkit.tasks.gridworld.rewards:reward_summary",
        columns=("episode", "mean_return", "mean_length", "success", "moving_mean", "moving_std", "moving_length"),
        summed=("episodes_done", *_of_policies("last_1000", "last_5000", "greedy", "sampled", "random")),
    )
)
register(
    TaskEntry(
        "agents",
        "reinforcement learning in any environment of Gymnasium's",
        "qtkit.tasks.agents.settings:AgentSettings",
        "qtkit.tasks.agents.training:AgentTraining",
        experiment=("environment",),
        data_settings=("environment", "agent"),
        own_code="qtkit.tasks.agents.identity:identify",
        shipped="qtkit.tasks.agents.rewards:agent_rows",
        summary="qtkit.tasks.agents.rewards:agent_summary",
        columns=("episode", "mean_return", "mean_length", "success", "moving_mean", "moving_std", "moving_length"),
        summed=("episodes_done", *_of_policies("last_100", "last_1000", "greedy", "sampled", "random")),
        aside=("file",),
    )
)
register(
    TaskEntry(
        "own",
        "a task of one's own, `qtkit.tasks.Task`",
        "qtkit.tasks.own.settings:OwnSettings",
        "qtkit.tasks.own.training:OwnTraining",
        experiment=("task",),
        load="qtkit.tasks.own.data:load_own",
        data_settings=("task", "file"),
        stamp="qtkit.tasks.own.data:own_stamp",
        columns=("step", "epoch", "seconds", "train_loss", "test_loss"),
        aside=("file",),
    )
)


def _import(name: str) -> Any:
    """The `attribute` of `"module:attribute"`."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _fingerprint(data: DataclassInstance) -> str:
    from qtkit.tasks.fingerprint import fingerprint  # reads tensors: PyTorch, which a list of runs does without

    return fingerprint(data)


class _Settings:
    """Settings that are no part of a cache's key."""

    def __init__(self, value: Settings) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Settings)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=2)
def _load(
    task: TaskEntry,
    values: tuple[Any, ...],  # noqa: ARG001
    place: tuple[Any, ...],  # noqa: ARG001
    settings: _Settings,
) -> tuple[DataclassInstance, str]:
    assert task.load is not None
    data = _import(task.load)(settings.value)
    return data, _fingerprint(data)
