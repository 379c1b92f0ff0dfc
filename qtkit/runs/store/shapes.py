"""The shapes of a stored run's files, for `qtkit.schema`; what they hold besides is the task's own."""

from __future__ import annotations

import re
from typing import Annotated, Any, NotRequired, TypedDict

from qtkit.schema import Amount, Digest, Whole

Key = Annotated[str, re.compile(r"[0-9a-f]{16}")]
"""The name of a run."""


class Part(TypedDict):
    """A file of records that is not changed any more."""

    file: Annotated[str, re.compile(r"[0-9]+-[0-9]+\.parquet")]
    rows: Annotated[int, range(1, 2**63)]
    sha256: Digest


class SessionShape(TypedDict):
    """What computed from some step on."""

    command: NotRequired[str | None]
    versions: dict[str, str]


class DescriptionShape(TypedDict):
    """What a training tells of itself."""

    source: NotRequired[str]
    official: NotRequired[bool]


class FactsShape(TypedDict):
    """`run.json`: what a run is."""

    key: Key
    task: str
    settings: dict[str, Any]
    data: str | None
    describe: DescriptionShape
    sessions: list[SessionShape]


class MarkShape(TypedDict):
    """`finished.json`: that all of it is there."""

    key: Key
    records: Whole
    parts: list[Part]
    steps: Whole
    seconds: Amount
    finished: str


class ProgressShape(TypedDict):
    """How far a run is."""

    done: Whole
    total: Whole
    seconds: Amount


class CheckpointShape(TypedDict):
    """`checkpoint/checkpoint.json`: the state of the training, and the records that belong to it."""

    key: Key
    parts: list[Part]
    progress: ProgressShape
    training: dict[str, Any]
