"""The league's table, made from stored runs: `export_league`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa

from qtkit.circuits.architectures import Architecture
from qtkit.files import sha256_of, write_bytes
from qtkit.league.reading import KIND, PROVENANCE, SCHEMA, TABLE
from qtkit.records import WEIGHT
from qtkit.runs.store.lock import lock_tables
from qtkit.runs.store.provenance import hide_paths, now
from qtkit.runs.store.record_log import to_parquet
from qtkit.runs.store.stored import Store, StoredRun
from qtkit.runs.sweeps.league_plan import (
    LEAGUE_TASKS,
    PILOT_TASK,
    SEARCH_DEPTH,
    TABLE_SEEDS,
    alone,
    distinct_architectures,
    league_settings,
    pilot,
    piloted,
    search,
    searched,
)
from qtkit.seals import write_sealed
from qtkit.tasks.registry import task_of
from qtkit.tasks.settings import EpochSettings

SEARCH_SEEDS = 100
"""Seeds of searches that are looked for in the store."""


def export_league(store: Store, folder: str | os.PathLike[str], *, command: str | None = None) -> dict[str, str]:
    """Write `league.parquet` and its provenance from the runs of the plan `league` that are finished.

    Arguments:
        store: that has the runs.
        folder: such as `results/league`.
        command: kept in the provenance.

    Returns:
        How much of each task is there, in words.

    Raises:
        FileNotFoundError: if no run is finished, or the official data are missing.
        ValueError: for a damaged run; nothing is written.
        OSError: if the folder cannot be written.
    """
    folder = Path(folder)
    frames: list[pd.DataFrame] = []
    about: dict[str, Any] = {}
    sessions: dict[str, dict[str, Any]] = {}
    said = {}
    for task in LEAGUE_TASKS:
        parts = dict(_finished(store, task))
        if not parts:
            continue
        frames += [_rows(kind, task, each, run, settings) for (kind, each), (run, settings) in parts.items()]
        about[task] = _describe(task, parts)
        for run, _ in parts.values():
            for session in cast("list[dict[str, Any]]", run.facts()["sessions"]):  # of more than its shape names
                kept = {name: session[name] for name in ("versions", "git", "machine")}
                sessions.setdefault(repr(kept), {**kept, "command": hide_paths(session.get("command"))})
        whole = TABLE_SEEDS * len(distinct_architectures(task))
        said[task] = f"{about[task]['alone']} of {whole} circuits alone, {about[task]['searches']} searches"
    if not frames:
        raise FileNotFoundError(f"no finished run of the plan 'league' in {store.root}: qtkit sweep league --seeds 6")
    told = {"tasks": about, "sessions": list(sessions.values()), "command": hide_paths(command)}
    write_league(folder, pd.concat(frames, ignore_index=True), told)
    return said


def write_league(folder: Path, rows: pd.DataFrame, told: dict[str, Any]) -> None:
    """Write a table with the columns of `SCHEMA`, and what is told of it, in place of what is there.

    Raises:
        OSError: if the folder cannot be written.
    """
    table = pa.Table.from_pandas(
        rows.reindex(columns=SCHEMA.names), schema=SCHEMA, preserve_index=False
    ).replace_schema_metadata(None)
    content = to_parquet(table)
    about = {
        "rows": table.num_rows,
        "sha256": sha256_of(content),
        "exported": now(),
        "seeds": TABLE_SEEDS,
        "search_depth": SEARCH_DEPTH,
        **told,
    }
    with lock_tables(folder):
        write_bytes(folder / TABLE, content)
        write_sealed(folder / PROVENANCE, about, KIND)


Found = tuple[StoredRun, EpochSettings]


def _finished(store: Store, task: str) -> Iterator[tuple[Any, Found]]:
    """The finished runs of a task, by what they are of: kind, architecture and seed."""
    planned: list[tuple[Any, EpochSettings]] = [
        (("alone", (each, seed)), alone(task, each, seed))
        for seed in range(TABLE_SEEDS)
        for each in distinct_architectures(task)
    ]
    planned += [(("search", (None, seed)), search(task, seed)) for seed in range(SEARCH_SEEDS)]
    if task == PILOT_TASK:
        planned += [(("pilot", (each, 0)), settings) for each, settings in zip(piloted(), pilot(), strict=True)]
    for key, settings in planned:
        run = store.run(settings)
        if run.finished:
            yield key, (run, settings)


def _rows(kind: str, task: str, what: Any, run: StoredRun, settings: EpochSettings) -> pd.DataFrame:
    """The rows of a run: one an epoch, of a search one an epoch and circuit."""
    architecture, seed = what
    frame = run.task.rows(run.table(), settings)
    measured = ["train_loss", "train_accuracy", "test_loss", "test_accuracy"]
    rows = frame.reindex(columns=measured)
    rows.insert(0, "epoch", frame["epoch"].round().astype(int))
    if kind != "search":
        rows["share"] = np.nan
        return rows.assign(kind=kind, task=task, seed=seed, **_choices(architecture))
    shares = _shares(frame)
    circuits = searched(task)
    return pd.concat(
        [
            rows.assign(kind=kind, task=task, seed=seed, share=shares[:, place], **_choices(each))
            for place, each in enumerate(circuits)
        ],
        ignore_index=True,
    )


def _shares(frame: pd.DataFrame) -> np.ndarray:
    """Of each epoch the circuits' `|w| / Σ|w|`, `(epochs, N)`."""
    weights = np.abs(frame[[name for name in frame if WEIGHT.fullmatch(name)]].to_numpy(dtype=np.float64))
    found: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return found


def _choices(architecture: Architecture) -> dict[str, Any]:
    return {name: getattr(architecture, name) for name in ("start", "entangler", "rotation", "depth")}


def _describe(task: str, parts: dict[Any, Found]) -> dict[str, Any]:
    """What the runs of a task have in common."""
    kinds = [kind for kind, _ in parts]
    facts = next(iter(parts.values()))[0].facts()
    entry = task_of(league_settings(task, 0))
    apart = {*entry.aside, "seed", "candidates", "depth"}
    seconds = dict.fromkeys(("alone", "search", "pilot"), 0.0)
    for (kind, _), (run, _) in parts.items():
        seconds[kind] += run.result()["seconds"]
    return {
        "epochs": league_settings(task, 0).epochs,
        "settings": {name: value for name, value in league_settings(task, 0).to_dict().items() if name not in apart},
        "data": facts["data"],
        "official": bool(facts["describe"].get("official", True)),
        "alone": kinds.count("alone"),
        "searches": kinds.count("search"),
        "pilot": kinds.count("pilot"),
        "seconds": {kind: round(value, 1) for kind, value in seconds.items()},
    }
