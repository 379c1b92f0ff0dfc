"""Earlier results of a run that is computed anew: put aside in its folder, and compared with the new one."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from qtkit.runs.store.stored import CHECKPOINT, FACTS, FINISHED, PARTS, StoredRun, check_not_newer
from qtkit.seals import NewerFormatError
from qtkit.tasks.checkpoints import INDEX

EARLIER = "earlier"


def find_earlier(run: StoredRun) -> list[StoredRun]:
    """The results that were put aside, the last one last."""
    numbers = sorted(int(path.name) for path in (run.path / EARLIER).glob("[0-9]*"))
    return [StoredRun(run.path / EARLIER / str(number) / run.key) for number in numbers]


def is_resumable(run: StoredRun) -> bool:
    """Whether there is an unharmed checkpoint to go on from, and not of a result whose putting aside was broken off.

    Raises:
        NewerFormatError: if the run is of a newer qtkit.
    """
    try:
        run.facts(), run.table()
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
        path.unlink(missing_ok=True)
    shutil.rmtree(run.path / CHECKPOINT, ignore_errors=True)
    shutil.rmtree(run.path / PARTS, ignore_errors=True)
    return kept


def _keep(run: StoredRun) -> StoredRun:
    """A copy under the next number, there whole or not at all."""
    before = find_earlier(run)
    number = 1 + (int(before[-1].path.parent.name) if before else 0)
    kept, copy = run.path / EARLIER / str(number), run.path / EARLIER / f".{number}"
    shutil.rmtree(copy, ignore_errors=True)
    _copy_run(run.path, copy / run.key)
    copy.rename(kept)
    return StoredRun(kept / run.key)


def _copy_run(folder: Path, to: Path) -> None:
    """The files of a run; of a damaged one, what is there."""
    to.mkdir(parents=True)
    for name in (FACTS, FINISHED):
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(folder / name, to / name)
    for name in (CHECKPOINT, PARTS):
        with contextlib.suppress(FileNotFoundError):
            shutil.copytree(folder / name, to / name)


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
