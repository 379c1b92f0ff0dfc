"""Earlier results of a run that is computed anew: put aside in its folder, and compared with the new one."""

from __future__ import annotations

import shutil
from pathlib import Path

from qtkit.files import make_folder, remove, replace, sync_folder, sync_tree
from qtkit.runs.store.stored import CHECKPOINT, FACTS, FINISHED, PARTS, StoredRun, check_kinds, check_not_newer
from qtkit.seals import NewerFormatError
from qtkit.tasks.checkpoints import INDEX

EARLIER = "earlier"


def find_earlier(run: StoredRun) -> list[StoredRun]:
    """The results that were put aside, the last one last."""
    names = [path.name for path in (run.path / EARLIER).glob("[0-9]*")]
    numbers = sorted(int(name) for name in names if name.isascii() and name.isdigit())
    return [StoredRun(run.path / EARLIER / str(number) / run.key) for number in numbers]


def is_resumable(run: StoredRun) -> bool:
    """Whether there is an unharmed checkpoint to go on from, and not of a result whose putting aside was broken off.

    Raises:
        NewerFormatError: if the run is of a newer qtkit.
    """
    try:
        check_kinds(run)
        run.settings, run.table(), run.checkpoint()
    except NewerFormatError:
        raise
    except (FileNotFoundError, ValueError):
        return False
    index = (run.path / CHECKPOINT / INDEX).read_bytes()
    kept = [earlier.path / CHECKPOINT / INDEX for earlier in find_earlier(run)]
    return not any(path.is_file() and path.read_bytes() == index for path in kept)


def put_aside(run: StoredRun) -> StoredRun | None:
    """Empty the folder for a new start. A finished run is moved to `earlier/1`, `earlier/2`, ...

    Returns:
        Where the finished run is now; None if there was none.

    Raises:
        NewerFormatError: if the run is of a newer qtkit; it is left alone then.
    """
    check_not_newer(run)
    kept = _keep(run) if run.finished else None
    # The finished mark first, then the checkpoint's index: at no moment is there one without what it vouches for.
    for path in (run.path / FINISHED, run.path / CHECKPOINT / INDEX, run.path / FACTS):
        if path.exists():
            remove(path)
            sync_folder(path.parent)
    for path in (run.path / CHECKPOINT, run.path / PARTS):
        remove(path)
    return kept


def _keep(run: StoredRun) -> StoredRun:
    """A copy under the next number, there whole or not at all."""
    before = find_earlier(run)
    number = 1 + (int(before[-1].path.parent.name) if before else 0)
    kept, copy = run.path / EARLIER / str(number), run.path / EARLIER / f".{number}"
    if kept.parent.is_file():  # and so no folder of results
        remove(kept.parent)
    remove(copy)
    _copy_run(run.path, copy / run.key)
    sync_tree(copy)  # before what it is a copy of goes
    replace(copy, kept)
    return StoredRun(kept / run.key)


def _copy_run(folder: Path, to: Path) -> None:
    """The files of a run; of a damaged one, what is there."""
    make_folder(to)
    for name in (FACTS, FINISHED, CHECKPOINT, PARTS):
        path = folder / name
        if path.is_dir():
            shutil.copytree(path, to / name)
        elif path.is_file():
            shutil.copy2(path, to / name)


def compare_records(run: StoredRun, earlier: StoredRun) -> str:
    """Whether the records of a run are those of an earlier one of the same settings, in words."""
    try:
        tables = [each.table() for each in (run, earlier)]
    except (FileNotFoundError, ValueError) as error:
        return f"the earlier result cannot be compared: {error}"
    new, old = (table.select([name for name in table.column_names if name != "seconds"]) for table in tables)
    if new.equals(old):
        return f"all {len(new):,} records are those of the earlier run, bit for bit"
    return "the records differ from those of the earlier run: other versions, threads or machine?"
