"""Files written whole or not at all: a temporary file in the same folder takes the name once it is complete."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WINDOWS = sys.platform == "win32"
PATIENCE = 2.0
"""Seconds for which a file is tried to be replaced on Windows, which refuses it while another process has it open."""


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary path in the folder of `path`; written by the caller, it becomes `path` when the block ends well.

    If the block raises, or nothing was written, `path` stays as it was and the temporary file is removed. Missing
    folders are made.

    Raises:
        FileNotFoundError: if the block ended without writing the file.
        PermissionError: if the file may not be written; on Windows, also if another process has it open for long.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        temporary = Path(folder) / path.name
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())  # the name must not reach the disk before the content
        _replace(temporary, path)


def _replace(new: Path, path: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            new.replace(path)
            return
        except PermissionError:
            if not WINDOWS or time.monotonic() >= deadline:
                raise
        time.sleep(0.05)


def remove_old(path: Path) -> None:
    """Remove a file that is not needed any more, if that can be done: on Windows, another process may have it open."""
    with contextlib.suppress(PermissionError):
        path.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` to `path` in UTF-8, whole or not at all."""
    write_bytes(path, text.encode())


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write `value` to `path` as readable JSON, whole or not at all.

    Raises:
        ValueError: if `value` holds NaN or infinity, which JSON does not know; nothing is written then.
    """
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: str | os.PathLike[str]) -> Any:
    """The value in the JSON file `path`.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not JSON.
    """
    path = Path(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # broken UTF-8 is a ValueError too
        raise ValueError(f"{path} is damaged: it is not valid JSON ({error})") from None
