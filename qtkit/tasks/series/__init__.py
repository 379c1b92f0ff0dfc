"""Time series (section VI.B): settings, the paper's signals and one's own data, training.

`signals` has the paper's five by formula, `mirror` the physics of one; `data` cuts them, or one's own by `values` or
`csv/`, into windows, and `training` learns from these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.tasks.series.data import Series, load_series, own_series
    from qtkit.tasks.series.settings import SeriesSettings
    from qtkit.tasks.series.training import SeriesTraining, train

__all__ = ["Series", "SeriesSettings", "SeriesTraining", "load_series", "own_series", "train"]

__getattr__, __dir__ = attach(
    __name__,
    {
        "Series": "qtkit.tasks.series.data",
        "load_series": "qtkit.tasks.series.data",
        "own_series": "qtkit.tasks.series.data",
        "SeriesSettings": "qtkit.tasks.series.settings",
        "SeriesTraining": "qtkit.tasks.series.training",
        "train": "qtkit.tasks.series.training",
    },
)
