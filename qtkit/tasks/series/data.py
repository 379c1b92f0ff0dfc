"""Time series cut into windows: the paper's five, the physics behind one of them, and your own."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from qtkit.tasks.series import signals as series_signals
from qtkit.tasks.series.csv import read_column
from qtkit.tasks.series.mirror import mirror_light
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.series.shortened import shortened
from qtkit.tasks.series.values import real_values
from qtkit.tasks.stamps import file_stamp

_Signal = tuple[NDArray[np.float64], NDArray[np.float64]]

_SIGNALS: dict[str, tuple[str, str, Callable[[], _Signal]]] = {
    "bessel": ("the Bessel function J₂(x), 256 points", "x", series_signals.bessel),
    "damped_shm": ("the velocity of a damped pendulum, 240 points", "time in s", series_signals.damped_shm),
    "delayed_qc": ("delayed quantum control, closed form, 2,200 points", "time", series_signals.delayed_qc),
    "mirror": ("the light of an atom before a mirror, 601 points", "time in 1/γ", mirror_light),
}


@dataclass(frozen=True, eq=False)
class Series:
    """A series cut into windows, in float64.

    Attributes:
        windows: `(W, window)`: what the network sees.
        targets: `(W,)`: the value after each window.
        times: `(W,)`: where these values stand.
        n_train: the first so many windows are for training, the others for testing.
        source: in words, what the series is.
        x_label: what the times are.
        autoregressive: whether windows and targets are of one series, so that predictions can be fed back.

    Raises:
        ValueError: for other shapes, values that are not finite, or no window for training or testing.
    """

    windows: Tensor
    targets: Tensor
    times: Tensor
    n_train: int
    source: str
    x_label: str = "step"
    autoregressive: bool = True

    def __post_init__(self) -> None:
        count = len(self.targets)
        if self.windows.ndim != 2 or self.targets.shape != (count,) or self.times.shape != (count,):
            raise ValueError(
                "windows (W, T), targets (W,) and times (W,) are expected, got "
                f"{tuple(self.windows.shape)}, {tuple(self.targets.shape)}, {tuple(self.times.shape)}"
            )
        if len(self.windows) != count:
            raise ValueError(f"there are {len(self.windows)} windows and {count} targets")
        if not 1 <= self.n_train < count:
            raise ValueError(
                f"n_train must leave a window for training and one for testing, got {self.n_train}/{count}"
            )
        if not (self.windows.isfinite().all() and self.targets.isfinite().all()):
            raise ValueError("windows and targets must be finite")

    @property
    def boundary(self) -> float:
        """The time that separates training from testing: the first value that is tested."""
        return self.times[self.n_train].item()

    def check_fits(self, settings: SeriesSettings) -> None:
        """ValueError unless it is cut as `settings` say: windows of that length, that share of them for training."""
        window, count = self.windows.shape[1], len(self.targets)
        if window != settings.window or abs(settings.train_share * count - self.n_train) >= 1:
            raise ValueError(
                f"the data ({self.source}) are windows of {window}, {self.n_train} of {count} for training, but the "
                f"settings say window={settings.window} and train_share={settings.train_share:g}; "
                "own_series(values, settings) cuts a series as they say"
            )


def load_series(settings: SeriesSettings) -> Series:
    """The series that `settings` name, scaled and cut into windows.

    Windows start at every value but the last `window + 1`, as in the authors' code, which leaves the last value unused.

    Raises:
        FileNotFoundError: if the file does not exist.
        ValueError: for a series that is too short, constant (where it is to be scaled), or not all numbers.
    """
    name = settings.dataset
    if name == "own":
        if settings.file is None:
            raise ValueError("dataset='own' needs file=, the path of a CSV file, or data=own_series(values)")
        values, column = read_column(settings.file, settings.column)
        return own_series(values, settings, source=f"{shortened(column)} of {Path(settings.file).name}")
    if name.startswith("narma"):
        order = int(name.removeprefix("narma"))
        u, y = series_signals.narma(order)
        itself = settings.narma_windows == "series"
        what = "from its own past" if itself else "from its input"
        source = f"NARMA-{order} {what}, {len(y)} points"
        return _cut(y if itself else u, y, np.arange(len(y)), settings, source, autoregressive=itself)
    source, x_label, signal = _SIGNALS[name]
    times, values = signal()
    return _cut(values, values, times, settings, source, x_label=x_label)


def series_stamp(settings: SeriesSettings) -> Hashable:
    """That of the file of an own series; None for the others."""
    return file_stamp(Path(settings.file)) if settings.file else None


def own_series(values: ArrayLike, settings: SeriesSettings | None = None, *, source: str = "an array") -> Series:
    """A series of one's own, for `SeriesTraining(settings, data)`; evenly spaced values, the oldest first.

    Arguments:
        values: `(T,)`, or `(T, 1)`: an array, a tensor, a pandas series by itself or by dates, a list of numbers.
        settings: window, scaling and split; by default `SeriesSettings(dataset="own")`.
        source: what the series is, in words.

    Raises:
        ValueError: as `load_series`; a value that is missing, masked or no real number is named by its place.
    """
    settings = SeriesSettings(dataset="own") if settings is None else settings
    array = real_values(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(f"the series must have shape (T,), got {array.shape}")
    bad = np.flatnonzero(~np.isfinite(array))
    if len(bad):
        more = f" ({len(bad)} such values in all)" if len(bad) > 1 else ""
        raise ValueError(f"the series has {array[bad[0]]} at place {bad[0]} of 0..{len(array) - 1}{more}")
    return _cut(array, array, np.arange(len(array)), settings, f"{source}, {len(array):,} points")


def minmax(values: NDArray[np.float64], seen: int | None = None) -> NDArray[np.float64]:
    """`values` `(T,)` scaled and shifted to lie from -1 to 1; with `seen`, as the first so many of them ask for.

    Raises:
        ValueError: if these are all equal.
    """
    low, high = values[:seen].min(), values[:seen].max()
    if not high > low:
        part = "" if seen is None else f" over its first {seen} values"
        raise ValueError(f"the series is constant{part} ({low:g}): there is nothing to scale, and nothing to learn")
    scaled: NDArray[np.float64] = 2 * (values - low) / (high - low) - 1
    return scaled


def _cut(
    inputs: NDArray[np.float64],
    targets: NDArray[np.float64],
    times: NDArray[np.number],
    settings: SeriesSettings,
    source: str,
    *,
    x_label: str = "step",
    autoregressive: bool = True,
) -> Series:
    window, count = settings.window, len(targets) - settings.window - 1
    n_train = int(settings.train_share * count)
    if count < 2 or n_train < 1:
        least = max(2, math.ceil(1 / settings.train_share)) + window + 1
        raise ValueError(
            f"the series has {len(targets)} values; with windows of {window}, and {settings.train_share:.0%} of them "
            f"for training, at least {least} are needed"
        )
    if settings.scaling == "minmax" or (settings.scaling == "paper" and not settings.dataset.startswith("narma")):
        inputs, targets = minmax(inputs), minmax(targets)
    elif settings.scaling == "train":
        seen = n_train + window  # up to the last training target
        inputs, targets = minmax(inputs, seen), minmax(targets, seen)
    return Series(
        torch.from_numpy(np.lib.stride_tricks.sliding_window_view(inputs, window)[:count].copy()),
        torch.from_numpy(targets[window : window + count].copy()),
        torch.from_numpy(times[window : window + count].astype(np.float64)),
        n_train,
        source,
        x_label,
        autoregressive,
    )
