"""`run`: compute a run, or go on with it, or find that it is there."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qtkit.files import write_json
from qtkit.runs.observer import Observer
from qtkit.runs.store.errors import writing
from qtkit.runs.store.identity import sealed
from qtkit.runs.store.lock import WaitStoppedError, held
from qtkit.runs.store.provenance import now, session
from qtkit.runs.store.record_log import RecordLog
from qtkit.runs.store.stored import (
    CHECKPOINT,
    EARLIER,
    FACTS,
    FINISHED,
    FORMAT,
    PARTS,
    NewerFormatError,
    Store,
    StoredRun,
    check_not_newer,
    make_training,
)
from qtkit.simulation.threads import one_torch_thread
from qtkit.tasks.checkpoints import INDEX, write_state
from qtkit.tasks.registry import task_of


def run(
    settings: Any,
    *,
    store: Store | str | Path | None = None,
    again: bool = False,
    wait: bool = True,
    checkpoint_seconds: float = 10.0,
    observer: Observer | None = None,
    stop: Callable[[], bool] | None = None,
    command: str | None = None,
    data: Any = None,
) -> StoredRun:
    """The finished run of `settings`: read if it is stored, else computed, from its last checkpoint if there is one.

    However a run is interrupted, it goes on where its last checkpoint was and ends with the records of an unbroken
    run, bit for bit (but for the seconds), on the same machine with the same versions. PyTorch uses one thread
    meanwhile.

    Arguments:
        settings: of any task, such as `ImageSettings`.
        store: where runs are kept, see `Store`.
        again: compute anew what is finished or damaged; an earlier result is kept in the run's folder under
            `earlier/`, and it is noted whether the records are the same. What is under way goes on where it was.
        wait: whether to wait if another process is at this run; it is read then if that one finishes it.
        checkpoint_seconds: how often to write a checkpoint; that much is lost at most.
        observer: is told how it goes.
        stop: asked after each record, and while it waits; once it says True, a checkpoint is written and the run is
            given back unfinished.
        command: kept with the result: how it was started.
        data: what the settings name, if it is at hand; else it is loaded.

    Raises:
        RunInUseError: if another process is at this run and `wait` is False.
        FileNotFoundError, ValueError: for missing or wrong data; for a damaged run folder, or one of a newer qtkit.
        OSError: if the folder cannot be written; what the last checkpoint holds is safe.
    """
    store, task, observer = Store(store), task_of(settings), observer or Observer()
    data, seal = task.data(settings, data)  # once: the files may change while it waits
    stored = store.at(settings, seal)
    if stored.finished and not again:
        return _found(stored, observer)

    def waiting(holder: str) -> None:
        observer.waiting(stored, holder)

    lock = held(stored.path, wait=wait, on_wait=waiting, stop=stop)
    with contextlib.suppress(WaitStoppedError), writing(stored.path), lock:
        if stored.finished and not again:  # by the process we waited for
            return _found(stored, observer)
        _remove_temporary(stored.path)
        if again and (stored.finished or not _resumable(stored)):
            _put_aside(stored, observer)
        with _advice("begin"):
            checkpoint = stored.checkpoint() if stored.has_checkpoint() else None
            log = RecordLog(stored.path / PARTS, checkpoint["parts"] if checkpoint else ())
            sessions = stored.facts()["sessions"] if checkpoint else []
        training = make_training(task, settings, data)
        if checkpoint:
            training.load_state(checkpoint["training"])
        log.sweep()
        _write_facts(stored, training, seal, sessions, command, observer)
        observer.begins(stored, training)
        with contextlib.closing(training), one_torch_thread():
            reached = _train(stored, training, log, observer, checkpoint_seconds, stop)
        if reached:
            _finish(stored, training, log)
            if again and (earlier := _earlier(stored)):
                observer.note(_comparison(stored, earlier[-1]))
    observer.ends(stored)
    return stored


def _train(
    stored: StoredRun,
    training: Any,
    log: RecordLog,
    observer: Observer,
    checkpoint_seconds: float,
    stop: Callable[[], bool] | None,
) -> bool:
    """Train to the end; whether it was reached."""
    saved, tell = time.monotonic(), _teller(training, observer)
    try:
        tell()
        for record in training:
            log.append(record)
            observer.record(training, record)
            tell()
            stopped = stop is not None and stop() and training.steps_done < training.n_steps
            if stopped or time.monotonic() - saved >= checkpoint_seconds:
                _save(stored, training, log)
                saved = time.monotonic()
            if stopped:
                return False
    finally:
        tell()  # what led to an error, too
    _save(stored, training, log)
    return True


def _teller(training: Any, observer: Observer) -> Callable[[], None]:
    """A function that passes on those of the training's notes that are new."""
    told = 0

    def tell() -> None:
        nonlocal told
        new = training.notes[told:]
        told += len(new)
        for note in new:
            observer.note(note)

    return tell


def _save(stored: StoredRun, training: Any, log: RecordLog) -> None:
    """A checkpoint: the records first, then, in one move, the state that knows them."""
    parts, state = log.flush(), training.state()
    tensors = state.pop("tensors")
    content = {
        "format": FORMAT,
        "key": stored.key,
        "written": now(),
        "training": state,
        "parts": parts,
        "progress": {
            "done": training.steps_done,
            "total": training.n_steps,
            "seconds": log.last("seconds", 0.0),
        },
    }
    write_state(stored.path / CHECKPOINT, {**sealed(content), "tensors": tensors})
    log.sweep()


