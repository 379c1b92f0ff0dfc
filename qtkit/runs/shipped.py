"""What a table of shipped results and its provenance must be like, whoever wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from qtkit.choices import with_current_names
from qtkit.runs.store.errors import name_file
from qtkit.runs.store.identity import run_key
from qtkit.runs.store.shapes import DescriptionShape, Key, SessionShape
from qtkit.runs.store.stored import FOREIGN
from qtkit.schema import Amount, Digest, Whole, check_shape
from qtkit.tasks.registry import TASKS

TEXTS = ("experiment", "label", "model", "candidates", "run")
"""The columns of words that every table has."""

MACHINE = ("shots", "gate_error", "readout_error", "machine_seed", "trajectories")
"""The columns that a table of networks has that were read on machines, see `qtkit.runs.robustness`."""


class RunShape(DescriptionShape):
    """What a provenance tells of a run."""

    task: str
    settings: dict[str, Any]
    data: str | None
    sessions: list[SessionShape]
    records: Whole
    steps: Whole
    seconds: Amount
    finished: str
    summary: NotRequired[dict[str, float | None]]


class ProvenanceShape(TypedDict):
    """The JSON beside a table."""

    experiment: str
    rows: Whole
    measured: list[str]
    sha256: Digest
    exported: str
    command: str | None
    runs: dict[str, RunShape]


def check_provenance(about: Mapping[str, Any], path: Path) -> None:
    """Check what `path` tells of a table.

    Raises:
        ValueError: if it is not a provenance, or tells of a run what its key does not.
    """
    check_shape(about, ProvenanceShape, path)
    for key, run in about["runs"].items():
        _check_run(run, about["measured"], f"{path} is damaged: the run {key[:16]!r}")
        check_shape(key, Key, f"{path}, the key of a run,")
        task = TASKS.get(run["task"])  # one's own may be unknown here
        with name_file(path, *FOREIGN):
            told = task and run_key(task.name, with_current_names(run["settings"]), run["data"], task.aside)
        if told not in (None, key):
            raise ValueError(f"{path} is damaged: settings and data of the run {key} are those of another")


def _check_run(run: Mapping[str, Any], measured: list[str], words: str) -> None:
    """That a run tells all that those of its task tell."""
    task = TASKS.get(run["task"])
    if missing := sorted(set(_columns(run)) - set(measured)):
        raise ValueError(f"{words} needs measured values called {missing}")
    if task and "reading" not in run and (missing := sorted(set(task.summed) - set(run.get("summary", {})))):
        raise ValueError(f"{words} needs a summary with {missing}")


def _columns(run: Mapping[str, Any]) -> tuple[str, ...]:
    if "reading" in run:
        return MACHINE
    task = TASKS.get(run["task"])
    return task.columns if task else ()


def check_table(table: pa.Table, about: Mapping[str, Any], path: Path) -> None:
    """Check that `path` holds the table that its provenance tells of.

    Raises:
        ValueError: if columns or rows are missing or of another kind.
    """
    problem = _find_problem(table, about)
    if problem:
        raise ValueError(f"{path} is damaged: {problem}")


def _find_problem(table: pa.Table, about: Mapping[str, Any]) -> str | None:
    names, measured = table.column_names, about["measured"]
    numbers = {name for run in about["runs"].values() for name in _columns(run)}
    if len(set(names)) < len(names) or len(set(measured)) < len(measured):
        return "columns share a name"
    if missing := sorted({*TEXTS, "seed", *measured} - set(names)):
        return f"the column {missing[0][:40]!r} is missing"
    if overlap := sorted({*TEXTS, "seed"} & set(measured)):
        return f"{overlap} are no measured values"
    for name in names:
        kind = table.column(name).type
        if name in TEXTS and not _is_text(kind):
            return f"the column {name!r} holds {kind} and no words"
        if name == "seed" and not pa.types.is_integer(kind):
            return f"the column 'seed' holds {kind} and no whole numbers"
        if name in numbers and (not _is_number(kind) or table.column(name).null_count == len(table)):
            return f"the column {name!r} holds {kind} and no numbers"
        if name in measured and not _is_measured(kind):
            return f"the column {name!r} holds {kind} and no measured values"
        if name not in measured and not (_is_text(kind) or _is_number(kind)):
            return f"the column {name!r} holds {kind}, which no setting is"
        if name in (*TEXTS, "seed") and table.column(name).null_count:
            return f"the column {name!r} has gaps"
    if table.num_rows != about["rows"]:
        return f"it has {table.num_rows:,} rows, where {about['rows']:,} were written"
    if set(pc.unique(table.column("run")).to_pylist()) != set(about["runs"]):
        return "its runs are not those of its provenance"
    identity = table.drop_columns(measured).group_by("run", use_threads=False)
    others = [name for name in names if name != "run" and name not in measured]
    counts = identity.aggregate([(name, "count_distinct", pc.CountOptions(mode="all")) for name in others])
    if any(pc.max(counts.column(f"{name}_count_distinct")).as_py() > 1 for name in others if len(table)):
        return "rows of one run tell different settings"
    return None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_number(kind: pa.DataType) -> bool:
    return any(
        fits(kind) for fits in (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_null)
    )


def _is_measured(kind: pa.DataType) -> bool:
    """A number, a word, or a list of numbers."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _is_number(kind.value_type)
    return _is_number(kind) or _is_text(kind)
