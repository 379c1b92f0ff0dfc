"""Errors of the disk in plain words, with what to do, and errors of what is stored, with the file."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from qtkit.files import ADVICE
from qtkit.seals import NewerFormatError


@contextlib.contextmanager
def explain_write_errors(folder: Path) -> Iterator[None]:
    """Say what is the matter if a run cannot be written: an OSError of the same kind, with a message to act on."""
    try:
        yield
    except OSError as error:
        if error.errno not in ADVICE:
            raise
        advice = ADVICE[error.errno].replace(
            "choose another folder", "choose another folder for the runs (QTKIT_RUNS or --store)"
        )
        message = f"cannot write the run in {folder}: {advice}, then start the same run again; "
        message += "what its last checkpoint holds is safe"
        raise OSError(error.errno, message) from error


@contextlib.contextmanager
def name_file(path: Path, *foreign: type[Exception]) -> Iterator[None]:
    """Have a ValueError over what `path` holds name it.

    Arguments:
        foreign: errors that say no more than that somebody else wrote the file: a ValueError, too, "is damaged".
    """
    try:
        yield
    except NewerFormatError:
        raise
    except ValueError as error:
        if str(path) in str(error):
            raise
        raise ValueError(f"{path}: {_short(str(error))}") from error
    except foreign as error:
        if "out of memory" in str(error):  # of a device: the file is as good as before
            raise
        words = _short(describe_error(error))
        raise ValueError(f"{path} is damaged: it is not as qtkit writes it ({words})") from error


def _short(words: str) -> str:
    """Words that repeat what a file holds, however much that is."""
    return words if len(words) <= 400 else f"{words[:400]}..."


def describe_error(error: BaseException) -> str:
    """The message of an error as for a person: without the number that an OSError puts in front."""
    if isinstance(error, OSError) and error.strerror:
        place = f": {os.fspath(error.filename)}" if error.filename is not None else ""
        return f"{error.strerror}{place}"
    return str(error) or type(error).__name__
