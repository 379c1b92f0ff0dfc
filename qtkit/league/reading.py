"""The league's file: which columns it has, and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

import pandas as pd
import pyarrow as pa

from qtkit.files import sha256_of
from qtkit.runs.store.record_log import parse_parquet
from qtkit.schema import Digest, Whole, check_shape
from qtkit.seals import read_sealed

TABLE, PROVENANCE, KIND = "league.parquet", "league.json", "league"
"""The file of the table, the one beside it that tells where it came from, and what the latter calls itself."""

SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("task", pa.string()),
        ("start", pa.string()),
        ("entangler", pa.string()),
        ("rotation", pa.string()),
        ("depth", pa.int16()),
        ("seed", pa.int16()),
        ("epoch", pa.int16()),
        ("train_loss", pa.float32()),
        ("train_accuracy", pa.float32()),
        ("test_loss", pa.float32()),
        ("test_accuracy", pa.float32()),
        ("share", pa.float32()),
    ]
)
"""The columns of the table; a series has no accuracy, and only a search has shares."""

KINDS = ("alone", "search", "pilot")
"""What a row is of: a circuit trained alone, one of a search's circuits, or one trained alone for longer."""


class TaskShape(TypedDict):
    """What the provenance tells of a task's runs."""

    epochs: Whole
    settings: dict[str, Any]
    data: str | None
    official: bool
    alone: Whole
    searches: Whole
    pilot: Whole
    seconds: dict[str, float]


class LeagueShape(TypedDict):
    """The JSON beside the table."""

    rows: Whole
    sha256: Digest
    exported: str
    command: str | None
    seeds: Whole
    search_depth: Whole
    tasks: dict[str, TaskShape]
    sessions: list[dict[str, Any]]


def read_provenance(folder: Path) -> dict[str, Any]:
    """What is known of the table: command, tasks, settings, versions.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if it is damaged, or from a newer qtkit.
    """
    path = folder / PROVENANCE
    if not path.exists():
        raise FileNotFoundError(f"there is no league in {folder}: expected {PROVENANCE} and {TABLE}")
    about = read_sealed(path, KIND)
    check_shape(about, LeagueShape, path)
    return about


def read_records(folder: Path) -> pd.DataFrame:
    """The table; errors as of `read_provenance`."""
    about, path = read_provenance(folder), folder / TABLE
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing")
    content = path.read_bytes()
    if sha256_of(content) != about["sha256"]:
        raise ValueError(f"{path} is damaged: its content is not what was written")
    table = parse_parquet(content, path)
    if table.schema != SCHEMA or table.num_rows != about["rows"]:
        raise ValueError(f"{path} is damaged: its columns or rows are not those of a league")
    return table.to_pandas(use_threads=False)