def _finish(stored: StoredRun, training: Any, log: RecordLog) -> None:
    mark = {
        "format": FORMAT,
        "key": stored.key,
        "records": len(log),
        "parts": log.flush(),
        "steps": training.steps_done,
        "seconds": log.last("seconds", 0.0),
        "finished": now(),
    }
    write_json(stored.path / FINISHED, sealed(mark))


def _found(stored: StoredRun, observer: Observer) -> StoredRun:
    """A finished run, looked through: a damaged one must not pass for a result."""
    with _advice("compute"):
        stored.facts()
        stored.table()
    observer.found(stored)
    return stored


@contextlib.contextmanager
def _advice(verb: str) -> Iterator[None]:
    """Say of a damaged folder what can be done."""
    try:
        yield
    except NewerFormatError:
        raise
    except (FileNotFoundError, ValueError) as error:
        raise type(error)(f"{error}; to {verb} this run anew, ask for it again (again=True, --again)") from error


def _write_facts(
    stored: StoredRun,
    training: Any,
    data: str | None,
    sessions: list[dict[str, Any]],
    command: str | None,
    observer: Observer,
) -> None:
    """`run.json`, with the fingerprint of the data, and this session after the earlier ones."""
    this = {"from_step": training.steps_done, **session(command)}
    described = {k: v for k, v in training.describe().items() if k not in ("settings", "versions")}
    if sessions:
        before, here = sessions[-1]["versions"], this["versions"]
        both = [name for name in here if name in before]  # an older qtkit did not note all of them
        changed = [f"{name} {before[name]} then, {here[name]} now" for name in both if before[name] != here[name]]
        if changed:
            observer.note("this run was begun with other versions, its last bits may differ: " + "; ".join(changed))
    task, settings = task_of(training.settings), training.settings
    facts = {
        "format": FORMAT,
        "key": stored.key,
        "task": task.name,
        "settings": settings.to_dict(),
        "data": data,
        "describe": described,
        "sessions": [*sessions, this],
    }
    write_json(stored.path / FACTS, sealed(facts))


def _resumable(stored: StoredRun) -> bool:
    """Whether there is an unharmed checkpoint to go on from, and not of a result whose putting aside was broken off."""
    try:
        stored.facts(), stored.table()
    except NewerFormatError:
        raise
    except (FileNotFoundError, ValueError):
        return False
    index = (stored.path / CHECKPOINT / INDEX).read_bytes()
    kept = [folder / CHECKPOINT / INDEX for folder in _earlier(stored)]
    return not any(path.is_file() and path.read_bytes() == index for path in kept)


def _earlier(stored: StoredRun) -> list[Path]:
    """The folders of the results that were put aside, the last one last."""
    numbers = sorted(int(path.name) for path in (stored.path / EARLIER).glob("[0-9]*"))
    return [stored.path / EARLIER / str(number) / stored.key for number in numbers]


def _put_aside(stored: StoredRun, observer: Observer) -> None:
    """Empty the folder for a new start. A finished run is moved to `earlier/1`, `earlier/2`, ..."""
    check_not_newer(stored)
    if stored.finished:
        earlier, before = stored.path / EARLIER, _earlier(stored)
        number = 1 + (int(before[-1].parent.name) if before else 0)
        kept, copy = earlier / str(number) / stored.key, earlier / f".{number}"
        shutil.rmtree(copy, ignore_errors=True)
        (copy / stored.key).mkdir(parents=True)
        for name in (FACTS, FINISHED):
            with contextlib.suppress(FileNotFoundError):  # of a damaged run: what is there
                shutil.copy2(stored.path / name, copy / stored.key / name)
        for name in (CHECKPOINT, PARTS):
            with contextlib.suppress(FileNotFoundError):
                shutil.copytree(stored.path / name, copy / stored.key / name)
        copy.rename(kept.parent)
        observer.note(f"the earlier result is kept in {kept}")
    # The finished mark first, then the checkpoint's index: at no moment is there one without what it vouches for.
    for path in (stored.path / FINISHED, stored.path / CHECKPOINT / INDEX, stored.path / FACTS):
        path.unlink(missing_ok=True)
    shutil.rmtree(stored.path / CHECKPOINT, ignore_errors=True)
    shutil.rmtree(stored.path / PARTS, ignore_errors=True)


def _comparison(stored: StoredRun, earlier: Path) -> str:
    """Whether the records are those of an earlier run of the same settings."""
    try:
        tables = [StoredRun(path).table() for path in (stored.path, earlier)]
    except (FileNotFoundError, ValueError) as error:
        return f"the earlier result cannot be compared: {error}"
    new, old = (table.select([name for name in table.column_names if name != "seconds"]) for table in tables)
    if new.equals(old):
        return f"all {len(new):,} records are those of the earlier run, bit for bit"
    return "the records differ from those of the earlier run: other versions, threads or machine?"


def _remove_temporary(folder: Path) -> None:
    """What a killed process left half-written."""
    for pattern in (".*", f"{CHECKPOINT}/.*", f"{PARTS}/.*", f"{EARLIER}/.*"):
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
