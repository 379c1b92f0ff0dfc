"""`run`: compute a run, or go on with it, or find that it is there."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtkit.runs.observer import Observer
from qtkit.runs.store.earlier import compare_records, find_earlier, is_resumable, put_aside
from qtkit.runs.store.errors import explain_write_errors
from qtkit.runs.store.lock import WaitStoppedError, lock_run
from qtkit.runs.store.stored import Store, StoredRun, check_kinds, make_training
from qtkit.runs.store.writing import RunWriter, remove_leftovers
from qtkit.seals import NewerFormatError
from qtkit.simulation.threads import one_torch_thread
from qtkit.tasks.protocols import Settings, Training
from qtkit.tasks.registry import task_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Begun = tuple[Training[Any], RunWriter, list[str]]


def run(
    settings: Settings,
    *,
    store: Store | str | Path | None = None,
    again: bool = False,
    wait: bool = True,
    checkpoint_seconds: float = 10.0,
    observer: Observer | None = None,
    stop: Callable[[], bool] | None = None,
    command: str | None = None,
    data: DataclassInstance | None = None,
) -> StoredRun:
    """The finished run of `settings`: read if it is stored, else computed, from its last checkpoint if there is one.

    However a run is interrupted, it goes on where its last checkpoint was and ends with the records of an unbroken
    run, bit for bit (but for the seconds), on the same host with the same versions. PyTorch uses one thread
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
    data, fingerprint = task.data(settings, data)  # once: the files may change while it waits
    stored = store.at(settings, fingerprint)
    if stored.finished and not again:
        return _find(stored, observer)
    lock = lock_run(stored.path, wait=wait, on_wait=functools.partial(observer.waiting, stored), stop=stop)
    with contextlib.suppress(WaitStoppedError), explain_write_errors(stored.path), lock:
        if stored.finished and not again:  # by the process we waited for
            return _find(stored, observer)
        remove_leftovers(stored.path)
        if again:
            _make_room(stored, observer)
        begin = functools.partial(_begin, stored, settings, data, fingerprint, command)
        training, writer, notes = _or_anew(begin, stored) if again else begin()
        for note in notes:
            observer.note(note)
        observer.begins(stored, training)
        with contextlib.closing(training), one_torch_thread():
            reached_end = _train(training, writer, observer, checkpoint_seconds, stop)
        if reached_end:
            writer.finish(training)
            if again:
                _compare(stored, observer)
    observer.ends(stored)
    return stored


def _begin(
    stored: StoredRun,
    settings: Settings,
    data: DataclassInstance | None,
    fingerprint: str | None,
    command: str | None,
) -> Begun:
    """A training where the last checkpoint is, what writes it, and what is worth knowing."""
    training = make_training(task_of(settings), settings, data)
    with _advise("begin"):
        writer = RunWriter(stored)
        return training, writer, writer.begin(training, fingerprint, command)


def _or_anew(begin: Callable[[], Begun], stored: StoredRun) -> Begun:
    """What `begin` gives; if it cannot go on from what is there, what it gives once that is put aside."""
    try:
        return begin()
    except (FileNotFoundError, ValueError):
        if not stored.has_checkpoint():
            raise
        put_aside(stored)  # its files are unharmed, and do not fit the training
        return begin()


def _find(stored: StoredRun, observer: Observer) -> StoredRun:
    """A finished run, looked through: a damaged one must not pass for a result."""
    with _advise("compute"):
        check_kinds(stored)
        stored.settings, stored.table(), stored.checkpoint()
    observer.found(stored)
    return stored


def _make_room(stored: StoredRun, observer: Observer) -> None:
    """Put aside what is finished or damaged; what is under way stays."""
    if stored.finished or not is_resumable(stored):
        kept = put_aside(stored)
        if kept is not None:
            observer.note(f"the earlier result is kept in {kept.path}")


def _compare(stored: StoredRun, observer: Observer) -> None:
    """Note whether a run that was computed anew has the records it had."""
    if earlier := find_earlier(stored):
        observer.note(compare_records(stored, earlier[-1]))


def _train(
    training: Training[Any],
    writer: RunWriter,
    observer: Observer,
    checkpoint_seconds: float,
    stop: Callable[[], bool] | None,
) -> bool:
    """Train to the end, with checkpoints on the way; whether it was reached."""
    saved, pass_on_notes = time.monotonic(), _note_passer(training, observer)
    try:
        pass_on_notes()
        for record in training:
            writer.append(record)
            observer.record(training, record)
            pass_on_notes()
            stopped = stop is not None and stop() and training.steps_done < training.n_steps
            if stopped or time.monotonic() - saved >= checkpoint_seconds:
                writer.save(training)
                saved = time.monotonic()
            if stopped:
                return False
    finally:
        pass_on_notes()  # what led to an error, too
    writer.save(training)
    return True


def _note_passer(training: Training[Any], observer: Observer) -> Callable[[], None]:
    """A function that passes on those of the training's notes that are new."""
    passed_on = 0

    def pass_on_notes() -> None:
        nonlocal passed_on
        new = training.notes[passed_on:]
        passed_on += len(new)
        for note in new:
            observer.note(note)

    return pass_on_notes


@contextlib.contextmanager
def _advise(verb: str) -> Iterator[None]:
    """Say of a damaged folder what can be done."""
    try:
        yield
    except NewerFormatError:
        raise
    except (FileNotFoundError, ValueError) as error:
        raise type(error)(f"{error}; to {verb} this run anew, ask for it again (again=True, --again)") from error
