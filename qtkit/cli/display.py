"""How a run or a sweep is watched on a terminal: a progress bar, or plain lines where the output is piped."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich.console import Console

from qtkit.cli.measured import Measured
from qtkit.cli.terminal import Terminal, progress_bar
from qtkit.names import counted
from qtkit.runs.observer import Observer
from qtkit.runs.status import format_duration, name_settings
from qtkit.runs.store.stored import StoredRun
from qtkit.runs.sweeps.sweeping import SweepObserver
from qtkit.tasks.protocols import Training

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LINE_SECONDS = 15.0
"""Between two lines of a run in a pipe."""


def run_observer(console: Console) -> LineObserver:
    """A bar if `console` is a terminal, else plain lines; to be used as a context manager."""
    return BarObserver(console) if console.is_terminal else LineObserver(console)


def sweep_observer(console: Console) -> SweepLines:
    """A bar if `console` is a terminal, else a line a run; to be used as a context manager."""
    return SweepBar(console) if console.is_terminal else SweepLines(console)


class LineObserver(Terminal, Observer):
    """Plain lines: the start, one every `LINE_SECONDS`, the end."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._measured = Measured()
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

    def begins(self, run: StoredRun, training: Training[Any]) -> None:
        """Say what, from where, on which data."""
        step = training.steps_done
        self._begun_at = self._line_at = time.monotonic()
        self._from_step, self._unit = step, getattr(training, "step_name", "step")
        self.say(f"{f'goes on from {self._unit} {step:,}' if step else 'begins'}: {run.path}")
        if source := training.describe().get("source"):
            self.say(f"data: {source}")

    def record(self, training: Training[Any], record: DataclassInstance) -> None:
        """Keep the last results; a line now and then."""
        self._measured.take(record)
        if time.monotonic() - self._line_at >= LINE_SECONDS:
            self._line_at = time.monotonic()
            done = f"{self._unit} {training.steps_done:,} of {training.n_steps:,}"
            self.say(" · ".join(filter(None, (done, self._speed(training), str(self._measured)))))

    def ends(self, run: StoredRun) -> None:
        """The last results, and where they are."""
        if run.finished:
            self.say(f"finished · {self._measured}\nstored in {run.path}")
        else:
            progress = run.progress()
            done = f"at {self._unit} {progress.done:,} of {progress.total:,}" if progress else "at its start"
            self.say(f"stopped {done}; the same command goes on from there")

    def _speed(self, training: Training[Any]) -> str:
        seconds = max(time.monotonic() - self._begun_at, 1e-9)
        rate = (training.steps_done - self._from_step) / seconds
        left = format_duration((training.n_steps - training.steps_done) / rate) if rate else "?"
        return f"{rate:.1f} {self._unit}s/s · {left} left"


class BarObserver(LineObserver):
    """A bar with the last results beside it."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._bar = progress_bar(console, time_left=True)
        self._task = self._bar.add_task("", total=None, what="steps")

    def begins(self, run: StoredRun, training: Training[Any]) -> None:
        """The bar, at its place."""
        super().begins(run, training)
        self._bar.reset(self._task, total=training.n_steps, completed=training.steps_done, what=f"{self._unit}s")
        self._bar.start()

    def record(self, training: Training[Any], record: DataclassInstance) -> None:
        """Move the bar."""
        self._measured.take(record)
        self._bar.update(self._task, completed=training.steps_done, description=str(self._measured))

    def ends(self, run: StoredRun) -> None:
        """No bar any more."""
        self.close()
        super().ends(run)

    def close(self) -> None:
        """Stop the bar."""
        self._bar.stop()


class SweepLines(Terminal, SweepObserver):
    """A line for each run that ends."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._total = self._done = 0

    def begins(self, total: int, finished: int) -> None:
        """How many there are."""
        self._total, self._done = total, finished
        self.say(f"{counted(total, 'run')}, {finished} of them finished before")

    def one(self, run: StoredRun, error: str | None, seconds_left: float) -> None:
        """The run and what is left."""
        self._done += 1
        text = f"{self._done} of {self._total} · {name_settings(self.settings[run])} ({run.key})"
        self.say(text + (f" FAILED: {error}" if error else "") + f" · {format_duration(seconds_left)} left")

    def note(self, text: str) -> None:
        """Say it."""
        self.say(text)


class SweepBar(SweepLines):
    """A bar of runs; only what is unusual has a line."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._bar = progress_bar(console)
        self._task = self._bar.add_task("", total=None, what="runs")

    def begins(self, total: int, finished: int) -> None:
        """The bar."""
        super().begins(total, finished)
        self._bar.reset(self._task, total=total, completed=finished)
        self._bar.start()

    def one(self, run: StoredRun, error: str | None, seconds_left: float) -> None:
        """Move the bar; a line for an error."""
        text = name_settings(self.settings[run])
        if error:
            self.say(f"{text} ({run.key}) FAILED: {error}")
        self._bar.update(self._task, advance=1, description=f"{text} · about {format_duration(seconds_left)} left")

    def close(self) -> None:
        """Stop the bar."""
        self._bar.stop()
