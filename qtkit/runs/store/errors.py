"""Errors of the disk in plain words, with what to do."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from qtkit.files import WINDOWS

_ELSEWHERE = "choose another folder for the runs (QTKIT_RUNS or --store)"
_FORBIDDEN = f"writing there is not allowed: {_ELSEWHERE}"
if WINDOWS:  # which does not tell the two apart
    _FORBIDDEN = f"another program has a file there open: close it; or writing there is not allowed: {_ELSEWHERE}"

ADVICE = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "your disk quota is used up: free some space",
    errno.EFBIG: "a file grew beyond the limit of this disk or user",
    errno.EROFS: f"the disk is read-only: {_ELSEWHERE}",
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EIO: "the disk gave an input/output error",
}


@contextlib.contextmanager
def explain_write_errors(folder: Path) -> Iterator[None]:
    """Say what is the matter if a run cannot be written: an OSError of the same kind, with a message to act on."""
    try:
        yield
    except OSError as error:
        if error.errno not in ADVICE:
            raise
        message = f"cannot write the run in {folder}: {ADVICE[error.errno]}, then start the same run again; "
        message += "what its last checkpoint holds is safe"
        raise OSError(error.errno, message) from error


def describe_error(error: BaseException) -> str:
    """The message of an error as for a person: without the number that an OSError puts in front."""
    if isinstance(error, OSError) and error.strerror:
        place = f": {os.fspath(error.filename)}" if error.filename is not None else ""
        return f"{error.strerror}{place}"
    return str(error) or type(error).__name__
