"""Finished runs as small files to ship: one table and its provenance an experiment, and how to load them.

`results/images/mnist-1-5.parquet` holds a row an epoch of every run (of reinforcement learning, a row every 100
episodes), `mnist-1-5.json` beside it what each run was: settings, data, versions, host, command, and its summary.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from qtkit.checks import checked_whole
from qtkit.choices import with_current_names
from qtkit.course.content import course_folder
from qtkit.files import leftovers, remove_old, replace, sha256_of, write_bytes
from qtkit.names import candidates_label
from qtkit.records import WEIGHT
from qtkit.runs.labels import official_column, run_labels, varied_settings
from qtkit.runs.shipped import ProvenanceShape
from qtkit.runs.store.errors import name_file
from qtkit.runs.store.lock import lock_tables
from qtkit.runs.store.provenance import hide_paths, now
from qtkit.runs.store.record_log import to_parquet
from qtkit.runs.store.shapes import FactsShape
from qtkit.runs.store.stored import FOREIGN, StoredRun
from qtkit.runs.tables import KIND, NEW, experiments_in, read_about, read_provenance, read_table
from qtkit.seals import write_sealed
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import TASKS, task_named

ENDS = 0.1
"""The last part of a run, of which `export` keeps each row whatever `every` says: what runs are worth is told by it."""

OF_NO_TASK = ("machine", "choices", "search", "league")
"""The folders of results beside those of tasks, named here: whoever looks for results need not have imported the rooms
above that fill them."""


def results_folder() -> Path:
    """Where shipped results are: `QTKIT_RESULTS`, or `results` here or in a folder above, or what qtkit came with.

    A folder `results` that holds none of qtkit's is passed by.
    """
    if named := os.environ.get("QTKIT_RESULTS"):
        return Path(named).expanduser()
    here = Path.cwd()
    places = [folder / "results" for folder in (here, *here.parents)]
    return next((place for place in places if _holds_results(place)), course_folder() / "results")


def _holds_results(folder: Path) -> bool:
    """Whether any of qtkit's results have a folder there."""
    return any((folder / name).is_dir() for name in (*TASKS, *OF_NO_TASK))


