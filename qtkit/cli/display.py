"""How a run is watched on a terminal: a progress bar, or plain lines where the output is piped."""

from __future__ import annotations

import collections
import dataclasses
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from qtkit.runs.observer import Observer
from qtkit.runs.status import duration, row_of
from qtkit.runs.store.stored import StoredRun
from qtkit.runs.sweeps.sweeping import SweepObserver

LINE_SECONDS = 15.0
"""Between two lines of a run in a pipe."""


def observer(console: Console) -> Observer:
    """A bar if `console` is a terminal, else plain lines."""
    return BarObserver(console) if console.is_terminal else LineObserver(console)


class LineObserver(Observer):
    """Plain lines: the start, one every `LINE_SECONDS`, the end."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._results = Results()
        self._line_at = self._begun_at = 0.0
        self._from_step = 0
        self._unit = "step"

    def found(self, run: StoredRun) -> None:
        """Say so."""
        self.say(f"finished before: {run.path}; --again computes it anew")

    def waiting(self, run: StoredRun, holder: str) -> None:
        """Say for whom."""
        self.say(f"{holder} is at this run; waiting ({run.path})")

    def note(self, text: str) -> None:
        """Say it."""
        self.say(text)

    def begins(self, run: StoredRun, training: Any) -> None:
        """Say what, from where, on which data."""
        step = training.steps_done
        self._begun_at = self._line_at = time.monotonic()
        self._from_step, self._unit = step, getattr(training, "step_name", "step")
        self.say(f"{f'goes on from {self._unit} {step:,}' if step else 'begins'}: {run.path}")
        if source := training.describe().get("source"):
            self.say(f"data: {source}")

    def record(self, training: Any, record: Any) -> None:
        """Keep the last results; a line now and then."""
        self._results.take(record)
        if time.monotonic() - self._line_at >= LINE_SECONDS:
            self._line_at = time.monotonic()
            done = f"{self._unit} {training.steps_done:,} of {training.n_steps:,}"
            self.say(" · ".join(filter(None, (done, self._speed(training), str(self._results)))))

    def ends(self, run: StoredRun) -> None:
        """The last results, and where they are."""
        if run.finished:
            self.say(f"finished · {self._results}\nstored in {run.path}")
        else:
            progress = run.progress()
            done = f"at {self._unit} {progress.done:,} of {progress.total:,}" if progress else "at its start"
            self.say(f"stopped {done}; the same command goes on from there")

    def close(self) -> None:
        """Give the terminal back, also after an error."""

    def say(self, text: str) -> None:
        """Print, without colours and line breaks of rich's own."""
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def _speed(self, training: Any) -> str:
        seconds = max(time.monotonic() - self._begun_at, 1e-9)
        rate = (training.steps_done - self._from_step) / seconds
        left = duration((training.n_steps - training.steps_done) / rate) if rate else "?"
        return f"{rate:.1f} {self._unit}s/s · {left} left"


class BarObserver(LineObserver):
    """A bar with the last results beside it."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._bar = _bar(console, time_left=True)
        self._task = self._bar.add_task("", total=None, what="steps")

    def begins(self, run: StoredRun, training: Any) -> None:
        """The bar, at its place."""
        super().begins(run, training)
        place = {"total": training.n_steps, "completed": training.steps_done}
        self._bar.reset(self._task, **place, what=f"{self._unit}s")
        self._bar.start()

    def record(self, training: Any, record: Any) -> None:
        """Move the bar."""
        self._results.take(record)
        self._bar.update(self._task, completed=training.steps_done, description=str(self._results))

    def ends(self, run: StoredRun) -> None:
        """No bar any more."""
        self.close()
        super().ends(run)

    def close(self) -> None:
        """Stop the bar."""
        self._bar.stop()


class Results:
    """The last results of a run in words, from one record after the other."""

    def __init__(self) -> None:
        self._words = ""
        self._first: Any = None  # of the records of episodes, and the last
        self._last: Any = None
        self._returns: collections.deque[float] = collections.deque(maxlen=1000)

    def take(self, record: Any) -> None:
        """One more record."""
        if hasattr(record, "returns"):
            self._first, self._last = self._first or record, record
            self._returns.extend(record.returns)
        else:
            self._words = summary(record) or self._words

    def __str__(self) -> str:
        return self._words if self._last is None else " · ".join(self._of_episodes())

    def _of_episodes(self) -> Iterator[str]:
        """Mean returns and speed, since this process has been at the run."""
        returns = list(self._returns)
        for count in sorted({min(100, len(returns)), len(returns)} - {0}):
            yield f"mean return of the last {count:,} episodes {sum(returns[-count:]) / count:.3f}"
        seconds = self._last.seconds - self._first.seconds
        if seconds > 0:
            speed = (self._last.environment_steps - self._first.environment_steps) / seconds
            yield f"{speed:,.0f} environment steps/s"


def summary(record: Any) -> str:
    """What a record measured over all data, such as `test accuracy 0.97`; empty if nothing was."""
    if getattr(record, "kind", "epoch") != "epoch":
        return ""
    parts = [f"epoch {record.epoch:g}"] if getattr(record, "epoch", None) is not None else []
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, float) and field.name not in ("epoch", "seconds", "loss"):
            parts.append(f"{field.name.replace('_', ' ')} {value:.4g}")
    return " · ".join(parts)


class SweepLines(SweepObserver):
    """A line for each run that ends."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._total = self._done = 0

    def begins(self, total: int, finished: int) -> None:
        """How many there are."""
        self._total, self._done = total, finished
        self.say(f"{total} runs, {finished} of them finished before")

    def one(self, run: StoredRun, error: str | None, seconds_left: float) -> None:
        """The run and what is left."""
        self._done += 1
        name = row_of(run)
        text = f"{self._done} of {self._total} · {name.experiment} {name.model} seed {name.seed} ({run.key})"
        self.say(text + (f" FAILED: {error}" if error else "") + f" · {duration(seconds_left)} left")

    def note(self, text: str) -> None:
        """Say it."""
        self.say(text)

    def say(self, text: str) -> None:
        """Print as it is."""
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def close(self) -> None:
        """Give the terminal back."""


class SweepBar(SweepLines):
    """A bar of runs; only what is unusual has a line."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._bar = _bar(console)
        self._task = self._bar.add_task("", total=None, what="runs")

    def begins(self, total: int, finished: int) -> None:
        """The bar."""
        super().begins(total, finished)
        self._bar.reset(self._task, total=total, completed=finished)
        self._bar.start()

    def one(self, run: StoredRun, error: str | None, seconds_left: float) -> None:
        """Move the bar; a line for an error."""
        name = row_of(run)
        text = f"{name.experiment} {name.model} seed {name.seed}"
        if error:
            self.say(f"{text} ({run.key}) FAILED: {error}")
        self._bar.update(self._task, advance=1, description=f"{text} · about {duration(seconds_left)} left")

    def close(self) -> None:
        """Stop the bar."""
        self._bar.stop()


def sweep_observer(console: Console) -> SweepLines:
    """A bar if `console` is a terminal, else a line a run."""
    return SweepBar(console) if console.is_terminal else SweepLines(console)


def _bar(console: Console, *, time_left: bool = False) -> Progress:
    """A bar that counts what its task's field `what` says, and ends with words."""
    counted = TextColumn("{task.completed:,.0f} of {task.total:,.0f} {task.fields[what]}")
    columns = [BarColumn(30), counted, TimeElapsedColumn()]
    columns += [TextColumn("· left"), TimeRemainingColumn()] if time_left else []
    return Progress(*columns, TextColumn("{task.description}"), console=console, transient=True, refresh_per_second=5)
