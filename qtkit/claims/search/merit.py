"""What a circuit is worth on each task: `MERITS`, and how it is taken from the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from qtkit.claims.verdicts import say_difference, say_factor
from qtkit.runs.results import ENDS

Floats = npt.NDArray[np.float64]

END = ENDS
"""The last part of a training whose median is the merit: neighbouring epochs differ by more than circuits do."""


@dataclass(frozen=True)
class Merit:
    """What a run is judged by on a task; high is good.

    Attributes:
        column: of the stored results.
        clock: the column that tells how far a run is.
        unit: of the merit, in words.
        logarithmic: an error, whose decimal logarithm counts, with its sign turned.
        training: what it may be chosen by, without looking at the merit: of the training data.
        falls: whether that is low where it is good.
        say: a difference in words.
    """

    column: str
    clock: str
    unit: str
    training: str
    falls: bool = True
    logarithmic: bool = False
    say: Callable[[float], str] = say_difference

    def number(self, size: float) -> str:
        """How much more, as a number: the factor between two errors, or a difference."""
        return f"{10**size if self.logarithmic else size:.2g}"

    def of(self, run: pd.DataFrame, end: float = END) -> float:
        """The merit of a run: the median of its last rows.

        Arguments:
            run: its rows, the last one last; of its early ones some may be missing.
            end: which part of the training counts, as of `END`; 0 takes the final value alone.

        Raises:
            ValueError: unless `end` is from 0 to 1.
        """
        return self.of_values(run[self.clock].to_numpy(dtype=float), run[self.column].to_numpy(dtype=float), end)

    def of_values(self, times: Floats, values: Floats, end: float = END) -> float:
        """The merit of a run by its `clock` and its `column`, both `(rows,)`; see `of`."""
        value = float(np.median(values[start_of_end(times, end) :]))
        return -float(np.log10(max(value, np.finfo(float).tiny))) if self.logarithmic else value


MERITS = {
    "images": Merit("test_accuracy", "epoch", "test accuracy", "train_loss"),
    "series": Merit("test_loss", "epoch", "-log10 of the test error", "train_loss", logarithmic=True, say=say_factor),
    "gridworld": Merit("moving_mean", "episode", "mean return of 1,000 episodes", "mean_return", falls=False),
    "agents": Merit("moving_mean", "episode", "mean return of 100 episodes", "mean_return", falls=False),
}
"""By task. Agents have no test data: what they earn while they learn is all there is."""


def last(run: pd.DataFrame, clock: str, end: float = END) -> pd.DataFrame:
    """The rows of the last part of a run: at least one.

    Arguments:
        clock: the column that tells how far the run is, see `Merit.clock`.

    Raises:
        ValueError: unless `end` is from 0 to 1.
    """
    return run.iloc[start_of_end(run[clock].to_numpy(dtype=float), end) :]


def start_of_end(times: Floats, end: float = END) -> int:
    """The place of the first row of the last part, by what a rising clock says: so a run of which only some rows are
    stored is judged by the same part.

    Raises:
        ValueError: unless `end` is from 0 to 1.
    """
    if not 0 <= end <= 1:
        raise ValueError(f"end is the part of the training that counts, from 0 to 1, got {end!r}")
    before = times[-1] * (1 - end)
    return min(len(times) - 1, int(np.searchsorted(times, before + 1e-9 * times[-1], side="right")))
