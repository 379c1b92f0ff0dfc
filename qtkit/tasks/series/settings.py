"""`SeriesSettings`: everything that decides what a time-series run gives."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qtkit.checks import checked_positive, checked_whole
from qtkit.paper import EXPERIMENTS, SERIES_TRAIN_SHARE
from qtkit.tasks.settings import MODEL_CHOICES, EpochSettings

_PAPER = EXPERIMENTS["series"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "dataset": ("bessel", "damped_shm", "delayed_qc", "narma5", "narma10", "mirror", "own"),
    "narma_windows": ("input", "series"),
    "scaling": ("paper", "minmax", "train", "none"),
    "predictions": ("all", "figures", "none"),
    **MODEL_CHOICES,
}
"""The values each of these settings may have, the default first."""


@dataclass(frozen=True)
class SeriesSettings(EpochSettings):
    """The settings of one time-series run: the next value of a series, predicted by a generated LSTM.

    The defaults are section VI.B of the paper, and where it does not speak, the authors' published code. Settings that
    all tasks share, such as `model`, `candidates` and `seed`, are described in `RunSettings`.

    Raises:
        ValueError: for a value that is not possible, with what came and what was expected.
    """

    choices: ClassVar[Mapping[str, tuple[str, ...]]] = CHOICES

    dataset: str = "bessel"
    """The paper's five; `"mirror"`, the physics behind `"delayed_qc"`; or `"own"`, a file or an array of yours."""
    narma_windows: str = "input"
    """What the NARMA windows hold: `"input"` u, from which y is predicted, or `"series"`, y itself. The other series
    have no input, and refuse it."""
    scaling: str = "paper"
    """`"minmax"` to (-1, 1) over the whole series, `"none"`, or `"paper"`: minmax, but for NARMA none. With `"train"`
    minmax is by the values up to the last training target alone, so that nothing of the test part is known before;
    later values may lie outside."""
    window: int = int(_PAPER.options["window"])
    """Values the network sees."""
    train_share: float = SERIES_TRAIN_SHARE
    """The first part of all windows, for training; the rest is for testing."""
    file: str | None = None
    """For `"own"`: a CSV file."""
    column: str | None = None
    """The column of that file, if it has several with numbers."""
    predictions: str = "all"
    """Which epochs' records hold the prediction of the whole series: `"all"`, those of Figures 8-12, or `"none"`."""
    depth: int = _PAPER.depth
    learning_rate: float = _PAPER.optimiser.learning_rate
    """RMSprop's."""
    batch_size: int = _PAPER.batch_size
    epochs: int = int(_PAPER.epochs or 100)

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_whole("window", self.window, 1)
        self._set("train_share", checked_positive("train_share", self.train_share))
        if self.train_share >= 1:
            raise ValueError(f"train_share must be below 1, got {self.train_share!r}: nothing is left for testing")
        for name in ("file", "column"):
            value = getattr(self, name)
            if value is not None and self.dataset != "own":
                raise ValueError(f"{name}={value!r} needs dataset='own', got dataset={self.dataset!r}")
        if self.file is not None:
            if not isinstance(self.file, str | os.PathLike):
                raise ValueError(f"file must be a path or None, got {self.file!r}")
            self._set("file", os.fsdecode(self.file))
        if self.column is not None and not isinstance(self.column, str):
            raise ValueError(f"column must be a column's name or None, got {self.column!r}")

    @classmethod
    def without_effect(cls, values: Mapping[str, Any]) -> dict[str, str]:
        """As of all settings; and where windows can hold nothing but the series, what they hold."""
        idle, dataset = super().without_effect(values), values.get("dataset", cls.dataset)
        if values.get("narma_windows", cls.narma_windows) != cls.narma_windows and not is_narma(dataset):
            idle["narma_windows"] = f"it is for dataset='narma5' or 'narma10', got dataset={dataset!r}"
        return idle

    @property
    def optimiser_options(self) -> dict[str, Any]:
        """RMSprop's further settings."""
        return dict(_PAPER.optimiser.options)


def is_narma(dataset: object) -> bool:
    """Whether a series is computed from an input, which windows may hold instead of the series."""
    return isinstance(dataset, str) and dataset.startswith("narma")
