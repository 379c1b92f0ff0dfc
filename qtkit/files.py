"""Files written whole or not at all: a temporary file in the same folder takes the name once it is complete."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

WINDOWS = sys.platform == "win32"
PATIENCE = 2.0
"""Seconds for which a file is tried to be replaced on Windows, which refuses it while another process has it open."""

STALE = 3_600.0
"""Seconds after which a temporary file is that of a process that was killed: writing one takes no time like this."""

_FORBIDDEN = "writing there is not allowed: choose another folder"
if WINDOWS:  # which does not tell the two apart
    _FORBIDDEN = "another program has a file there open: close it; or " + _FORBIDDEN

ADVICE = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "your disk quota is used up: free some space",
    errno.EFBIG: "a file grew beyond the limit of this disk or user",
    errno.EROFS: "the disk is read-only: choose another folder",
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EIO: "the disk gave an input/output error",
}
"""What is the matter with a disk, and what to do."""


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary path in the folder of `path`; written by the caller, it becomes `path` when the block ends well.

    If the block raises, or nothing was written, `path` stays as it was and the temporary file is removed. Missing
    folders are made. What a killed process left of the same file is removed once it is an hour old.

    Raises:
        FileNotFoundError: if the block ended without writing the file.
        PermissionError: if the file may not be written; on Windows, also if another process has it open for long.
        OSError: if the disk is full or fails; what is the matter with which file is said, and what to do.
    """
    path = Path(path)
    with explain_disk(path):
        make_folder(path.parent)
        _remove_stale(path)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            temporary = Path(folder) / path.name
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())  # the name must not reach the disk before the content
            replace(temporary, path)


@contextlib.contextmanager
def explain_disk(path: Path) -> Iterator[None]:
    """Say what is the matter if `path` cannot be written: an OSError of the same kind, with a message to act on."""
    try:
        yield
    except OSError as error:
        if error.errno not in ADVICE:
            raise
        raise OSError(error.errno, f"cannot write {path}: {ADVICE[error.errno]}") from error


def make_folder(folder: Path) -> None:
    """Make a folder, and those around it, where they are missing; their names are on the disk then."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync_folder(each.parent)


def replace(new: Path, path: Path) -> None:
    """Give `new` the name `path`; it is on the disk then.

    Raises:
        PermissionError: if that is not allowed; on Windows, also if another process has `path` open for long.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            new.replace(path)
            break
        except PermissionError:
            if not WINDOWS or time.monotonic() >= deadline:
                raise
        time.sleep(0.05)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk: until then, a change of name may be lost with the power.

    Not on Windows, which has no such thing.
    """
    if WINDOWS:
        return
    try:
        number = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder that may be written, and not listed
        return
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that do not know it, such as of networks
            raise
    finally:
        os.close(number)


def sync_tree(folder: Path) -> None:
    """Let a folder with all that is in it reach the disk."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        elif path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def leftovers(folder: Path, name: str = "*") -> Iterator[Path]:
    """The temporary folders for files of this name, a pattern: those in use, and those of killed processes."""
    for path in folder.glob(f".{name}.{'[a-z0-9_]' * 8}"):
        if path.is_dir():
            yield path


def _remove_stale(path: Path) -> None:
    for folder in leftovers(path.parent, _literal(path.name)):
        with contextlib.suppress(FileNotFoundError):  # another process removes it
            if time.time() - folder.stat().st_mtime > STALE:
                shutil.rmtree(folder, ignore_errors=True)


def _literal(name: str) -> str:
    """A pattern that `name` alone fits."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def remove(path: Path) -> None:
    """Remove what is at `path`: a file, a folder with all that is in it, or nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()


def remove_old(path: Path) -> None:
    """Remove a file that is not needed any more, if that can be done: on Windows, another process may have it open."""
    with contextlib.suppress(PermissionError):
        path.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, whole or not at all; raises as `whole_file` does."""
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` to `path` in UTF-8, whole or not at all; raises as `whole_file` does."""
    write_bytes(path, text.encode())


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write `value` to `path` as readable JSON, whole or not at all.

    Raises:
        ValueError: if `value` holds NaN or infinity, which JSON does not know; nothing is written then.
        OSError: as `whole_file` does.
    """
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: str | os.PathLike[str]) -> Any:
    """The value in the JSON file `path`.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not JSON, or a folder.
    """
    path = Path(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except NotADirectoryError:  # a file where its folder should be
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
    except (IsADirectoryError, PermissionError):  # on Windows, a folder is the latter
        if path.is_dir():
            raise ValueError(f"{path} is damaged: it is a folder and no file") from None
        raise
    except RecursionError:
        raise ValueError(f"{path} is damaged: it is nested too deeply") from None
    except ValueError as error:  # broken UTF-8 is a ValueError too
        raise ValueError(f"{path} is damaged: it is not valid JSON ({error})") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def sha256_of(content: bytes) -> str:
    """SHA-256 of a file's content, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
