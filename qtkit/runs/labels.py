"""How runs of an experiment are told apart: their labels, and the settings in which they differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qtkit.names import MODELS, RIVALS, model_label, unusual
from qtkit.runs.store.identity import YOUNGER
from qtkit.seals import digest
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_named

LENGTHS = ("epochs", "episodes")
"""Settings that a label tells only of runs that are shorter than the longest of the experiment."""


NAMED_WHERE_THEY_DIFFER = ("device",)
"""Settings that a label tells only if runs of the experiment differ in them: what computed it. All others it tells
wherever they are not the defaults: a label without any is the paper's setting."""


def run_labels(settings: Mapping[str, Settings], runs: Mapping[str, Any]) -> list[str]:
    """The model, and in which other than the default settings and on which data: `"DiffQAS · centre=False"`.

    A run with the default settings on the official data has the model's name alone, and no other run has, unless it is
    the same run in all that decides its records (`qtkit.runs.same.what_counts`).

    Arguments:
        settings: by the runs' keys.
        runs: what is known of each, as `results.describe_run` gives it, by its key.
    """
    common = set(NAMED_WHERE_THEY_DIFFER) - set(varied_settings([runs[key]["settings"] for key in settings]))
    lengths = {name: [getattr(value, name, 0) for value in settings.values()] for name in LENGTHS}
    longest = {name: max(values) for name, values in lengths.items()}
    labels = []
    for key, value in settings.items():
        task = task_named(runs[key]["task"])
        shorter = [f"{name}={getattr(value, name)}" for name in LENGTHS if getattr(value, name, 0) < longest[name]]
        words = unusual(value, {*common, *LENGTHS, *task.aside, *task.silent, *task.experiment})
        words = " ".join([*filter(None, [words]), *shorter])
        labels.append(" · ".join(filter(None, (model_label(value), words, _other_data(runs[key])))))
    return tell_apart(labels, settings, runs)


def tell_apart(labels: Sequence[str], settings: Mapping[str, Settings], runs: Mapping[str, Any]) -> list[str]:
    """The labels, and behind those that are not enough on which of several data, of which circuits or how large.

    Arguments:
        settings, runs: as of `run_labels`, in the order of the labels.
    """
    data = _data_words(settings, runs)
    told = [" · ".join(filter(None, (label, data[key]))) for label, key in zip(labels, settings, strict=True)]
    return _apart(told, [_mark(value, runs[key]) for key, value in settings.items()])


def _apart(labels: list[str], marks: list[str]) -> list[str]:
    """With its mark behind a label that runs of different marks share."""
    found: dict[str, set[str]] = {}
    for label, mark in zip(labels, marks, strict=True):
        found.setdefault(label, set()).add(mark)
    return [
        f"{label} · {mark}" if mark and len(found[label]) > 1 else label
        for label, mark in zip(labels, marks, strict=True)
    ]


def _mark(settings: Settings, run: Mapping[str, Any]) -> str:
    """What the model's name may leave open: names of gates are short, and a rival's size is that of some search."""
    if settings.model in RIVALS and "num_trainable" in run:
        return f"{run['num_trainable']:,} numbers"
    if settings.model in MODELS and settings.model not in RIVALS:
        return ""
    return f"circuits {digest(settings.to_dict()['candidates'])[:6]}"


def _data_words(settings: Mapping[str, Settings], runs: Mapping[str, Any]) -> dict[str, str]:
    """What each run's data or code are, by its key, where an experiment has several that are a user's own: what they
    are called, such as a file's column, and a version of those that were changed under one name.
    """
    own = [key for key, value in settings.items() if _has_own_data(value, runs[key])]
    place = {key: (runs[key]["task"], task_named(runs[key]["task"]).experiment_of(settings[key])) for key in own}
    sources: dict[Any, set[str]] = {}
    for key in own:  # one file may have had several names
        sources.setdefault((place[key], runs[key].get("data")), set()).add(_source(runs[key]))
    called = {key: min(sources[place[key], runs[key].get("data")]) for key in own}
    names: dict[Any, set[str]] = {}
    versions: dict[Any, set[str | None]] = {}
    cut = {key: (place[key], called[key], _other_data(runs[key]), *_cut(settings[key], runs[key])) for key in own}
    for key in own:
        names.setdefault(place[key], set()).add(called[key])
        versions.setdefault(cut[key], set()).add(runs[key].get("data"))
    words = dict.fromkeys(settings, "")
    for key in own:
        name = called[key] if len(names[place[key]]) > 1 else ""
        data = runs[key].get("data")
        version = f"version {data[:6]}" if data and len(versions[cut[key]]) > 1 else ""
        words[key] = " · ".join(filter(None, (name, version)))
    return words


def _has_own_data(settings: Settings, run: Mapping[str, Any]) -> bool:
    """Whether its data or code are a user's own: official ones are known by their names, and formulas by the settings,
    whatever a machine rounds.
    """
    only_if = task_named(run["task"]).own_data
    return not run.get("official") and (only_if is None or getattr(settings, only_if[0]) == only_if[1])


def _source(run: Mapping[str, Any]) -> str:
    """What data are called; for those that may be official this tells how they came here and not what they are."""
    return "" if "official" in run else run.get("source", "")


def _cut(settings: Settings, run: Mapping[str, Any]) -> tuple[Any, ...]:
    """The settings that decide what is made of one source: in these, equal data may differ."""
    task = task_named(run["task"])
    apart = {*task.aside, *task.experiment}
    return tuple(getattr(settings, name) for name in task.data_settings if name not in apart)


def _other_data(run: Mapping[str, Any]) -> str:
    """What a run's data are if they are not the official ones."""
    if run.get("official", True):
        return ""
    return "sample" if run.get("source", "").startswith("the sample") else "other data"


def official_column(runs: Mapping[str, Any], keys: Iterable[str]) -> dict[str, list[bool]]:
    """The column `official`, whether each run is on the official data; none for tasks without such."""
    if not all("official" in run for run in runs.values()):
        return {}
    return {"official": [runs[key]["official"] for key in keys]}


def varied_settings(settings: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The settings in which runs differ, besides those with a column of their own; None where a run has no such."""
    names = dict.fromkeys(name for run in settings for name in run if name not in ("model", "candidates", "seed"))
    columns = {}
    for name in names:
        values = [run.get(name, YOUNGER.get(name)) for run in settings]
        texts = [json.dumps(value) for value in values]
        if len(set(texts)) > 1:
            columns[name] = texts if any(isinstance(value, list | dict) for value in values) else values
    return columns