def load(task: str, experiment: str | None = None, folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """The stored results of a task: a row an epoch of every run.

    Columns: `experiment`, `label` (`"DiffQAS"`, `"Config 7"`, `"Mapping alone"`, ...; `"DiffQAS · centre=False"` in
    other than the default settings, `"DiffQAS · sample"` on other than the official data; see
    `NAMED_WHERE_THEY_DIFFER`), `model`, `candidates`, `seed`, the settings in which runs of an experiment differ,
    `official` (whether on the official data), `run` (its key), then the fields of the records (`epoch`,
    `test_accuracy`, `seconds`, ...) and the structural weights `w1` to `w12`. Runs come in the order of their keys.
    Those of `"gridworld"` have a row every 100 episodes, see `qtkit.tasks.gridworld.rewards.reward_rows`; of `"agents"`
    see `qtkit.tasks.agents.rewards.agent_rows`.

    Arguments:
        experiment: such as `"mnist-1-5"`; by default all.
        folder: that of all results; by default `results_folder()`.

    Raises:
        FileNotFoundError: if there are none, with what there is.
        ValueError: if a file is damaged, or from a newer qtkit.
    """
    folder = Path(folder or results_folder()) / task
    return pd.concat([read_table(folder, name)[0] for name in experiments_in(folder, experiment)], ignore_index=True)


def provenance(task: str, experiment: str, folder: str | os.PathLike[str] | None = None) -> ProvenanceShape:
    """What is known of each run of an experiment, by key: settings, data, sessions; and when it was exported.

    Raises:
        FileNotFoundError, ValueError: as `load`.
    """
    folder = Path(folder or results_folder()) / task
    (name,) = experiments_in(folder, experiment)
    return read_about(folder, name)


def summaries(task: str, experiment: str | None = None, folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """The summaries of stored results: a row a run, with the columns that identify it as in `load`.

    What `gridworld.rewards.reward_summary` tells of a run of `"gridworld"`, NaN for None; other tasks have no more
    columns.

    Raises:
        FileNotFoundError, ValueError: as `load`.
    """
    folder = Path(folder or results_folder()) / task
    return pd.concat(
        [_summed(*read_table(folder, name)[:2]) for name in experiments_in(folder, experiment)], ignore_index=True
    )


def load_with_provenance(
    task: str, experiment: str, folder: str | os.PathLike[str] | None = None, *, summed: bool = False
) -> tuple[pd.DataFrame, ProvenanceShape]:
    """What `load`, or `summaries` if `summed`, and `provenance` give of one experiment, read once.

    Raises:
        FileNotFoundError, ValueError: as `load`.
    """
    folder = Path(folder or results_folder()) / task
    (name,) = experiments_in(folder, experiment)
    table, about, _ = read_table(folder, name)
    return (_summed(table, about) if summed else table), about


def _summed(table: pd.DataFrame, about: Mapping[str, Any]) -> pd.DataFrame:
    """A row a run: what identifies it, and its summary."""
    identity = table.drop(columns=about["measured"]).drop_duplicates(ignore_index=True)
    summary = [
        {what: math.nan if value is None else value for what, value in about["runs"][key].get("summary", {}).items()}
        for key in identity["run"]
    ]
    return pd.concat([identity, pd.DataFrame(summary, index=identity.index)], axis=1)


def stored_keys(folder: str | os.PathLike[str]) -> set[str]:
    """The keys of all runs in the tables of a folder.

    Arguments:
        folder: of one task, such as `results/images`.

    Raises:
        FileNotFoundError, ValueError: as `load`.
    """
    folder = Path(folder)
    return {key for name in experiments_in(folder, None) for key in read_provenance(folder / f"{name}.json")["runs"]}


def export(
    runs: Iterable[StoredRun],
    folder: str | os.PathLike[str],
    *,
    command: str | None = None,
    keep: Callable[[Settings, FactsShape], bool] | None = None,
    every: int = 1,
) -> dict[str, int]:
    """Write finished runs to `folder`, a table and a provenance an experiment; runs already there stay.

    Several processes may export to one folder at once.

    Arguments:
        runs: those that are not finished are passed over.
        folder: of one task, such as `results/images`.
        command: kept in the provenance.
        keep: tells of a run's settings and `facts()` whether to export it; by default all are.
        every: rows of epochs 0, `every`, 2 `every`, ... and of the last tenth alone: for many runs, whose ends count.

    Returns:
        The number of runs in each experiment's table now.

    Raises:
        FileNotFoundError, ValueError: for a damaged run or a damaged table, or runs without epochs of which not every
            one is wanted; nothing of that experiment is written.
        OSError: if the folder cannot be written; what was there stays.
    """
    folder = Path(folder)
    by_experiment: dict[str, list[tuple[StoredRun, FactsShape, Settings]]] = {}
    for run in runs:
        if run.finished:
            facts, settings = run.facts(), run.settings
            if keep is None or keep(settings, facts):
                task = task_named(facts["task"])
                by_experiment.setdefault(task.experiment_of(settings), []).append((run, facts, settings))
    counts = {}
    for experiment, found in by_experiment.items():
        frames = {run.key: thin_epochs(_rows(run, settings), every) for run, _, settings in found}
        described = {run.key: describe_run(run, facts) for run, facts, _ in found}
        counts[experiment] = add(folder, experiment, frames, described, command=command)
    return counts


def _rows(run: StoredRun, settings: Settings) -> pd.DataFrame:
    with name_file(run.path):
        return run.task.rows(run.table(), settings)


def thin_epochs(rows: pd.DataFrame, every: int) -> pd.DataFrame:
    """The rows of epochs 0, `every`, 2 `every`, ..., and all of the last tenth, by which runs are judged.

    Raises:
        ValueError: if `every` is less than 1, or more and the rows are no epochs.
    """
    if checked_whole("every", every, 1) == 1:
        return rows
    if "epoch" not in rows:
        raise ValueError(f"every={every} is for rows of epochs, which these are not: {', '.join(map(str, rows))}")
    final = rows["epoch"].max()
    ends = (rows["epoch"] > (1 - ENDS) * final) | (rows["epoch"] == final)
    return rows[(rows["epoch"] % every == 0) | ends].reset_index(drop=True)


def add(
    folder: str | os.PathLike[str],
    experiment: str,
    frames: Mapping[str, pd.DataFrame],
    described: Mapping[str, Mapping[str, Any]],
    *,
    command: str | None = None,
) -> int:
    """Write what was measured of some runs to an experiment's table; other runs that are in it stay.

    One process at a time does so in a folder; what killed ones left is removed.

    Arguments:
        frames: by the runs' keys: rows of measured values.
        described: by the runs' keys: as `describe_run` gives it.

    Returns:
        The number of runs in the table now.

    Raises:
        FileNotFoundError, ValueError: for a damaged table; nothing is written.
        OSError: if the folder cannot be written; what was there stays.
    """
    folder = Path(folder)
    runs: dict[str, Mapping[str, Any]] = {key: dict(run) for key, run in described.items()}
    parts = [frame.assign(run=key) for key, frame in frames.items()]
    with lock_tables(folder):
        _clear(folder)
        if (folder / f"{experiment}.json").exists():
            before, about, found = read_table(folder, experiment)
            if found.name != f"{experiment}.parquet":  # the last step of an export that was killed
                replace(found, folder / f"{experiment}.parquet")
            kept = {key: run for key, run in about["runs"].items() if key not in runs}
            parts.append(before.loc[before["run"].isin(kept), [*about["measured"], "run"]])
            runs |= kept
        for old in (folder / f"{experiment}{NEW}", *folder.glob(f"{experiment}.{'[0-9a-f]' * 16}{NEW}")):
            remove_old(old)
        _write(folder, experiment, pd.concat(parts, ignore_index=True), runs, command)
    return len(runs)


def _clear(folder: Path) -> None:
    """Remove the half-written files of killed processes; whoever holds the lock writes none now."""
    for half in (*leftovers(folder, "*.json"), *leftovers(folder, "*.parquet")):
        shutil.rmtree(half, ignore_errors=True)


def describe_run(run: StoredRun, facts: FactsShape) -> dict[str, Any]:
    """What the provenance says of a finished run: nothing of the folders it was computed in.

    Arguments:
        facts: the run's.
    """
    result, task = run.result(), task_named(facts["task"])
    settings = {n: value for n, value in with_current_names(facts["settings"]).items() if n not in task.aside}
    described = {"task": facts["task"], "settings": settings, "data": facts["data"], **facts["describe"]}
    described["sessions"] = [
        {**session, "command": hide_paths(session.get("command"))} for session in facts["sessions"]
    ]
    described |= {"records": result["records"], "steps": result["steps"]}
    described |= {"seconds": result["seconds"], "finished": result["finished"]}
    with name_file(run.path):
        summary = task.summarise(run)
    return described | ({"summary": summary} if summary else {})


def _write(
    folder: Path, experiment: str, measured: pd.DataFrame, runs: Mapping[str, Mapping[str, Any]], command: str | None
) -> None:
    """The table of `measured`, with what identifies each run in front, and its provenance."""
    with name_file(folder / f"{experiment}.json", *FOREIGN):
        settings = {
            key: task_named(run["task"]).settings_class.from_dict(run["settings"]) for key, run in sorted(runs.items())
        }
    identity = pd.DataFrame(
        {
            "experiment": experiment,
            "label": run_labels(settings, runs),
            "model": [value.model for value in settings.values()],
            "candidates": [candidates_label(value) for value in settings.values()],
            "seed": [value.seed for value in settings.values()],
            **varied_settings([runs[key]["settings"] for key in settings]),
            **official_column(runs, settings),
            "run": list(settings),
        }
    )
    of_weights = [name for name in measured if WEIGHT.fullmatch(name)]
    of_weights.sort(key=lambda name: (name[0] != "w", len(name), name))
    measured = measured[[name for name in measured if name not in of_weights] + of_weights]
    table = identity.merge(measured, on="run", validate="one_to_many")
    content = to_parquet(pa.Table.from_pandas(table, preserve_index=False))
    about = {
        "experiment": experiment,
        "rows": len(table),
        "measured": [name for name in measured.columns if name != "run"],
        "sha256": sha256_of(content),
        "exported": now(),
        "command": hide_paths(command),
        "runs": {key: runs[key] for key in settings},
    }
    # The provenance decides: an export killed before it leaves the old table, one killed after it has the new one.
    new = folder / f"{experiment}.{sha256_of(content)[:16]}{NEW}"
    write_bytes(new, content)
    write_sealed(folder / f"{experiment}.json", about, KIND)
    replace(new, folder / f"{experiment}.parquet")
