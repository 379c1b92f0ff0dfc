"""Small comparisons over seeds, computed at once, and the stored ones at the paper's scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from qtkit.runs import results
from qtkit.runs.naming import model_label
from qtkit.tasks import images, series
from qtkit.tasks.image_settings import ImageSettings
from qtkit.tasks.series_settings import SeriesSettings


def over_seeds(settings: ImageSettings | SeriesSettings, models: Iterable[str], seeds: Iterable[int]) -> pd.DataFrame:
    """Train every model from every seed: a row a run and epoch, for `qtkit.plots.compare_runs`.

    Columns: `label`, `seed`, `epoch`, `train_loss`, `test_loss`, and of images `train_accuracy`, `test_accuracy`.
    """
    of_images = isinstance(settings, ImageSettings)
    train = images.train if of_images else series.train
    rows, seeds = [], list(seeds)
    data = images.load_pair(settings) if of_images else series.load_series(settings)
    for model in models:
        for seed in seeds:
            run = replace(settings, model=model, seed=seed)
            for record in train(run, data):
                if record.kind == "epoch":
                    measured = {name: getattr(record, name) for name in _MEASURED if hasattr(record, name)}
                    rows.append({"label": model_label(run), "seed": seed, "epoch": round(record.epoch), **measured})
    return pd.DataFrame(rows)


_MEASURED = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


def stored(task: str, experiment: str | None = None, labels: Iterable[str] = ()) -> pd.DataFrame | None:
    """The stored results of an experiment or of all, of the models named by `labels` or of all; None if there are none.

    Raises:
        ValueError: if stored results are damaged.
    """
    try:
        table = results.load(task, experiment)
    except FileNotFoundError:
        return None
    labels = list(labels)
    chosen = table[table["label"].isin(labels)] if labels else table
    return None if chosen.empty else chosen.reset_index(drop=True)
