"""Stored results run by run, each with its settings and what it is worth: `read_runs`."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qtkit.checks import checked_choice
from qtkit.claims.search.merit import END, MERITS
from qtkit.claims.search.wording import describe_settings
from qtkit.claims.selecting import settings_of
from qtkit.claims.stored import Folder
from qtkit.paper import DATASETS, ENVIRONMENTS, PAIRS
from qtkit.runs import results
from qtkit.runs.tables import experiments_in
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import TaskEntry, task_named

Integers = npt.NDArray[np.intp]

OF_MIXTURES = (
    "weighting",
    "structural_init",
    "shared_angles",
    "temperature",
    "final_temperature",
    "annealing_steps",
    "straight_through",
    "mixture_entropy",
)
"""Settings that say how candidates are mixed: a circuit alone is the same run whatever they are."""

BESIDE = ("choices", "search")
"""Folders in that of all results: runs in other than the paper's setting, and those of the plans about the search."""

TITLES = {**{name: pair.title for name, pair in PAIRS.items()}, **DATASETS, **ENVIRONMENTS}
"""The experiments of stored runs, to the paper's names."""


@dataclass(frozen=True)
class ShippedRun:
    """A run of stored results.

    Attributes:
        described: its provenance.
        cut: takes its rows out of the table of all, see `rows`.
        merit: what it is worth, see `Merit.of`.
    """

    key: str
    task: TaskEntry
    experiment: str
    settings: Settings
    described: Mapping[str, Any]
    cut: Callable[[], pd.DataFrame] = field(repr=False, compare=False)
    merit: float

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Its rows, the last one last. Of thousands of runs few are asked for theirs: a frame of each takes seconds."""
        return self.cut()

    @property
    def depth(self) -> int:
        """L, layers of each circuit."""
        return int(self.settings.to_dict()["depth"])

    @cached_property
    def common(self) -> tuple[str, ...]:
        """What a search has in common with its candidates alone: all settings but those of mixtures, and the data."""
        return self.alike(OF_MIXTURES)

    @cached_property
    def search(self) -> tuple[str, ...]:
        """What the seeds of a search have in common."""
        return (*self.alike(), repr(self.settings.ansatze))

    def alike(self, apart: Iterable[str] = ()) -> tuple[str, ...]:
        """What runs have in common that differ in model, candidates, seed and settings `apart` alone."""
        left_out = {"model", "candidates", "seed", *self.task.aside, *self.task.silent, *apart}
        told = {name: value for name, value in self.settings.to_dict().items() if name not in left_out}
        return self.experiment, str(self.described.get("data")), json.dumps(told)

    def words(self, apart: Iterable[str] = ()) -> str:
        """The settings in words, those `apart` left out; see `describe_settings`."""
        return describe_settings(self.settings, apart, official=bool(self.described.get("official", True)))


def read_runs(
    folder: Folder = None, *, end: float = END, beside: bool = True, task: str | None = None
) -> dict[str, list[ShippedRun]]:
    """All stored runs of the tasks that have a merit, by task.

    Arguments:
        folder: of the results, see `qtkit.runs.results.results_folder`.
        end: of a run, see `Merit.of`.
        beside: whether runs in the folders `BESIDE` of it count too.
        task: the only one to read; by default all.

    Raises:
        FileNotFoundError: if no results are stored.
        ValueError: if `end` is not from 0 to 1, or no such task has a merit.
    """
    root = Path(folder or results.results_folder())
    places = [root, *(root / name for name in BESIDE)] if beside else [root]
    runs: dict[str, dict[str, ShippedRun]] = {}
    missing = None
    for name, place in itertools.product(MERITS if task is None else [checked_choice("task", task, MERITS)], places):
        try:
            found = {run.key: run for run in _read(task_named(name), place, end)}
            runs[name] = runs.get(name, {}) | found
        except FileNotFoundError as error:
            missing = missing or error
    if missing and not runs:
        raise missing
    return {name: list(of_task.values()) for name, of_task in runs.items()}


def _read(task: TaskEntry, folder: Path, end: float) -> Iterator[ShippedRun]:
    """The runs of a folder, experiment by experiment."""
    merit = MERITS[task.name]
    for experiment in experiments_in(folder / task.name, None):
        table, about = results.load_with_provenance(task.name, experiment, folder)
        table = table[table[merit.column].notna()]
        runs, keys = pd.factorize(table["run"])
        order = np.lexsort((table[merit.clock].to_numpy(dtype=float), runs))  # run by run, the last row last
        times, values = (table[name].to_numpy(dtype=float)[order] for name in (merit.clock, merit.column))
        ends = np.searchsorted(runs[order], np.arange(1, len(keys) + 1)).tolist()
        for key, first, stop in zip(keys, [0, *ends], ends, strict=False):
            settings = settings_of(about["runs"][key])
            worth = merit.of_values(times[first:stop], values[first:stop], end)
            cut = functools.partial(_take, table, order[first:stop])
            yield ShippedRun(str(key), task, experiment, settings, about["runs"][key], cut, worth)


def _take(table: pd.DataFrame, places: Integers) -> pd.DataFrame:
    return table.iloc[places]
