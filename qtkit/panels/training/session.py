"""What a panel knows and does, without any widget: settings, the run under way, its records, the runs before it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import pandas as pd
from torch import nn

from qtkit.panels.parts.phase import Phase
from qtkit.panels.training.thread import AnswerT, PanelThread
from qtkit.tasks.settings import RunSettings

_current: dict[str, weakref.ref[Session[Any, Any]]] = {}
_threads: dict[str, weakref.ref[PanelThread]] = {}
_current_lock = threading.Lock()

UNDER_WAY = "under way"
ENDED_BY_ANOTHER = "ended by another panel"
LET_GO = "another panel has taken over, and this one let go of its training: a start trains anew"
_RATE_WINDOW = 3.0  # seconds over which steps a second are counted


class PanelTraining(Protocol):
    """What a panel asks of a training: an iterable of records.

    A panel also looks for what not every training has: `n_steps`, `data`, `notes`, `step_name`, and `close()`, called
    at the end of a run. Records are of each task's own class; what a panel shows of them it takes by the fields' names.
    """

    @property
    def settings(self) -> RunSettings:
        """What it was made from."""

    @property
    def model(self) -> nn.Module:
        """What is trained."""

    @property
    def steps_done(self) -> int:
        """So far."""

    def network(self) -> nn.Module:
        """The network as it stands, without any quantum part."""

    def __iter__(self) -> Iterator[Any]: ...


SettingsT = TypeVar("SettingsT", bound=RunSettings)
TrainingT = TypeVar("TrainingT", bound=PanelTraining)


@dataclass
class Run(Generic[SettingsT]):
    """One run of a panel, for its table."""

    number: int
    settings: SettingsT
    stop_accuracy: float | None
    steps: int = 0
    seconds: float = 0.0
    best: float | None = None
    ending: str = UNDER_WAY
    records: list[Any] = field(default_factory=list, repr=False)
    log: object = field(default=None, repr=False)
    """What a task gathers besides."""
    total: int | None = None
    """What `counted` comes to at the end, once it is known."""
    source: str = ""
    """Where the data came from, in words; noted when the training is let go of."""
    let_go: bool = False
    """Whether the training is gone, for another panel has taken over."""


class Session(Generic[SettingsT, TrainingT]):
    """The state machine behind a panel. Every method returns at once, except `join`.

    Only one session of a kind runs at a time in a kernel: a new one, or a start in another, ends the run before and
    lets go of its training, so that a cell that is run again leaves no second one behind, neither at work nor in
    memory: a kernel keeps the widgets of every panel. What is seen of the run stays.

    Arguments:
        kind: such as `"search"`.
        settings: those of the next run.
        make: settings to a training.
        stop_accuracy: end a run once `test_accuracy` is at least this.
    """

    measure: str = "test_accuracy"
    """The field of a record whose best value the table of runs shows."""
    counted: ClassVar[str] = "step"
    """The field of a record that tells how far a run is; `n_steps` of the training is its last value."""

    def __init__(
        self,
        kind: str,
        settings: SettingsT,
        make: Callable[[SettingsT], TrainingT],
        *,
        stop_accuracy: float | None = None,
    ) -> None:
        self.kind, self._make = kind, make
        self._settings, self.stop_accuracy = settings, stop_accuracy
        self._lock = threading.RLock()
        self._thread: PanelThread | None = None
        self.training: TrainingT | None = None
        self.runs: list[Run[SettingsT]] = []
        self.run: Run[SettingsT] | None = None
        take_over(self)

    def better(self, one: float, other: float) -> float:
        """The better of two values of what is measured."""
        return max(one, other)

    # What is the case

    @property
    def settings(self) -> SettingsT:
        """The settings the next run will use, or the present one uses."""
        return self._settings

    @settings.setter
    def settings(self, settings: SettingsT) -> None:
        self.check_unlocked()
        self._settings = settings

    @property
    def phase(self) -> Phase:
        """Where the run stands."""
        return self._thread.phase if self._thread else Phase.READY

    @property
    def busy(self) -> bool:
        """Whether a thread still computes, although its run may have been stopped."""
        return self._thread is not None and self._thread.busy

    @property
    def records(self) -> list[Any]:
        """The records of the last run so far; the list grows while it runs."""
        return self.run.records if self.run else []

    @property
    def error(self) -> BaseException | None:
        """What ended the run, if it failed."""
        return self._thread.error if self._thread else None

    @property
    def traceback(self) -> str:
        """Where it was raised."""
        return self._thread.traceback if self._thread else ""

    @property
    def total_steps(self) -> int | None:
        """How many steps, or whatever is counted, a whole run takes, once it is known."""
        return self.run.total if self.run else None

    @property
    def part_done(self) -> float | None:
        """How much of a whole run is done, 0 to 1, once it is known."""
        records, total = self.records, self.total_steps
        return getattr(records[-1], self.counted) / total if records and total else None

    @property
    def rate(self) -> float | None:
        """Steps, or whatever is counted, a second, over the last seconds of training time."""
        return self.rate_of(self.counted)

    def rate_of(self, counted: str) -> float | None:
        """By how much a field of the records grows in a second, over the last seconds of training time."""
        records = self.records[-400:]
        recent = [record for record in records if record.seconds >= records[-1].seconds - _RATE_WINDOW]
        if len(recent) < 2 or recent[-1].seconds <= recent[0].seconds:
            return None
        grown = getattr(recent[-1], counted) - getattr(recent[0], counted)
        return float(grown / (recent[-1].seconds - recent[0].seconds))

    def check_unlocked(self) -> None:
        """RuntimeError while a run is going on: its settings must not change under it."""
        if self.phase.active:
            raise RuntimeError(f"the run is {self.phase}: stop or reset it before changing its settings")

    # What can be done

    def start(self) -> None:
        """Begin a run from the settings; go on if it is paused; ends a run of another panel of the kind."""
        self._go(float("inf"))

    def step(self) -> None:
        """One optimiser step, then pause; from a stand-still the first step of a new run."""
        self._go(1)

    def pause(self) -> None:
        """Pause after the step under way."""
        if self._thread:
            self._thread.pause()

    def stop(self, reason: str = "stopped") -> None:
        """End the run."""
        with self._lock:
            if self._thread is not None and self.run is not None and self.phase.active:
                self._thread.stop()
                self.run.ending = reason

    def reset(self) -> None:
        """End the run and forget its records; the table keeps it."""
        with self._lock:
            self.stop()
            self._thread, self.training, self.run = None, None, None

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing computes any more; True if so."""
        return self._thread is None or self._thread.join(timeout)

    def ask(self, function: Callable[[TrainingT], AnswerT]) -> Future[AnswerT]:
        """A future of `function(training)`, called between two steps.

        Raises:
            RuntimeError: if there is no training yet, or no more.
        """
        with self._lock:
            training = self.training
            if training is None or self._thread is None:
                raise RuntimeError(LET_GO if self.run and self.run.let_go else "nothing has been trained yet")
            return self._thread.ask(lambda: function(training))

    def runs_table(self, describe: Callable[[SettingsT], str]) -> pd.DataFrame:
        """This panel's runs: number, settings in words, steps, best result, seconds, how each ended."""
        rows = [
            (run.number, describe(run.settings), run.steps, run.best, round(run.seconds, 1), run.ending)
            for run in self.runs
        ]
        return pd.DataFrame(
            rows,
            columns=[
                "run",
                "settings",
                f"{self.counted}s",
                f"best {self.measure.replace('_', ' ')}",
                "seconds",
                "ended",
            ],
        )

    def _go(self, steps: float) -> None:
        take_over(self)  # without a lock of its own: it takes that of another panel, which may be doing the same
        with self._lock:
            if self._thread is not None:
                if self.phase is Phase.PAUSED or (self.phase is Phase.RUNNING and steps == 1):
                    self._thread.resume(steps)
                    return
                if self.phase.active:
                    return
            run = Run(len(self.runs) + 1, self.settings, self.stop_accuracy)
            self.training, self.run = None, run
            self.runs.append(run)
            with _current_lock:
                self._thread = PanelThread(
                    lambda: self._stream(run),
                    lambda record: self._note(run, record),
                    after=_last_thread(self.kind),
                    name=f"qtkit-{self.kind}",
                )
                self._thread.start(steps)
                _threads[self.kind] = weakref.ref(self._thread)
                outdone = _current[self.kind]() is not self
            if outdone:  # by a panel that took over before there was a run to end
                self._end_for_another(run)

    def _give_way(self) -> None:
        """End the run and let go of its training, unless this panel has taken over in turn meanwhile."""
        with self._lock:
            with _current_lock:
                again = _current[self.kind]() is self
            if not again and self.run is not None:
                self._end_for_another(self.run)

    def _end_for_another(self, run: Run[SettingsT]) -> None:
        self.stop(ENDED_BY_ANOTHER)
        self._let_go(run)

    def _let_go(self, run: Run[SettingsT]) -> None:
        """Keep of this run, the last one, what is seen of it."""
        run.let_go, self.training = True, None
        if self.error is not None:
            self.error.__traceback__ = None  # its frames hold the training; the text is kept

    def _stream(self, run: Run[SettingsT]) -> Iterator[Any]:
        """Builds the training now, and gives its records up to the stop condition."""
        try:
            training = self._make(run.settings)
            self._begin(run, training)
        except BaseException:
            _end(run, "failed")
            raise
        with self._lock:
            if run is self.run:
                run.total = getattr(training, "n_steps", None)
                self.training = None if run.let_go else training
        return _until_met(training, run)

    def _begin(self, run: Run[SettingsT], training: TrainingT) -> None:
        """What a task does once its training is built; on the run's thread."""

    def _measured(self, run: Run[SettingsT], record: Any) -> float | None:  # noqa: ARG002
        """What the run has reached with this record, or None."""
        return getattr(record, self.measure, None)

    def _note(self, run: Run[SettingsT], record: Any) -> None:
        run.records.append(record)
        run.steps, run.seconds = getattr(record, self.counted), record.seconds
        value = self._measured(run, record)
        if value is not None:
            run.best = value if run.best is None else self.better(run.best, value)


def take_over(session: Session[Any, Any]) -> None:
    """Make `session` the one of its kind that may run; the run of the one before ends."""
    with _current_lock:
        reference = _current.get(session.kind)
        _current[session.kind] = weakref.ref(session)
    before = reference() if reference else None
    if before is not None and before is not session:
        before._give_way()


def _last_thread(kind: str) -> PanelThread | None:
    """The last run of the kind, in whatever panel: the next one waits for it."""
    reference = _threads.get(kind)
    return reference() if reference else None


def _until_met(training: Iterable[Any], run: Run[Any]) -> Iterator[Any]:
    try:
        for record in training:
            yield record
            accuracy = getattr(record, "test_accuracy", None)
            if run.stop_accuracy is not None and accuracy is not None and accuracy >= run.stop_accuracy:
                _end(run, f"reached {run.stop_accuracy:g}")
                return
        _end(run, "finished")
    except Exception:
        _end(run, "failed")
        raise
    finally:
        if (close := getattr(training, "close", None)) is not None:
            close()


def _end(run: Run[Any], how: str) -> None:
    """Note how a run ended, unless it was stopped before."""
    if run.ending == UNDER_WAY:
        run.ending = how
