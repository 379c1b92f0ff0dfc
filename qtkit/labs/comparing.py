"""Small comparisons over seeds, computed at once, and the stored ones at the paper's scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import pandas as pd

from qtkit.choices import with_current_names
from qtkit.names import model_label
from qtkit.runs import results
from qtkit.runs.store.identity import YOUNGER
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images import training as images
from qtkit.tasks.images.data import ImagePair, load_pair
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.series import training as series
from qtkit.tasks.series.data import Series, load_series
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.settings import RunSettings

Record = images.Record | series.Record
SettingsT = TypeVar("SettingsT", ImageSettings, SeriesSettings)
DataT = TypeVar("DataT", ImagePair, Series)

_YOUNGER = {
    task: {name: YOUNGER[name] for name in YOUNGER if name in {field.name for field in fields(settings)}}
    for task, settings in (("images", ImageSettings), ("series", SeriesSettings), ("gridworld", GridworldSettings))
}


def over_seeds(settings: ImageSettings | SeriesSettings, models: Iterable[str], seeds: Iterable[int]) -> pd.DataFrame:
    """Train every model from every seed: as `compare`, labelled by the models."""
    runs = [replace(settings, model=model) for model in models]
    return compare(settings, {model_label(run): {"model": run.model} for run in runs}, seeds)


def compare(
    settings: ImageSettings | SeriesSettings, variants: Mapping[str, Mapping[str, Any]], seeds: Iterable[int]
) -> pd.DataFrame:
    """Train every variant from every seed: a row a run and epoch, for `qtkit.plots.compare_runs`.

    Columns: `label`, `seed`, `epoch`, `train_loss`, `test_loss`, and of images `train_accuracy`, `test_accuracy`.

    Arguments:
        variants: what each is called, to the settings in which it differs; data and seeds are the same for all.

    Raises:
        ValueError: for a variant with other data, or with a seed.
    """
    for label, changes in variants.items():
        if of_data := sorted(set(changes) & _OF_DATA):
            raise ValueError(
                f"all variants are trained on the same data from the same seeds, but {label!r} sets {of_data}"
            )
    if isinstance(settings, ImageSettings):
        records = _train_all(images.train, settings, load_pair(settings), variants, list(seeds))
    else:
        records = _train_all(series.train, settings, load_series(settings), variants, list(seeds))
    rows = []
    for label, seed, record in records:
        if record.kind == "epoch":
            measured = {name: getattr(record, name) for name in _MEASURED if hasattr(record, name)}
            rows.append({"label": label, "seed": seed, "epoch": round(record.epoch), **measured})
    return pd.DataFrame(rows)


def _train_all(
    train: Callable[[SettingsT, DataT], Iterator[Record]],
    settings: SettingsT,
    data: DataT,
    variants: Mapping[str, Mapping[str, Any]],
    seeds: list[int],
) -> Iterator[tuple[str, int, Record]]:
    """The records of every variant from every seed, with the variant's label and the seed."""
    for label, changes in variants.items():
        for seed in seeds:
            for record in train(replace(settings, seed=seed, **changes), data):
                yield label, seed, record


_OF_DATA = {"seed", "dataset", "classes", "pixels", "source", "data_dir", "train_limit", "test_limit"} | {
    "file",
    "column",
    "window",
    "scaling",
    "narma_windows",
}
_MEASURED = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


def stored(task: str, experiment: str | None = None, labels: Iterable[str] = (), **where: Any) -> pd.DataFrame | None:
    """The stored results of an experiment or of all; None if there are none.

    Arguments:
        labels: only the models of these names.
        where: only runs with these settings, such as `centre=True`.

    Raises:
        ValueError: if stored results are damaged, or `where` names no setting of theirs.
    """
    try:
        table = results.load(task, experiment)
    except FileNotFoundError:
        return None
    labels = list(labels)
    chosen = table[table["label"].isin(labels)] if labels else table
    if where:
        chosen = chosen[chosen["run"].isin(_runs_with(task, chosen["experiment"].unique(), where))]
    return None if chosen.empty else chosen.reset_index(drop=True)


def _runs_with(task: str, experiments: Iterable[str], where: Mapping[str, Any]) -> list[str]:
    found, where = [], with_current_names(where)
    if "candidates" in where:  # as settings store them
        where["candidates"] = RunSettings.from_dict({"candidates": where["candidates"]}).to_dict()["candidates"]
    for experiment in experiments:
        for key, run in results.provenance(task, experiment)["runs"].items():
            settings = {**_YOUNGER[task], **with_current_names(run["settings"])}
            if unknown := sorted(set(where) - set(settings)):
                raise ValueError(f"runs of {task} have no setting {unknown}; they have {sorted(settings)}")
            if all(settings[name] == value for name, value in where.items()):
                found.append(key)
    return found
