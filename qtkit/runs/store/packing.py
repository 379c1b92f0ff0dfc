"""A finished run as bytes, to travel from a worker to the store where it is wanted."""

from __future__ import annotations

from collections.abc import Mapping

from qtkit.files import remove, replace, sync_folder, write_bytes
from qtkit.runs.store.errors import explain_write_errors
from qtkit.runs.store.lock import lock_run
from qtkit.runs.store.stored import CHECKPOINT, FACTS, FINISHED, PARTS, StoredRun
from qtkit.tasks.checkpoints import INDEX


def pack(run: StoredRun) -> dict[str, bytes]:
    """The files of a finished run by their path in its folder.

    Raises:
        FileNotFoundError: if it is not finished.
    """
    run.result()
    paths = [run.path / FACTS, run.path / FINISHED]
    paths += [path for folder in (CHECKPOINT, PARTS) for path in sorted((run.path / folder).iterdir())]
    return {path.relative_to(run.path).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def unpack(files: Mapping[str, bytes], run: StoredRun) -> bool:
    """Put a packed run in its place; whether it was needed: False if it was finished there in the meantime.

    The files are checked beside their place first. What an unfinished run has there is replaced.

    Raises:
        FileNotFoundError, ValueError: if the files are not those of this run, complete and unharmed.
        OSError: if the folder cannot be written.
    """
    with explain_write_errors(run.path), lock_run(run.path, wait=True):
        if run.finished:
            return False
        copy = StoredRun(run.path / ".arrived" / run.key)
        remove(copy.path.parent)
        for name, content in files.items():
            write_bytes(copy.path / _checked(name), content)
        copy.settings, copy.result(), copy.table(), copy.checkpoint()
        remove(run.path / CHECKPOINT / INDEX)
        if (run.path / CHECKPOINT).is_dir():
            sync_folder(run.path / CHECKPOINT)
        # A checkpoint comes after what it vouches for, and the mark comes last.
        for name in (FACTS, PARTS, CHECKPOINT, FINISHED):
            remove(run.path / name)
            replace(copy.path / name, run.path / name)
        remove(copy.path.parent)
    return True


def _checked(name: str) -> str:
    folder, _, file = name.rpartition("/")
    if folder not in ("", CHECKPOINT, PARTS) or file in ("", ".", "..") or "\\" in file:
        raise ValueError(f"{name!r} is no file of a run")
    return name
