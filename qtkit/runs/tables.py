"""The two files of an experiment, a table and its provenance: found, checked and read together."""

from __future__ import annotations

import marshal
from pathlib import Path
from typing import cast

import pandas as pd
import pyarrow as pa

from qtkit.choices import FORMER_PROBABILITIES, with_current_names
from qtkit.files import sha256_of
from qtkit.runs.shipped import ProvenanceShape, RunShape, check_provenance, check_table
from qtkit.runs.store.record_log import parse_parquet
from qtkit.seals import read_sealed
from qtkit.tasks.registry import TASKS, TaskEntry

NEW = ".new.parquet"
"""How the name of a table ends until the provenance that belongs to it is written."""

KIND = "results"
"""What a provenance calls itself."""

_Known = tuple[str, frozenset[TaskEntry]]
"""A provenance's digest, and with it its table's, and the tasks that were known."""

_RIGHT: set[_Known] = set()
"""Provenances that this process has found right: a page of figures reads each many times, and to check it takes longer
than to read it."""

_FITTING: set[_Known] = set()
"""Those whose table is what they tell of, too."""


def experiments_in(folder: Path, experiment: str | None) -> list[str]:
    """The experiments asked for, all by default.

    Raises:
        FileNotFoundError: if there are none, or not that one.
    """
    there = sorted(path.stem for path in folder.glob("*.json"))
    if not there:
        raise FileNotFoundError(f"no stored results in {folder}: expected *.parquet and *.json files there")
    if experiment is not None and experiment not in there:
        raise FileNotFoundError(f"no stored results of {experiment!r} in {folder}; there are {there}")
    return there if experiment is None else [experiment]


def read_table(folder: Path, experiment: str) -> tuple[pd.DataFrame, ProvenanceShape, Path]:
    """A table, its provenance, and the file that the table is in.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if a file is damaged, or from a newer qtkit.
    """
    about, known, content, found = _find(folder, experiment)
    table = _parse(about, known, content, found)
    if table is None:
        table = parse_parquet(content, found)
    return _in_current_names(table.to_pandas()), _with_current_names(about), found


def read_about(folder: Path, experiment: str) -> ProvenanceShape:
    """A provenance alone, whose table is there and what it tells of.

    Raises:
        FileNotFoundError, ValueError: as `read_table`.
    """
    about, known, content, found = _find(folder, experiment)
    _parse(about, known, content, found)
    return _with_current_names(about)


def read_provenance(path: Path) -> ProvenanceShape:
    """What a provenance tells, whatever became of its table.

    Raises:
        FileNotFoundError, ValueError: as `read_table`.
    """
    return _read_provenance(path)[0]


def _find(folder: Path, experiment: str) -> tuple[ProvenanceShape, _Known, bytes, Path]:
    """A provenance, what it is known by, and the file with the table that it tells of."""
    path = folder / f"{experiment}.json"
    about, known = _read_provenance(path)
    while True:
        try:
            return about, known, *_read_content(folder, experiment, about["sha256"])
        except (FileNotFoundError, ValueError):
            before = about
            about, known = _read_provenance(path)
            if about == before:
                raise  # nobody has exported in between


def _parse(about: ProvenanceShape, known: _Known, content: bytes, found: Path) -> pa.Table | None:
    """The table, checked; None if this process has checked it before."""
    if known in _FITTING:
        return None
    table = parse_parquet(content, found)
    check_table(table, about, found)
    _FITTING.add(known)
    return table


def _read_provenance(path: Path) -> tuple[ProvenanceShape, _Known]:
    about = read_sealed(path, KIND)
    content = marshal.dumps(about, 2)  # of one spelling for equal values, and ten times as fast as JSON
    known = sha256_of(content), frozenset(TASKS.values())
    if known not in _RIGHT:
        check_provenance(about, path)
        _RIGHT.add(known)
    return cast("ProvenanceShape", about), known


def _with_current_names(about: ProvenanceShape) -> ProvenanceShape:
    runs: dict[str, RunShape] = {
        key: {**run, "settings": with_current_names(run["settings"])} for key, run in about["runs"].items()
    }
    return {**about, "runs": runs}


def _in_current_names(table: pd.DataFrame) -> pd.DataFrame:
    """A stored table with the labels that its runs would get now."""
    for before, current in FORMER_PROBABILITIES.items():
        table["label"] = table["label"].str.replace(f"probability={before}", f"probability={current}", regex=False)
        if "probability" in table:
            table["probability"] = table["probability"].replace(before, current)
    return table


def _read_content(folder: Path, experiment: str, sha256: str) -> tuple[bytes, Path]:
    """The content of the table that the provenance tells of, and its file: beside its place if an export was killed
    before its last step.
    """
    place = folder / f"{experiment}.parquet"
    # Its place comes last: a process that exports now may bring it there meanwhile.
    for path in (folder / f"{experiment}.{sha256[:16]}{NEW}", folder / f"{experiment}{NEW}", place):
        if path.is_file():
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            if sha256_of(content) == sha256:
                return content, path
    if not place.exists():
        raise FileNotFoundError(f"{place} is missing")
    raise ValueError(f"{place} is damaged: its content is not what was written")
