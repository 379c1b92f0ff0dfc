"""What is left of trained networks if their circuits are read on imperfect machines: one table an experiment."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from qtkit.generator.machine import Machine
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.names import counted
from qtkit.runs import results
from qtkit.runs.store.provenance import describe_session, hide_paths
from qtkit.runs.store.shapes import FactsShape
from qtkit.runs.store.stored import StoredRun
from qtkit.tasks.epochs import EpochTraining
from qtkit.tasks.protocols import Settings, Training
from qtkit.tasks.registry import task_named

SHOTS = tuple(10**k for k in range(2, 15))
GATE_ERRORS = (1e-7, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
READOUT_ERRORS = (1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 2e-2, 5e-2, 0.1)


def machines(seed: int = 0) -> list[Machine]:
    """A perfect machine, and machines with one imperfection each: shots, faulty gates, faulty readout."""
    found = [Machine(seed=seed)]
    found += [Machine(shots=shots, seed=seed) for shots in SHOTS]
    found += [Machine(gate_error=error, seed=seed) for error in GATE_ERRORS]
    return found + [Machine(readout_error=error, seed=seed) for error in READOUT_ERRORS]


def study(training: Training[Any], some: Iterable[Machine]) -> Iterator[dict[str, Any]]:
    """A row a machine: its properties, and how the network does whose weights it writes.

    Yields:
        `shots` (infinite for exact probabilities), `gate_error`, `readout_error`, `machine_seed`, `trajectories`, then
        what `training.evaluate` measures, all of it numbers.

    Arguments:
        training: an `EpochTraining` with a `QuantumTrain`, at its end or anywhere.

    Raises:
        ValueError: for another training, or one without circuits.
    """
    if not isinstance(training, EpochTraining):
        raise ValueError(f"{type(training).__name__} does not measure a network over a set of data")
    if not isinstance(training.model, QuantumTrain):
        raise ValueError(f"model={training.settings.model!r} has no circuits that a machine could run")
    for machine in some:
        measured = training.evaluate(machine.network(training.model))
        yield {
            "shots": math.inf if machine.shots is None else float(machine.shots),
            "gate_error": float(machine.gate_error),
            "readout_error": float(machine.readout_error),
            "machine_seed": machine.seed,
            "trajectories": machine.trajectories,
            **{name: value for name, value in measured.items() if isinstance(value, int | float)},
        }


def study_runs(
    runs: Iterable[StoredRun],
    folder: str | os.PathLike[str],
    *,
    keep: Callable[[Settings, FactsShape], bool] | None = None,
    command: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """Study finished runs and write `folder/<experiment>.parquet` after each; those that are there already stay.

    The machines' seed is the run's own. The provenance of each run has, under `"reading"`, with what it was read.

    Arguments:
        keep: tells of a run's settings and `facts()` whether to study it; by default all that have circuits are.
        command: kept in the provenance.
        tell: called with a line after each run.

    Returns:
        The number of runs in each experiment's table now.

    Raises:
        FileNotFoundError, ValueError: for a damaged run or table.
    """
    folder, counts = Path(folder), {}
    for run in runs:
        if not run.finished:
            continue
        facts, settings = run.facts(), run.settings
        if settings.model != "diffqas" or (keep is not None and not keep(settings, facts)):
            continue
        experiment = task_named(facts["task"]).experiment_of(settings)
        if (folder / f"{experiment}.json").is_file():
            there = results.load(folder.name, experiment, folder.parent)["run"]
            counts[experiment] = there.nunique()
            if run.key in set(there):
                continue
        rows = pd.DataFrame(study(run.training(), machines(settings.seed)))
        reading = describe_session(hide_paths(command))
        described = {run.key: {**results.describe_run(run, facts), "reading": reading}}
        counts[experiment] = results.add(folder, experiment, {run.key: rows}, described, command=command)
        tell(f"{folder / experiment}.parquet: {counted(counts[experiment], 'run')}")
    return counts
